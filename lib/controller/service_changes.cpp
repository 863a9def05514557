#include "controller/service_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/changes.hpp"
#include "controller/execute.hpp"
#include "controller/outcome.hpp"
#include "controller/records.hpp"
#include "controller/rollout.hpp"
#include "controller/services.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio::controller {
namespace {

using model::OperationKind;
using model::ServiceInstance;
using model::ServiceState;

// An environment, what serves in it, and one of its services.
struct Place {
  model::Environment environment;
  std::optional<model::Release> release;
  ServiceInstance instance;

  [[nodiscard]] bool attached() const { return release && has_service(release->config, instance.prefix); }
};

Result<Place> find(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_TRY(instance, need_instance(runtime, key, prefix));
  DIVIO_TRY(environment, runtime.store.projects().environment(key));
  if (!environment) return Place{{.key = key, .region = runtime.region.name}, std::nullopt, std::move(instance)};
  DIVIO_TRY(release, wanted_release(runtime, *environment));
  return Place{std::move(*environment), std::move(release), std::move(instance)};
}

Change as_it_is(const Place& place) { return {place.environment, place.release, place.environment, place.release}; }

// The release that serves, with or without the service.
model::Release draft(Runtime& runtime, const Place& place, bool attached) {
  auto release = *place.release;
  if (attached) attach(release.config, place.instance);
  else detach(release.config, place.instance);
  release.state = model::ReleaseState::pending;
  release.created_at = runtime.clock.now();
  release.created_by = runtime.holder.person;
  release.reason = fmt::format("service {} {}", place.instance.prefix.str(), attached ? "attached" : "detached");
  return release;
}

// One that an operation made before it was cut short is used again.
Result<model::Release> find_or_make(Runtime& runtime, OperationRun& run, model::Release wanted) {
  DIVIO_TRY(releases, runtime.store.releases().releases(wanted.key));
  const auto& newest = releases.front();
  if (newest.state == model::ReleaseState::pending && newest.image == wanted.image && newest.config == wanted.config) return newest;
  DIVIO_ASSIGN(wanted.number, runtime.store.releases().add_release(wanted));
  DIVIO_CHECK(run.record("service-release-made", std::to_string(wanted.number)));
  return wanted;
}

// What the next release is to have. One that comes back is gone over as a new one is, which does no harm to its data.
Result<void> set_wanted(Runtime& runtime, ServiceInstance instance, bool attached) {
  const auto wanted = !attached                                  ? ServiceState::detached
                      : instance.state == ServiceState::detached ? ServiceState::added
                                                                 : instance.state;
  if (wanted == instance.state) return {};
  instance.state = wanted;
  return runtime.store.services().put_service(instance);
}

Result<Change> attachment_change(Runtime& runtime, OperationRun& run, const Place& place, bool attached) {
  if (place.attached() == attached) return as_it_is(place);
  DIVIO_TRY(release, find_or_make(runtime, run, draft(runtime, place, attached)));
  Change change{place.environment, place.release, place.environment, {}, attached};
  change.want(std::move(release));
  return change;
}

// As it was, unless it was cut short, which is gone on with.
Result<void> give_up(Runtime& runtime, const Place& place, const Change& change, const Error& cause) {
  if (cause.code != ErrorCode::failed) return {};
  DIVIO_CHECK(set_wanted(runtime, place.instance, place.attached()));
  if (change.release_after->state != model::ReleaseState::pending) return {};
  return runtime.store.releases().set_release_state(change.after.key, change.after.release, model::ReleaseState::failed, cause.message);
}

Result<RolloutOutcome> carry_out_attachment(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key,
                                            const std::string& prefix, bool attached) {
  DIVIO_TRY(place, find(runtime, key, prefix));
  DIVIO_CHECK(set_wanted(runtime, place.instance, attached));
  if (!place.release) return outcome_of(runtime, std::nullopt, planning::Plan{key, {}}, run.id());
  DIVIO_TRY(change, attachment_change(runtime, run, place, attached));
  auto plan = roll_out(runtime, run, change);
  if (!plan) {
    DIVIO_CHECK(give_up(runtime, place, change, plan.error()));
    return Failure(plan.error());
  }
  return outcome_of(runtime, change.release_after, *plan, run.id());
}

Result<RolloutOutcome> plan_attachment(Runtime& runtime, const Place& place, bool attached) {
  if (!place.release) return outcome_of(runtime, std::nullopt, planning::Plan{place.instance.environment, {}}, "");
  if (place.attached() == attached) return plan_only(runtime, as_it_is(place));
  Change change{place.environment, place.release, place.environment, {}, attached};
  auto release = draft(runtime, place, attached);
  DIVIO_TRY(releases, runtime.store.releases().releases(release.key));
  release.number = releases.front().number + 1;
  change.want(std::move(release));
  return plan_only(runtime, change);
}

Result<RolloutOutcome> change_attachment(Runtime& runtime, const model::EnvironmentKey& key, const ServiceRequest& request,
                                         const Call& call, bool attached) {
  DIVIO_TRY(place, find(runtime, key, request.prefix));
  if (attached && place.release) DIVIO_CHECK(check_mounts(draft(runtime, place, true).config));
  if (call.dry_run) return plan_attachment(runtime, place, attached);
  const auto kind = attached ? OperationKind::service_attach : OperationKind::service_detach;
  DIVIO_TRY(run, OperationRun::begin(runtime, kind, key, wire::to_json(request), call));
  return conclude(*run, carry_out_attachment(runtime, *run, key, request.prefix, attached));
}

Result<void> check_has_credentials(const Place& place) {
  const auto& instance = place.instance;
  const auto& prefix = instance.prefix.str();
  if (is_in_volume(instance))
    return fail(ErrorCode::refused, fmt::format("service {} is a folder and has no credentials", prefix), "databases and caches have some");
  if (instance.bucket && instance.next_password.empty() && instance.old_password.empty())
    return fail(ErrorCode::refused, fmt::format("service {} needs a new key pair for {}", prefix, address_of(*instance.bucket)),
                fmt::format("make one at the provider, then: divioctl service rotate {} -e {} --access-key ID", prefix,
                            instance.environment.environment.str()));
  if (instance.bucket || place.attached() || !instance.password.empty()) return {};
  return fail(ErrorCode::refused, fmt::format("service {} is not made yet", prefix), "the next deployment makes it: divioctl deploy");
}

Result<void> check_request(Runtime& runtime, const Place& place, const ServiceRotateRequest& request, bool try_out) {
  if (request.access_key.empty() && !request.s3_authority.empty())
    return fail(ErrorCode::invalid, "another authority comes with a key pair", "say --access-key, too; the present key pair will do");
  if (request.access_key.empty()) return {};
  if (!place.instance.bucket)
    return fail(ErrorCode::invalid, fmt::format("service {} makes its credentials itself", request.prefix), "leave the access key out");
  return try_out ? check_bucket(runtime, place.instance, {*place.instance.bucket, request.access_key, request.secret_key}) : Result<void>{};
}

// Where containers have it, they are replaced; `again`: they were already, by the operation that is gone on with.
Change rotation_change(const Place& place, bool again) {
  auto change = as_it_is(place);
  if (!again && !place.environment.stopped) ++change.after.generation;
  // Where the old ones are refused already, another beginning would refuse what the instances have now.
  if (!again || !place.instance.old_password.empty()) change.rotate = place.instance.prefix.str();
  return change;
}

// Nobody uses it: no container has to be replaced.
planning::Plan rotation_apart(const Place& place) {
  const auto& prefix = place.instance.prefix.str();
  if (place.instance.bucket)
    return {place.instance.environment,
            {{"Take new credentials", {planning::BeginRotation{prefix}}}, {"Forget old credentials", {planning::FinishRotation{prefix}}}}};
  return {place.instance.environment,
          {{"Provision servers", {planning::EnsureServer{place.instance.server, place.instance.type, place.instance.version}}},
           {"Make new credentials", {planning::BeginRotation{prefix}}},
           {"Refuse old credentials", {planning::FinishRotation{prefix}}}}};
}

// Carries out a plan that changes nothing of what is wanted.
Result<RolloutOutcome> carry_out_plan(Runtime& runtime, OperationRun& run, const planning::Plan& plan) {
  run.tell(planning::announce(plan, run.id()));
  Work work{runtime, run, nullptr, {}, run.stop()};
  DIVIO_CHECK(execute(work, plan));
  return outcome_of(runtime, std::nullopt, plan, run.id());
}

Result<RolloutOutcome> carry_out_rotation(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key,
                                          const std::string& prefix, bool again) {
  DIVIO_TRY(place, find(runtime, key, prefix));
  DIVIO_CHECK(check_has_credentials(place));
  if (!place.attached()) return carry_out_plan(runtime, run, rotation_apart(place));
  return carry_out_change(runtime, run, rotation_change(place, again));
}

Result<void> check_may_go(const Place& place) {
  if (!place.attached()) return {};
  const auto& prefix = place.instance.prefix.str();
  return fail(ErrorCode::refused, fmt::format("service {} is attached", prefix),
              fmt::format("detach it first: divioctl service detach {} -e {}", prefix, place.environment.key.environment.str()));
}

planning::Plan removal_plan(const Place& place) {
  const auto& instance = place.instance;
  planning::Plan plan{instance.environment, {}};
  std::vector<planning::Step> steps;
  if (is_in_volume(instance))
    steps = {planning::RemoveVolume{planning::volume_name(instance.environment, model::volume_of(instance.prefix))}};
  else if (instance.server.empty())
    steps = {};  // a bucket stays, and what was never made is nowhere
  else if (instance.scope == model::Scope::dedicated)
    steps = {planning::RemoveServer{instance.server, false}};
  else if (!instance.password.empty())
    steps = {planning::RemoveServiceInstance{instance.prefix.str(), instance.type}};
  if (!steps.empty()) plan.stages.push_back({"Remove the service", std::move(steps)});
  plan.stages.push_back({"Forget the service", {planning::ForgetService{instance.prefix.str()}}});
  return plan;
}

Result<RolloutOutcome> carry_out_removal(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key,
                                         const std::string& prefix) {
  DIVIO_TRY(place, find(runtime, key, prefix));
  DIVIO_CHECK(check_may_go(place));
  DIVIO_TRY(outcome, carry_out_plan(runtime, run, removal_plan(place)));
  if (const auto& bucket = place.instance.bucket)
    run.tell(Notice{Notice::Level::info, fmt::format("the bucket {} stays, with its files; remove it at its provider if nobody needs it", address_of(*bucket))});
  outcome.outcome = "removed";
  return outcome;
}

}  // namespace

