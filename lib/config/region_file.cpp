#include "config/region_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "config/printable.hpp"
#include "config/reader.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

constexpr std::string_view regions_example = "regions: {eu: {endpoint: 'ssh://deploy@eu.example.com'}}";
constexpr std::string_view region_example = "{endpoint: 'ssh://deploy@eu.example.com'}";

std::vector<std::string> region_keys() {
  std::vector<std::string> keys;
  for (const auto& setting : model::region_settings()) keys.emplace_back(setting.name);
  for (auto& key : keys) std::ranges::replace(key, '-', '_');
  keys.emplace_back("labels");
  return keys;
}

Result<void> read_labels(const YamlNode& node, model::Region& region) {
  DIVIO_CHECK(check_map(node, "{tier: gold}"));
  for (const auto& entry : node.children) {
    std::string value;
    if (entry.kind != YamlNode::Kind::nothing) DIVIO_CHECK(assign(value, read_text(entry)));
    DIVIO_CHECK(at(entry.key_place, model::check_region_label(entry.name, value)));
    region.labels[entry.name] = std::move(value);
  }
  return {};
}

Result<void> read_setting(const YamlNode& entry, const RegionContext& context, model::Region& region) {
  if (entry.name == "labels") return read_labels(entry, region);
  const auto keys = region_keys();
  if (std::ranges::find(keys, entry.name) == keys.end()) return unknown_key(entry, keys);
  if (entry.kind == YamlNode::Kind::nothing) return {};
  DIVIO_TRY(text, read_text(entry));
  if (entry.name == "certificates" && !text.starts_with('/')) text = context.folder + "/" + text;
  auto name = entry.name;
  std::ranges::replace(name, '_', '-');
  const auto* setting = model::find_region_setting(name);
  return at(entry.place, setting->set(region, text));
}

Result<model::Region> read_region(const YamlNode& entry, const RegionContext& context) {
  model::Region region;
  DIVIO_ASSIGN(region.name, read_key_as<model::RegionName>(entry));
  DIVIO_CHECK(check_map(entry, region_example));
  const auto before = std::ranges::find(context.known, region.name, &model::Region::name);
  if (before != context.known.end()) region.draining = before->draining;
  if (before != context.known.end()) region.catalogue = before->catalogue;
  // `local` need not say where it is.
  if (before != context.known.end() && region.name == model::local_region()) region.endpoint = before->endpoint;
  for (const auto& setting : entry.children) DIVIO_CHECK(read_setting(setting, context, region));
  DIVIO_CHECK(at(entry.key_place, model::check_region(region)));
  return region;
}

Result<std::vector<model::Region>> read_regions(std::string_view yaml, const RegionContext& context) {
  DIVIO_TRY(root, parse_yaml(yaml));
  if (root.kind != YamlNode::Kind::map)
    return problem(root.place, "the file must be a map with the key 'regions'", fmt::format("write it like {}", regions_example));
  std::vector<model::Region> regions;
  std::optional<std::string> preferred;
  for (const auto& key : root.children) {
    if (key.name != "regions") return unknown_key(key, {"regions"});
    DIVIO_CHECK(check_map(key, region_example));
    for (const auto& entry : key.children) {
      DIVIO_TRY(region, read_region(entry, context));
      if (region.preferred && preferred)
        return problem(entry.key_place, fmt::format("'{}' and '{}' are both the default", *preferred, entry.name),
                       "say default: true for one of them only");
      if (region.preferred) preferred = entry.name;
      regions.push_back(std::move(region));
    }
  }
  if (regions.empty())
    return problem(root.place, "the file names no region", fmt::format("write it like {}", regions_example));
  return regions;
}

}  // namespace

Result<std::vector<model::Region>> parse_region_file(std::string_view yaml, std::string_view file_name,
                                                     const RegionContext& context) {
  auto regions = read_regions(yaml, context);
  if (!regions) return Failure(within_file(std::move(regions).error(), file_name));
  return regions;
}

std::vector<std::string> known_region_keys() {
  std::vector<std::string> keys;
  for (const auto& key : region_keys()) keys.push_back("regions.NAME." + key);
  return keys;
}

}  // namespace divio::config
