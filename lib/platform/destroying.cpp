// Taking environments away, also those whose region is gone for good.
#include <fmt/format.h>

#include "controller/use_cases.hpp"
#include "model/region.hpp"
#include "platform/lost_region.hpp"
#include "platform/within.hpp"
#include "support/try.hpp"
#include "system/http.hpp"

namespace divio {
namespace {

constexpr std::chrono::seconds for_an_answer{3};

std::string command_for(const model::EnvironmentKey& key) { return fmt::format("divioctl destroy --project {} -e {}", key.project.str(), key.environment.str()); }

Result<RolloutOutcome> destroy_one(PlatformParts& parts, const model::EnvironmentKey& key, const model::RegionName& region, const DestroyRequest& request, const CallOptions& options) {
  DIVIO_TRY(runtime, parts.runtime(region, key));
  auto destroyed = controller::destroy(*runtime, key, request, call_of(options));
  if (destroyed || destroyed.error().code != ErrorCode::unreachable || destroyed.error().hint.find("--without") != std::string::npos) return destroyed;
  auto error = std::move(destroyed).error();
  error.hint += fmt::format("{}if region {} is gone for good, {} can be forgotten: {} --without {}", error.hint.empty() ? "" : "\n", region.str(), key.stem(), command_for(key), region.str());
  return Failure(std::move(error));
}

// An engine that nobody reaches may be one to which only the key is missing.
Result<void> check_nobody_answers(const model::Region& region) {
  if (model::is_on_this_machine(region)) return {};
  const auto authority = fmt::format("{}:{}", model::host_of(region), region.http_port);
  system::HttpTarget target{.authority = authority};
  target.connect_timeout = for_an_answer;
  target.describe = [](const system::TransportFailure&) { return Error{ErrorCode::unreachable, "nobody answers", {}, {}}; };
  const auto answer = system::HttpClient(std::move(target)).send({.path = "/", .timeout = for_an_answer});
  if (!answer) return {};
  return fail(ErrorCode::refused, fmt::format("the engine of region {} cannot be reached, but something answers at {}, so it may not be gone", region.name.str(), authority),
              fmt::format("mend the way to its engine, or switch its machine off; if another machine has that address by now: divioctl region set {} --address ADDRESS", region.name.str()));
}

Result<void> check_may_be_forgotten(PlatformParts& parts, const model::EnvironmentKey& key, const model::RegionName& region, const std::string& without) {
  DIVIO_TRY(environment, parts.store->projects().environment(key));
  if (!environment) return fail(ErrorCode::not_found, fmt::format("nothing was deployed to {}", key.stem()), "divioctl project list lists what there is");
  if (region.str() != without)
    return fail(ErrorCode::invalid, fmt::format("{} is in region {}, not in {}", key.stem(), region.str(), without), "--without names the region where it is and which is gone for good");
  DIVIO_CHECK(check_gone(parts, region, "to destroy what it has: " + command_for(key)));
  DIVIO_TRY(known, parts.store->regions().region(region));
  return known ? check_nobody_answers(*known) : Result<void>();
}

}  // namespace

Result<RolloutOutcome> Platform::destroy(const Target& target, const DestroyRequest& request, const CallOptions& options) {
  DIVIO_TRY(key, find_key(target));
  if (!request.whole_project) {
    DIVIO_TRY(region, recorded_place(*parts_, key));
    if (!request.without.empty()) DIVIO_CHECK(check_may_be_forgotten(*parts_, key, region, request.without));
    return destroy_one(*parts_, key, region, request, options);
  }
  if (!request.without.empty())
    return fail(ErrorCode::invalid, "a whole project is not forgotten in one go", "forget each environment that is in region " + request.without + ", and then destroy the rest");
  DIVIO_TRY(project, parts_->store->projects().project(key.project));
  if (!project) return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()), "divioctl project list lists them");
  DIVIO_TRY(environments, parts_->store->projects().environments(key.project));
  RolloutOutcome all;
  all.outcome = options.dry_run ? "planned" : "destroyed";
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
