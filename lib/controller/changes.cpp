// Scale, rollback, restart, stop and start: changes of what is wanted that need no new release.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "controller/changes.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/use_cases.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio::controller {
namespace {

using model::Environment;
using model::Release;

constexpr int most_replicas = 100;

Result<Change> change_nothing(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  DIVIO_TRY(release, need_release(runtime, environment));
  return Change{environment, release, environment, release};
}

std::vector<std::string> process_names(const Release& release) {
  std::vector<std::string> names;
  for (const auto& process : release.config.processes) names.push_back(process.name.str());
  return names;
}

Result<void> scale_one(Change& change, const std::string& name, int replicas) {
  const auto names = process_names(*change.release_after);
  if (std::ranges::find(names, name) == names.end()) {
    const auto near = nearest(name, names);
    return fail(ErrorCode::not_found, fmt::format("release {} has no process '{}'", change.release_after->number, name),
                near ? fmt::format("did you mean '{}'?", *near) : fmt::format("it has: {}", join(names, ", ")));
  }
  DIVIO_TRY(process, model::ProcessName::parse(name));
  if (replicas == -1) {  // what divio.yaml says, which is in the release
    change.after.scale.erase(process);
    return {};
  }
  if (replicas < 0 || replicas > most_replicas)
    return fail(ErrorCode::invalid, fmt::format("{} replicas of {} cannot be", replicas, name), fmt::format("use 0 to {}", most_replicas));
  change.after.scale[process] = replicas;
  return {};
}

Result<int> release_before(Runtime& runtime, const Environment& environment) {
  DIVIO_TRY(releases, runtime.store.releases().releases(environment.key));
  for (const auto& release : releases)
    if (release.number < environment.release && release.state == model::ReleaseState::superseded) return release.number;
  return fail(ErrorCode::not_found, fmt::format("no release served {} before release {}", environment.key.stem(), environment.release),
              fmt::format("divioctl releases -e {} lists them", environment.key.environment.str()));
}

Result<void> check_can_serve_again(Runtime& runtime, const Release& release) {
  if (release.state == model::ReleaseState::failed || release.state == model::ReleaseState::pending)
    return fail(ErrorCode::refused, fmt::format("release {} never served: {}", release.number,
                                                release.reason.empty() ? "its deployment did not finish" : release.reason),
                "deploy its commit again, or choose another release");
  if (!release.image.digest.empty()) return {};  // it is pulled again where it is gone
  const auto image = runtime.engine.images().inspect(release.image.id);
  if (image || image.error().code != ErrorCode::not_found) return image ? Result<void>{} : Result<void>(Failure(image.error()));
  return fail(ErrorCode::refused, fmt::format("the image of release {} is not kept any more", release.number),
              fmt::format("divioctl deploy --ref {} builds it again", release.revision.commit.substr(0, 10)));
}

}  // namespace

Result<Change> scale_change(Runtime& runtime, const model::EnvironmentKey& key, const ScaleRequest& request) {
  DIVIO_TRY(change, change_nothing(runtime, key));
  if (request.replicas.empty())
    return fail(ErrorCode::invalid, "nothing to scale was named", "name processes and replicas: divioctl scale web=3 worker=2");
  for (const auto& [name, replicas] : request.replicas) DIVIO_CHECK(scale_one(change, name, replicas));
  return change;
}

Result<Change> rollback_change(Runtime& runtime, const model::EnvironmentKey& key, const RollbackRequest& request) {
  DIVIO_TRY(change, change_nothing(runtime, key));
  int number = request.release.value_or(0);
  if (!request.release) {
    DIVIO_ASSIGN(number, release_before(runtime, change.before));
  }
  DIVIO_TRY(release, runtime.store.releases().release(key, number));
  if (!release)
    return fail(ErrorCode::not_found, fmt::format("{} has no release {}", key.stem(), number),
                fmt::format("divioctl releases -e {} lists them", key.environment.str()));
  if (number != change.before.release) DIVIO_CHECK(check_can_serve_again(runtime, *release));
  change.want(std::move(*release));
  return change;
}

Result<Change> restart_change(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(change, change_nothing(runtime, key));
  if (change.before.stopped)
    return fail(ErrorCode::refused, fmt::format("{} is stopped", key.stem()), "divioctl start starts it");
  ++change.after.generation;
  return change;
}

Result<Change> stopped_change(Runtime& runtime, const model::EnvironmentKey& key, bool stopped) {
  DIVIO_TRY(change, change_nothing(runtime, key));
  change.after.stopped = stopped;
  return change;
}

Result<RolloutOutcome> plan_only(Runtime& runtime, const Change& change) {
  DIVIO_TRY(seen, observe(runtime, change.after.key));
  DIVIO_TRY(plan, plan_change(runtime, change, seen));
  auto outcome = outcome_of(runtime, change.release_after, plan, "");
  DIVIO_ASSIGN(outcome.plan, announce_with_image(runtime, change, plan));
  return outcome;
}

Result<RolloutOutcome> carry_out_change(Runtime& runtime, OperationRun& run, const Result<Change>& change) {
  if (!change) return Failure(change.error());
  DIVIO_TRY(plan, roll_out(runtime, run, *change));
  return outcome_of(runtime, change->release_after, plan, run.id());
}

namespace {

// The change is worked out twice: before the lease is taken, so that wrong input leaves no trace, and under it.
Result<RolloutOutcome> carry_out_as(Runtime& runtime, model::OperationKind kind, const model::EnvironmentKey& key,
                                    const std::string& request, const Call& call,
                                    const std::function<Result<Change>()>& work_out) {
  DIVIO_TRY(first_look, work_out());
  if (call.dry_run) return plan_only(runtime, first_look);
  DIVIO_TRY(run, OperationRun::begin(runtime, kind, key, request, call));
  return conclude(*run, carry_out_change(runtime, *run, work_out()));
}

}  // namespace

Result<RolloutOutcome> scale(Runtime& runtime, const model::EnvironmentKey& key, const ScaleRequest& request, const Call& call) {
  return carry_out_as(runtime, model::OperationKind::scale, key, wire::to_json(request), call,
                      [&] { return scale_change(runtime, key, request); });
}

Result<RolloutOutcome> rollback(Runtime& runtime, const model::EnvironmentKey& key, const RollbackRequest& request,
                                const Call& call) {
  DIVIO_TRY(target, rollback_change(runtime, key, request));
  const RollbackRequest pinned{target.after.release};  // so that a resumed one does not go back further
  return carry_out_as(runtime, model::OperationKind::rollback, key, wire::to_json(pinned), call,
                      [&] { return rollback_change(runtime, key, pinned); });
}

Result<RolloutOutcome> restart(Runtime& runtime, const model::EnvironmentKey& key, const Call& call) {
  return carry_out_as(runtime, model::OperationKind::restart, key, wire::to_json(RestartRequest{}), call,
                      [&] { return restart_change(runtime, key); });
}

Result<RolloutOutcome> stop(Runtime& runtime, const model::EnvironmentKey& key, const Call& call) {
  return carry_out_as(runtime, model::OperationKind::stop, key, wire::to_json(StopRequest{}), call,
                      [&] { return stopped_change(runtime, key, true); });
}

Result<RolloutOutcome> start(Runtime& runtime, const model::EnvironmentKey& key, const Call& call) {
  return carry_out_as(runtime, model::OperationKind::start, key, wire::to_json(StartRequest{}), call,
                      [&] { return stopped_change(runtime, key, false); });
}

}  // namespace divio::controller
