#include "controller/destroy.hpp"

#include <fmt/format.h>

#include <set>

#include "controller/backup_schedules.hpp"
#include "controller/execute.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/services.hpp"
#include "controller/use_cases.hpp"
#include "model/labels.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio::controller {
namespace {

// Images of the project that no other environment's release needs.
void remove_images(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key) {
  std::set<std::string> needed;
  const auto environments = runtime.store.projects().environments(key.project);
  if (!environments) return;
  for (const auto& environment : *environments) {
    const auto releases = runtime.store.releases().releases(environment.key);
    if (!releases) return;
    for (const auto& release : *releases) needed.insert(release.image.id);
  }
  const auto images = runtime.engine.images().list({{std::string(model::label::managed), catalogue_of(runtime)},
                                                    {std::string(model::label::project), key.project.str()}});
  if (!images) return;
  for (const auto& image : *images) {
    if (needed.contains(image.id)) continue;
    for (const auto& name : image.names)
      if (const auto removed = runtime.engine.images().remove(name); !removed)
        run.tell(Notice{Notice::Level::warning, "image " + name + " was not removed: " + removed.error().message});
  }
}

Result<planning::Plan> plan_destruction(Runtime& runtime, const model::EnvironmentKey& key, const DestroyRequest& request) {
  DIVIO_TRY(seen, observe(runtime, key));
  DIVIO_TRY(instances, runtime.store.services().services(key));
  return planning::plan_destroy(key, seen, request.keep_volumes, wanted_services(instances));
}

// In this order: wherever it is cut short, no schedule outlives its environment.
Result<void> forget(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_CHECK(remove_backup_schedule(runtime.store, key));
  return runtime.store.projects().remove_environment(key);
}

// Its variables are nowhere else, and are wanted where it is to be deployed next.
Result<void> forget_deployments(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_CHECK(remove_backup_schedule(runtime.store, key));
  return runtime.store.projects().remove_deployments(key);
}

void tell_of_buckets(OperationRun& run, const std::vector<model::ServiceInstance>& services) {
  for (const auto& one : services)
    if (one.bucket) run.tell(Notice{Notice::Level::info, fmt::format("the bucket {} stays, with its files", address_of(*one.bucket))});
}

Notice what_stays(const Runtime& runtime, const model::EnvironmentKey& key) {
  return {Notice::Level::warning, fmt::format("what region {} has of {} stays as it is, and runs on if its machine does: keep that off, or remove it there", runtime.region.name.str(), key.stem())};
}

RolloutOutcome outcome_without_engine(const Runtime& runtime, const model::EnvironmentKey& key, const std::string& operation, std::string outcome) {
  auto made = outcome_of(runtime, std::nullopt, {key, {}}, operation);
  made.outcome = std::move(outcome);
  made.plan.stages = {{"Forget", {{"forget", fmt::format("forget what was deployed to {}, and leave what region {} has of it", key.stem(), runtime.region.name.str())}}}};
  return made;
}

// There is no plan to carry out, for nothing is asked and nothing is done in its region. Somebody may have taken it over to another one meanwhile.
Result<RolloutOutcome> forget_without_engine(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  if (environment.region != runtime.region.name)
    return fail(ErrorCode::conflict, fmt::format("{} is in region {} by now", key.stem(), environment.region.str()), "look at it again: divioctl status");
  DIVIO_TRY(services, runtime.store.services().services(key));
  if (run.stop().stop_requested()) return Failure(run.stop_reason());
  DIVIO_CHECK(forget_deployments(runtime, key));
  run.tell(what_stays(runtime, key));
  run.tell(Notice{Notice::Level::info, fmt::format("its variables and backups stay, its scale and schedule of backups do not: name another region in divio.yaml, and then: divioctl deploy -e {0}, divioctl backup restore -e {0}", key.environment.str())});
  tell_of_buckets(run, services);
  return outcome_without_engine(runtime, key, run.id(), "forgotten");
}

}  // namespace

Result<RolloutOutcome> carry_out_destruction(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key,
                                             const DestroyRequest& request) {
  if (!request.without.empty())
    return fail(ErrorCode::refused, fmt::format("{} was to be forgotten without its region, and that is only done when it is said", key.stem()), "say it again, if that region is still gone: divioctl destroy --without " + request.without);
  DIVIO_TRY(plan, plan_destruction(runtime, key, request));
  DIVIO_TRY(services, runtime.store.services().services(key));
  run.tell(planning::announce(plan, run.id()));
  Work work{runtime, run, nullptr, [&] { return forget(runtime, key); }, run.stop()};
  DIVIO_CHECK(execute(work, plan));
  remove_images(runtime, run, key);
  tell_of_buckets(run, services);
  auto outcome = outcome_of(runtime, std::nullopt, plan, run.id());
  outcome.outcome = "destroyed";
  return outcome;
}

Result<RolloutOutcome> destroy(Runtime& runtime, const model::EnvironmentKey& key, const DestroyRequest& request, const Call& call) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  const bool alone = !request.without.empty();
  if (call.dry_run && alone) {
    if (call.listener) call.listener(what_stays(runtime, key));
    return outcome_without_engine(runtime, key, "", "planned");
  }
  if (call.dry_run) {
    DIVIO_TRY(plan, plan_destruction(runtime, key, request));
    return outcome_of(runtime, std::nullopt, plan, "");
  }
  auto asked = call;
  asked.without_engine = alone;
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::destroy, key, wire::to_json(request), asked));
  return conclude(*run, alone ? forget_without_engine(runtime, *run, key) : carry_out_destruction(runtime, *run, key, request));
}

}  // namespace divio::controller
