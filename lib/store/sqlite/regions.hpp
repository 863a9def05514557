// Regions in the catalogue. `local`, the engine of this machine, is there by itself until it is put otherwise.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace divio::store {

class SqliteRegions final : public ports::Regions {
 public:
  explicit SqliteRegions(Database& database) : database_(database) {}
  [[nodiscard]] Result<std::vector<model::Region>> regions() override;  // by name
  [[nodiscard]] Result<std::optional<model::Region>> region(const std::string& name) override;
  [[nodiscard]] Result<void> put_region(const model::Region& region) override;

 private:
  Database& database_;
};

}  // namespace divio::store
