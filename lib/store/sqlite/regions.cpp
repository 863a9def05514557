#include "store/sqlite/regions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "store/sqlite/columns.hpp"

namespace divio::store {
namespace {

Result<model::Region> read_region(const Row& row) {
  const long long port = row.number(2);
  if (port < 0 || port > std::numeric_limits<std::uint16_t>::max()) return unknown_value("regions", row.text(2));
  return model::Region{row.text(0), row.text(1), static_cast<std::uint16_t>(port)};
}

}  // namespace

Result<std::vector<model::Region>> SqliteRegions::regions() {
  DIVIO_TRY(found, database_.read([](Connection& connection) {
    return connection.all("SELECT name, endpoint, http_port FROM regions ORDER BY name", {}, read_region);
  }));
  const model::Region local;
  const auto place = std::ranges::lower_bound(found, local.name, {}, &model::Region::name);
  if (place == found.end() || place->name != local.name) found.insert(place, local);
  return found;
}

Result<std::optional<model::Region>> SqliteRegions::region(const std::string& name) {
  DIVIO_TRY(found, database_.read([&](Connection& connection) {
    return connection.first("SELECT name, endpoint, http_port FROM regions WHERE name = ?", {name}, read_region);
  }));
  if (!found && name == model::Region{}.name) return model::Region{};
  return found;
}

Result<void> SqliteRegions::put_region(const model::Region& region) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(connection.run("INSERT OR REPLACE INTO regions (name, endpoint, http_port) VALUES (?, ?, ?)",
                               {region.name, region.endpoint, region.http_port}));
    return {};
  });
}

}  // namespace divio::store