Result<ServiceInstance> add_service(Runtime& runtime, const model::EnvironmentKey& key, const model::ServiceSpec& spec,
                                    const std::optional<BucketLogin>& login) {
  DIVIO_TRY(known, runtime.store.services().services(key));
  if (std::ranges::find(known, spec.prefix, &ServiceInstance::prefix) != known.end())
    return fail(ErrorCode::conflict, fmt::format("{} has a service '{}' already", key.stem(), spec.prefix.str()),
                "give the new one another prefix; divioctl service list lists those there are");
  auto instance = model::new_instance(runtime.region.name, key, spec);
  DIVIO_ASSIGN(instance.server, server_with_kept_data(runtime, instance));
  if (login) {
    DIVIO_CHECK(check_bucket(runtime, instance, *login));
    instance.bucket = login->bucket;
    instance.role = login->access_key;
    instance.password = login->secret_key;
  }
  DIVIO_CHECK(runtime.store.services().put_service(instance));
  // Not refused for an engine that does not answer now: the next operation writes the record too.
  if (const auto record = record_of(runtime, key); record && *record) static_cast<void>(keep_record(runtime, keeper_of(runtime, key)));
  return instance;
}

Result<RolloutOutcome> attach_service(Runtime& runtime, const model::EnvironmentKey& key, const ServiceRequest& request,
                                      const Call& call) {
  return change_attachment(runtime, key, request, call, true);
}

