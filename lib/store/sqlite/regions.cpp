#include "store/sqlite/regions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "store/sqlite/columns.hpp"
#include "wire/region_json.hpp"

namespace divio::store {
namespace {

// Of the columns name, endpoint, http_port, preferred, settings.
Result<model::Region> read_region(const Row& row) {
  const long long port = row.number(2);
  if (port < 0 || port > std::numeric_limits<std::uint16_t>::max()) return unknown_value("regions", row.text(2));
  DIVIO_TRY(name, model::RegionName::parse(row.text(0)));
  DIVIO_TRY(region, wire::read_region_settings(row.text(4)));
  region.name = std::move(name);
  region.endpoint = row.text(1);
  region.http_port = static_cast<std::uint16_t>(port);
  region.preferred = row.number(3) != 0;
  return region;
}

Result<void> put_one(Connection& connection, const model::Region& region) {
  DIVIO_TRY(settings, wire::write_region_settings(region));
  if (region.preferred) DIVIO_CHECK(connection.run("UPDATE regions SET preferred = 0 WHERE name <> ?", {region.name.str()}));
  DIVIO_CHECK(connection.run(
      "INSERT OR REPLACE INTO regions (name, endpoint, http_port, preferred, settings) VALUES (?, ?, ?, ?, ?)",
      {region.name.str(), region.endpoint, region.http_port, region.preferred, settings}));
  return {};
}

}  // namespace

Result<std::vector<model::Region>> SqliteRegions::regions() {
  DIVIO_TRY(found, database_.read([](Connection& connection) {
    return connection.all("SELECT name, endpoint, http_port, preferred, settings FROM regions ORDER BY name", {},
                          read_region);
  }));
  const model::Region local;
  const auto place = std::ranges::lower_bound(found, local.name, {}, &model::Region::name);
  if (place == found.end() || place->name != local.name) found.insert(place, local);
  return found;
}

Result<std::optional<model::Region>> SqliteRegions::region(const model::RegionName& name) {
  DIVIO_TRY(found, database_.read([&](Connection& connection) {
    return connection.first("SELECT name, endpoint, http_port, preferred, settings FROM regions WHERE name = ?",
                            {name.str()}, read_region);
  }));
  if (!found && name == model::local_region()) return model::Region{};
  return found;
}

Result<void> SqliteRegions::put_regions(const std::vector<model::Region>& regions) {
  return database_.write([&](Connection& connection) -> Result<void> {
    for (const auto& region : regions) DIVIO_CHECK(put_one(connection, region));
    return {};
  });
}

Result<void> SqliteRegions::remove_region(const model::RegionName& name) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(used, connection.any("SELECT 1 FROM environments WHERE region = ?", {name.str()}));
    if (used)
      return fail(ErrorCode::conflict, fmt::format("an environment lives in region {}", name.str()),
                  fmt::format("divioctl region show {} says which", name.str()));
    DIVIO_CHECK(connection.run("DELETE FROM regions WHERE name = ?", {name.str()}));
    return {};
  });
}

}  // namespace divio::store
