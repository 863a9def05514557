// Leases in the catalogue.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace divio::store {

class SqliteLeases final : public ports::Leases {
 public:
  explicit SqliteLeases(Database& database) : database_(database) {}
  [[nodiscard]] Result<void> acquire(const ports::Lease& lease, model::TimePoint now) override;
  // Nothing if the holder does not have it (any more).
  [[nodiscard]] Result<void> release(const std::string& subject, const model::Holder& holder) override;
  // By subject, with those that have run out and are not taken yet.
  [[nodiscard]] Result<std::vector<ports::Lease>> leases() override;

 private:
  Database& database_;
};

}  // namespace divio::store
