// Regions in the catalogue. `local`, the engine of this machine, is there by itself until it is put otherwise.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace divio::store {

class SqliteRegions final : public ports::Regions {
 public:
  explicit SqliteRegions(Database& database) : database_(database) {}
  [[nodiscard]] Result<std::vector<model::Region>> regions() override;
  [[nodiscard]] Result<std::optional<model::Region>> region(const model::RegionName& name) override;
  [[nodiscard]] Result<void> put_regions(const std::vector<model::Region>& regions) override;
  [[nodiscard]] Result<void> remove_region(const model::RegionName& name) override;

 private:
  Database& database_;
};

}  // namespace divio::store