Result<RolloutOutcome> detach_service(Runtime& runtime, const model::EnvironmentKey& key, const ServiceRequest& request,
                                      const Call& call) {
  return change_attachment(runtime, key, request, call, false);
}

Result<RolloutOutcome> rotate_service(Runtime& runtime, const model::EnvironmentKey& key, const ServiceRotateRequest& request,
                                      const Call& call) {
  DIVIO_TRY(place, find(runtime, key, request.prefix));
  if (!request.access_key.empty()) place.instance = with_key_pair(std::move(place.instance), request);
  DIVIO_CHECK(check_request(runtime, place, request, !call.dry_run));
  DIVIO_CHECK(check_has_credentials(place));
  if (call.dry_run && place.attached()) return plan_only(runtime, rotation_change(place, false));
  if (call.dry_run) return outcome_of(runtime, std::nullopt, rotation_apart(place), "");
  DIVIO_TRY(run, OperationRun::begin(runtime, OperationKind::service_rotate, key, wire::to_json(ServiceRequest{request.prefix}), call));
  // Somebody may have changed it before the lease was got.
  const auto take = [&]() -> Result<void> {
    if (request.access_key.empty()) return {};
    DIVIO_TRY(now, need_instance(runtime, key, request.prefix));
    return runtime.store.services().put_service(with_key_pair(std::move(now), request));
  };
  if (auto taken = take(); !taken) return conclude(*run, Result<RolloutOutcome>(Failure(std::move(taken).error())));
  return conclude(*run, carry_out_rotation(runtime, *run, key, request.prefix, false));
}

