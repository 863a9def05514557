// Clients that write to MariaDB.
#pragma once

#include <string>
#include <vector>

#include "migration/mariadb_sides.hpp"
#include "migration/writers.hpp"

namespace divio::test {

class MariadbWriters final : public Writing {
 public:
  // Into the table `note`.
  MariadbWriters(MariadbMove& move, int count);
  ~MariadbWriters() { (void)stop(); }

  // Ends them; "writer number" of all writes that were acknowledged, in lines, by writer and number.
  std::string stop();
};

// What the table `note` of a side has of all writers, in the same way: what is there twice is in it twice.
[[nodiscard]] std::string written(MariadbMove& move, const migration::mariadb::Conversation& side);

}  // namespace divio::test
