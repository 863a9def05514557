#include "planning/region_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "support/text.hpp"

namespace divio::planning {
namespace {

std::string value_in(const model::Labels& labels, const std::string& key) {
  const auto found = labels.find(key);
  return found == labels.end() ? "" : found->second;
}

model::Region fresh_region(const model::RegionName& name) {
  model::Region region;
  region.name = name;
  return region;
}

}  // namespace

std::vector<SettingChange> compare(const model::Region& before, const model::Region& after) {
  std::vector<SettingChange> changes;
  for (const auto& setting : model::region_settings())
    if (auto from = setting.get(before), to = setting.get(after); from != to)
      changes.push_back({std::string(setting.name), std::move(from), std::move(to)});
  std::set<std::string> keys;
  for (const auto& [key, value] : before.labels) keys.insert(key);
  for (const auto& [key, value] : after.labels) keys.insert(key);
  for (const auto& key : keys) {
    const bool same = before.labels.contains(key) == after.labels.contains(key);
    if (auto from = value_in(before.labels, key), to = value_in(after.labels, key); !same || from != to)
      changes.push_back({"label " + key, std::move(from), std::move(to)});
  }
  return changes;
}

std::vector<RegionChange> plan_regions(const std::vector<model::Region>& known, const std::vector<model::Region>& wanted) {
  std::vector<RegionChange> changes;
  for (const auto& region : wanted) {
    const auto found = std::ranges::find(known, region.name, &model::Region::name);
    const bool added = found == known.end();
    changes.push_back({region, added, compare(added ? fresh_region(region.name) : *found, region)});
  }
  return changes;
}

bool asks_for_same_engine(const model::Region& before, const model::Region& after,
                          const std::vector<Inhabitant>& inhabitants) {
  return !inhabitants.empty() && before.endpoint != after.endpoint && !before.endpoint.empty();
}

Result<void> check_change(const model::Region& before, const model::Region& after,
                          const std::vector<Inhabitant>& inhabitants, bool same_engine) {
  if (inhabitants.empty()) return {};
  std::vector<std::string> names;
  for (const auto& one : inhabitants) names.push_back(one.name);
  if (asks_for_same_engine(before, after, inhabitants) && !same_engine)
    return fail(ErrorCode::refused,
                fmt::format("region {} cannot get another engine while {} live{} there", before.name.str(), join(names, ", "),
                            names.size() == 1 ? "s" : ""),
                fmt::format("at the new endpoint is no ingress of this region: it is not the same engine; add a region of its own for it: "
                            "divioctl region add NAME --endpoint {}", after.endpoint));
  for (const auto& one : inhabitants)
    if (!after.organisation.empty() && one.organisation != after.organisation)
      return fail(ErrorCode::refused,
                  fmt::format("region {} cannot be dedicated to {} while {} lives there", before.name.str(), after.organisation, one.name),
                  fmt::format("say organisation: {} in the divio.yaml of {} and deploy it if it is theirs", after.organisation, one.project));
  return {};
}

Result<void> check_builder(const std::vector<model::Region>& known, const model::Region& region) {
  const auto is_builder = [&](const auto& other) { return other.name.str() == region.builder; };
  if (region.builder.empty() || region.builder == region.name.str() || std::ranges::any_of(known, is_builder)) return {};
  return fail(ErrorCode::not_found, fmt::format("there is no region '{}' to build for region {}", region.builder, region.name.str()),
              fmt::format("divioctl region add {} makes it known", region.builder));
}

Result<void> check_plans(const std::vector<model::Region>& known, const model::Region& region) {
  for (const auto& plan : split(region.plans, ','))
    for (const auto& other : known)
      if (other.name != region.name && model::takes_plan(other, plan))
        return fail(ErrorCode::conflict, fmt::format("projects with the plan {} go to region {} already", plan, other.name.str()),
                    fmt::format("take it from there first: divioctl region set {} --plans ...", other.name.str()));
  return {};
}

}  // namespace divio::planning
