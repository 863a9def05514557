#include "controller/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "builder/transfer.hpp"
#include "controller/execute.hpp"
#include "controller/image_source.hpp"
#include "controller/observe.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

// Networks of other environments may take a chosen subnet between the look and the act.
constexpr int attempts = 3;

Result<void> commit(Runtime& runtime, const Change& change) {
  // The release last, in a transaction of its own that is the commit point: what comes before it matters only with it.
  auto environment = change.after;
  environment.release = change.before.release;
  // What once moved away and is deployed here anew serves here.
  if (change.before.release == 0 && change.after.release != 0)
    if (auto own = runtime.ingress.traffic().unforward(change.after.key); !own && own.error().code != ErrorCode::not_found) return own;
  if (!(environment == change.before)) DIVIO_CHECK(runtime.store.projects().put_environment(environment));
  const bool to_activate = change.release_after && change.after.release != 0 &&
                           (change.after.release != change.before.release ||
                            change.release_after->state != model::ReleaseState::active);
  if (!to_activate) return {};
  DIVIO_CHECK(runtime.store.releases().activate_release(change.after.key, change.after.release));
  return want_services_of(runtime, *change.release_after);
}

const model::Release* pointer(const std::optional<model::Release>& release) { return release ? &*release : nullptr; }

// Back to what was wanted before. Not to be stopped by anybody.
void undo(Runtime& runtime, OperationRun& run, const Change& change, const Error& cause) {
  run.tell(Notice{Notice::Level::warning, "going back to what served before: " + cause.message});
  const auto recorded = run.record("undo-began");
  auto seen = observe(runtime, change.before.key);
  auto plan = seen ? planning::plan_rollout(wanted_of(change.before, pointer(change.release_before)), *seen, runtime.clock.now())
                   : Result<planning::Plan>(Failure(seen.error()));
  Work work{runtime, run, pointer(change.release_before), {}, {}};
  auto undone = plan && recorded ? execute(work, *plan) : Result<void>(Failure(plan ? recorded.error() : plan.error()));
  if (undone) undone = run.record("undo-ended");
  if (!undone)
    run.tell(Notice{Notice::Level::warning,
                    fmt::format("what was begun could not be undone entirely ({}); divioctl reconcile -e {} finishes it",
                                undone.error().message, change.before.key.environment.str())});
}

bool makes_containers(const planning::Plan& plan) {
  const auto makes = [](const planning::Step& step) {
    return std::holds_alternative<planning::StartInstance>(step) || std::holds_alternative<planning::RunReleaseCommand>(step);
  };
  return std::ranges::any_of(plan.stages, [&](const auto& stage) { return std::ranges::any_of(stage.steps, makes); });
}

Error with_way_on(Error error, const OperationRun& run) {
  if (!error.hint.empty()) error.hint += "\n";
  error.hint += fmt::format("the change stands and its clean-up is not finished: divioctl operation resume {}", run.id());
  return error;
}

}  // namespace

void Change::want(model::Release release) {
  if (release.number != before.release) after.generation = 0;
  after.release = release.number;
  release_after = std::move(release);
}

bool Change::commits() const {
  return !(before == after) || (release_after && release_after->state != model::ReleaseState::active && after.release != 0);
}

planning::Wanted wanted_of(const model::Environment& environment, const model::Release* release) {
  planning::Wanted wanted{.key = environment.key, .generation = environment.generation};
  if (release == nullptr || environment.release == 0) return wanted;
  wanted.release = release->number;
  wanted.hosts = release->config.hosts;
  for (const auto& mount : release->config.volumes)
    wanted.volumes.push_back(planning::volume_name(environment.key, mount.volume));
  for (const auto& process : release->config.processes) {
    const auto scaled = environment.scale.find(process.name);
    const int replicas = scaled == environment.scale.end() ? process.replicas : scaled->second;
    wanted.processes.push_back({process, environment.stopped ? 0 : replicas});
  }
  return wanted;
}

namespace {

// Servers are looked at too that only the instances of other releases are on, so that they are let go of.
Result<planning::Seen> add_services(Runtime& runtime, const Change& change, planning::Wanted& wanted, planning::Seen seen) {
  if (!change.release_after || change.after.release == 0) return seen;
  DIVIO_TRY(instances, instances_of(runtime, *change.release_after, change.made));
  wanted.services = wanted_services(instances);
  wanted.volumes.clear();
  for (const auto& mount : mounts_of(change.release_after->config, instances)) wanted.volumes.push_back(planning::volume_name(change.after.key, mount.volume));
  for (auto& service : wanted.services) service.rotate = service.prefix == change.rotate;
  DIVIO_TRY(known, runtime.store.services().services(change.after.key));
  instances.insert(instances.end(), known.begin(), known.end());
  DIVIO_ASSIGN(seen.servers, see_servers(runtime, change.after.key, instances));
  return seen;
}

}  // namespace

Result<planning::Plan> plan_change(Runtime& runtime, const Change& change, const planning::Seen& seen) {
  auto wanted = wanted_of(change.after, pointer(change.release_after));
  wanted.commit = change.commits();
  if (change.run_release_commands && change.release_after)
    wanted.release_commands = change.release_after->config.release_commands;
  DIVIO_TRY(with_servers, add_services(runtime, change, wanted, seen));
  return planning::plan_rollout(wanted, with_servers, runtime.clock.now());
}

Result<PlanMade> announce_with_image(Runtime& runtime, const Change& change, const planning::Plan& plan) {
  auto made = planning::announce(plan, "");
  if (!change.release_after || !makes_containers(plan)) return made;
  DIVIO_TRY(pulls, has_to_pull(runtime, *change.release_after));
  if (pulls)
    made.stages.insert(made.stages.begin(), {"Bring the image", {{std::string(builder::transfer_step), "pull " + change.release_after->image.digest}}});
  return made;
}

Result<planning::Plan> roll_out(Runtime& runtime, OperationRun& run, const Change& change) {
  Work work{runtime, run, pointer(change.release_after), [&] { return commit(runtime, change); }, run.stop()};
  for (int attempt = 1;; ++attempt) {
    DIVIO_TRY(seen, observe(runtime, change.after.key));
    DIVIO_TRY(plan, plan_change(runtime, change, seen));
    if (plan.empty()) return plan;
    if (change.release_after && makes_containers(plan)) DIVIO_CHECK(ensure_image(runtime, run, *change.release_after));
    run.tell(planning::announce(plan, run.id()));
    auto done = execute(work, plan);
    if (done) return plan;
    if (work.committed) return Failure(with_way_on(done.error(), run));
    const bool subnet_was_taken = done.error().code == ErrorCode::conflict && !seen.subnet;
    if (subnet_was_taken && attempt < attempts) continue;
    undo(runtime, run, change, done.error());
    return Failure(done.error());
  }
}

}  // namespace divio::controller
