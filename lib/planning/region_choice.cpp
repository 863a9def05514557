#include "planning/region_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::planning {
namespace {

model::RegionName default_region(const std::vector<model::Region>& known, const std::string& plan) {
  const auto planned = std::ranges::find_if(known, [&](const auto& region) { return model::takes_plan(region, plan); });
  if (planned != known.end()) return planned->name;
  const auto preferred = std::ranges::find(known, true, &model::Region::preferred);
  return preferred == known.end() ? model::local_region() : preferred->name;
}

}  // namespace

Result<model::Region> need_region(const std::vector<model::Region>& known, const model::RegionName& name) {
  const auto found = std::ranges::find(known, name, &model::Region::name);
  if (found != known.end()) return *found;
  std::vector<std::string> names;
  for (const auto& region : known) names.push_back(region.name.str());
  const auto near = nearest(name.str(), names);
  return fail(ErrorCode::not_found, fmt::format("there is no region '{}'", name.str()),
              near ? fmt::format("did you mean '{}'?", *near)
                   : fmt::format("there {} {}; divioctl region add {} makes it known", names.size() == 1 ? "is only" : "are",
                                 join(names, ", "), name.str()));
}

Result<void> check_organisation(const model::Region& region, const std::string& project, const std::string& organisation) {
  if (region.organisation.empty() || region.organisation == organisation) return {};
  const auto whose = organisation.empty() ? std::string("belongs to no organisation") : "belongs to " + organisation;
  return fail(ErrorCode::refused,
              fmt::format("region {} is dedicated to {}, and project {} {}", region.name.str(), region.organisation, project, whose),
              fmt::format("choose another region, or say organisation: {} in divio.yaml if it is theirs", region.organisation));
}

Result<std::optional<model::Region>> choose_builder(const std::vector<model::Region>& known, const model::Region& region,
                                                    const std::string& asked, const model::Project& project) {
  const auto& wanted = asked.empty() ? region.builder : asked;
  if (wanted.empty() || wanted == region.name.str()) return std::optional<model::Region>{};
  DIVIO_TRY(name, model::RegionName::parse(wanted));
  DIVIO_TRY(builder, need_region(known, name));
  DIVIO_CHECK(check_organisation(builder, project.name.str(), project.organisation));
  return std::optional(std::move(builder));
}

Result<model::Region> choose_region(const std::vector<model::Region>& known, const RegionWish& wish) {
  const auto stem = wish.key.stem();
  if (wish.lives_in && wish.asked && *wish.asked != *wish.lives_in)
    return fail(ErrorCode::refused,
                fmt::format("{} lives in region {}, but divio.yaml says region {}", stem, wish.lives_in->str(), wish.asked->str()),
                fmt::format("moving it is `migrate`, which a deployment never does; put region: {} back", wish.lives_in->str()));
  DIVIO_TRY(region, need_region(known, wish.lives_in ? *wish.lives_in : wish.asked.value_or(default_region(known, wish.plan))));
  DIVIO_CHECK(check_organisation(region, wish.key.project.str(), wish.organisation));
  if (region.draining && !wish.lives_in)
    return fail(ErrorCode::refused, fmt::format("region {} is draining and takes no new environments", region.name.str()),
                fmt::format("choose another region for {}, or end it: divioctl region drain {} --undo", stem, region.name.str()));
  return region;
}

}  // namespace divio::planning
