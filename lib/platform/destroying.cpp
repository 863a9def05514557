// Taking environments away, also those whose region is gone for good.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/use_cases.hpp"
#include "platform/lost_region.hpp"
#include "platform/within.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

// For an environment that is elsewhere than in the region to do without: as ever.
Result<RolloutOutcome> destroy_one(PlatformParts& parts, const model::EnvironmentKey& key, const model::RegionName& region, DestroyRequest request, const CallOptions& options) {
  if (request.without != region.str()) request.without.clear();
  if (!request.without.empty()) DIVIO_CHECK(check_gone(parts, region, fmt::format("to destroy what it has: divioctl destroy --project {} -e {}", key.project.str(), key.environment.str())));
  auto runtime = parts.runtime(region, key);
  if (!runtime) return Failure(std::move(runtime).error());
  auto destroyed = controller::destroy(**runtime, key, request, call_of(options));
  if (!destroyed && request.without.empty() && destroyed.error().code == ErrorCode::unreachable && destroyed.error().hint.find("--without") == std::string::npos) {
    auto error = std::move(destroyed).error();
    error.hint += fmt::format("{}if region {} is gone for good, {} can be forgotten: divioctl destroy --project {} -e {} --without {}", error.hint.empty() ? "" : "\n", region.str(),
                              key.stem(), key.project.str(), key.environment.str(), region.str());
    return Failure(std::move(error));
  }
  return destroyed;
}

Result<void> check_is_in(const std::set<model::RegionName>& regions, const std::string& without) {
  if (without.empty() || std::ranges::any_of(regions, [&](const auto& one) { return one.str() == without; })) return {};
  return fail(ErrorCode::invalid, fmt::format("nothing of it is in region {}", without), fmt::format("--without names the region where it is and which is gone for good: {}", regions.begin()->str()));
}

}  // namespace

Result<RolloutOutcome> Platform::destroy(const Target& target, const DestroyRequest& request, const CallOptions& options) {
  DIVIO_TRY(key, find_key(target));
  if (!request.whole_project) {
    DIVIO_TRY(region, recorded_place(*parts_, key));
    DIVIO_CHECK(check_is_in({region}, request.without));
    return destroy_one(*parts_, key, region, request, options);
  }
  DIVIO_TRY(environments, parts_->store->projects().environments(key.project));
  if (environments.empty())
    return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()), "divioctl project list lists them");
  std::set<model::RegionName> regions;
  for (const auto& environment : environments) regions.insert(environment.region);
  DIVIO_CHECK(check_is_in(regions, request.without));
  RolloutOutcome all;
  for (const auto& environment : environments) {
    DIVIO_TRY(one, destroy_one(*parts_, environment.key, environment.region, request, options));
    all.operation = one.operation;
    all.outcome = one.outcome;
    all.plan.stages.insert(all.plan.stages.end(), one.plan.stages.begin(), one.plan.stages.end());
  }
  if (!options.dry_run) DIVIO_CHECK(parts_->store->projects().remove_project(key.project));
  return all;
}

}  // namespace divio
