#include "wire/region_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "support/try.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {

using nlohmann::json;

Result<std::string> write_region_settings(const model::Region& region) {
  auto text = write_text({{"certificates", region.certificates},
                          {"domain", region.domain},
                          {"address", region.address},
                          {"location", region.location},
                          {"provider", region.provider},
                          {"physical", region.physical},
                          {"organisation", region.organisation},
                          {"draining", region.draining},
                          {"builder", region.builder},
                          {"service_images", region.service_images},
                          {"registry", region.registry},
                          {"plans", region.plans},
                          {"relay_port", region.relay_port == 0 ? json() : json(region.relay_port)},
                          {"labels", region.labels},
                          {"catalogue", region.catalogue}});
  if (text) return std::move(*text);
  return fail(ErrorCode::invalid, fmt::format("the settings of region {} are not UTF-8", region.name.str()),
              "write them in UTF-8");
}

Result<model::Region> read_region_settings(std::string_view text) {
  DIVIO_TRY(object, read_text(text, "settings of a region"));
  const Fields fields(object);
  model::Region region;
  DIVIO_CHECK(fields.read("certificates", region.certificates));
  DIVIO_CHECK(fields.read("domain", region.domain));
  DIVIO_CHECK(fields.read("address", region.address));
  DIVIO_CHECK(fields.read("location", region.location));
  DIVIO_CHECK(fields.read("provider", region.provider));
  DIVIO_CHECK(fields.read("physical", region.physical));
  DIVIO_CHECK(fields.read("organisation", region.organisation));
  DIVIO_CHECK(fields.read("draining", region.draining));
  DIVIO_CHECK(fields.read("builder", region.builder));
  DIVIO_CHECK(fields.read("service_images", region.service_images));
  DIVIO_CHECK(fields.read("registry", region.registry));
  DIVIO_CHECK(fields.read("plans", region.plans));
  DIVIO_CHECK(fields.read("catalogue", region.catalogue));
  std::optional<std::uint16_t> relay_port;
  DIVIO_CHECK(fields.read("relay_port", relay_port));
  region.relay_port = relay_port.value_or(0);
  DIVIO_TRY(labels, fields.object("labels"));
  for (const auto& key : labels.keys()) DIVIO_CHECK(labels.read(key, region.labels[key]));
  return region;
}

}  // namespace divio::wire
