// Clients that write to PostgreSQL.
#pragma once

#include <string>
#include <vector>

#include "migration/postgres_move.hpp"
#include "migration/writers.hpp"

namespace divio::test {

class Writers final : public Writing {
 public:
  // Into the table `note`.
  Writers(Move& move, int count);
  ~Writers() { (void)stop(); }

  // Ends them; the texts of all writes that were acknowledged, in order.
  std::vector<std::string> stop();
};

}  // namespace divio::test