Result<RolloutOutcome> remove_service(Runtime& runtime, const model::EnvironmentKey& key, const ServiceRequest& request,
                                      const Call& call, const LastBackup& last_backup) {
  DIVIO_TRY(place, find(runtime, key, request.prefix));
  DIVIO_CHECK(check_may_go(place));
  if (call.dry_run) return outcome_of(runtime, std::nullopt, removal_plan(place), "");
  if (last_backup && !place.instance.bucket) DIVIO_CHECK(last_backup(place.instance));  // a bucket stays
  DIVIO_TRY(run, OperationRun::begin(runtime, OperationKind::service_remove, key, wire::to_json(request), call));
  return conclude(*run, carry_out_removal(runtime, *run, key, request.prefix));
}

Result<RolloutOutcome> go_on_with_service(Runtime& runtime, OperationRun& run, const model::Operation& operation) {
  DIVIO_TRY(request, wire::from_json<ServiceRequest>(operation.request));
  const auto& key = operation.key;
  const auto& prefix = request.prefix;
  if (operation.kind == OperationKind::service_rotate) {
    DIVIO_TRY(records, runtime.store.journal().records(operation.id));
    const auto committed = std::ranges::find(records, "committed", &model::JournalRecord::event) != records.end();
    return carry_out_rotation(runtime, run, key, prefix, committed);
  }
  if (operation.kind == OperationKind::service_remove) {
    // The last step may have been done and not been recorded.
    DIVIO_TRY(known, runtime.store.services().services(key));
    const bool gone = std::ranges::none_of(known, [&](const auto& one) { return one.prefix.str() == prefix; });
    return gone ? outcome_of(runtime, std::nullopt, planning::Plan{key, {}}, run.id()) : carry_out_removal(runtime, run, key, prefix);
  }
  return carry_out_attachment(runtime, run, key, prefix, operation.kind == OperationKind::service_attach);
}

}  // namespace divio::controller
