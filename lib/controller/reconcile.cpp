// Reconcile and resume: making the region agree with what is wanted already.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "controller/changes.hpp"
#include "controller/deploy.hpp"
#include "controller/destroy.hpp"
#include "controller/migrations.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/pinned_deployment.hpp"
#include "controller/records.hpp"
#include "controller/service_changes.hpp"
#include "controller/use_cases.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio::controller {
namespace {

Result<Change> as_it_is(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  DIVIO_TRY(release, wanted_release(runtime, environment));
  return Change{environment, release, environment, release};
}

// The running proxy may differ from its configuration, which no plan can see: applying what is in force mends it.
Result<void> repair_routes(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(state, runtime.ingress.state());
  if (!state.present || !state.running) return {};
  DIVIO_TRY(routes, runtime.ingress.routes(key));
  return routes ? runtime.ingress.apply(*routes) : Result<void>{};
}

Result<RolloutOutcome> carry_out_reconciliation(Runtime& runtime, OperationRun& run, const model::EnvironmentKey& key) {
  DIVIO_CHECK(repair_routes(runtime, key));
  return carry_out_change(runtime, run, as_it_is(runtime, key));
}

Result<bool> nothing_to_do(Runtime& runtime, const Change& change) {
  DIVIO_TRY(cut_short, interrupted(runtime, change.after.key));
  if (!cut_short.empty()) return false;
  DIVIO_TRY(seen, observe(runtime, change.after.key));
  DIVIO_TRY(plan, plan_change(runtime, change, seen));
  return plan.empty();
}

// The release that a deployment made before it was cut short.
Result<std::optional<model::Release>> release_made(Runtime& runtime, const model::Operation& operation) {
  DIVIO_TRY(records, runtime.store.journal().records(operation.id));
  const auto record = std::ranges::find(records, "release-made", &model::JournalRecord::event);
  if (record == records.end()) return std::optional<model::Release>{};
  return runtime.store.releases().release(operation.key, std::atoi(record->subject.c_str()));
}

template <class Request>
Result<Request> request_of(const model::Operation& operation) {
  return wire::from_json<Request>(operation.request);
}

// A commit is what it was; of a working tree nobody kept what was begun with.
Result<void> say_what_is_resumed(OperationRun& run, const Deployment& deployment) {
  DIVIO_TRY(revision, deployment.codebase.source->resolve(deployment.codebase.selection));
  if (revision.working_tree)
    run.tell(Notice{Notice::Level::warning,
                    "the deployment was of the working tree, and what was in it then is not kept: it is deployed as it is now"});
  return {};
}

Result<RolloutOutcome> go_on(Runtime& runtime, OperationRun& run, const model::Operation& operation) {
  switch (operation.kind) {
    case model::OperationKind::scale: {
      DIVIO_TRY(request, request_of<ScaleRequest>(operation));
      return carry_out_change(runtime, run, scale_change(runtime, operation.key, request));
    }
    case model::OperationKind::rollback: {
      DIVIO_TRY(request, request_of<RollbackRequest>(operation));
      return carry_out_change(runtime, run, rollback_change(runtime, operation.key, request));
    }
    case model::OperationKind::destroy: {
      DIVIO_TRY(request, request_of<DestroyRequest>(operation));
      return carry_out_destruction(runtime, run, operation.key, request);
    }
    case model::OperationKind::stop: return carry_out_change(runtime, run, stopped_change(runtime, operation.key, true));
    case model::OperationKind::start: return carry_out_change(runtime, run, stopped_change(runtime, operation.key, false));
    case model::OperationKind::restart: {
      // Once it is committed the generation is raised already; raising it again would replace the new instances.
      DIVIO_TRY(records, runtime.store.journal().records(operation.id));
      const auto committed = std::ranges::find(records, "committed", &model::JournalRecord::event) != records.end();
      return carry_out_change(runtime, run, committed ? as_it_is(runtime, operation.key) : restart_change(runtime, operation.key));
    }
    case model::OperationKind::reconcile: return carry_out_reconciliation(runtime, run, operation.key);
    case model::OperationKind::service_attach:
    case model::OperationKind::service_detach:
    case model::OperationKind::service_rotate:
    case model::OperationKind::service_remove: return go_on_with_service(runtime, run, operation);
    case model::OperationKind::data_copy:
    case model::OperationKind::backup_create:
    case model::OperationKind::backup_verify:
    case model::OperationKind::backup_restore:
    case model::OperationKind::migrate:
    case model::OperationKind::data_push:  // service_data.hpp: what they copy from is known to whoever opens it
    case model::OperationKind::build:
    case model::OperationKind::deploy: break;
  }
  return fail(ErrorCode::refused, fmt::format("operation {} was a build and left nothing to go on with", operation.id), "build again");
}

}  // namespace

namespace {

// The outcome if there was nothing to do but to repair routes. Under the environment's lease, because routes that a
// deployment is just changing must not be put back.
Result<std::optional<RolloutOutcome>> look_after(Runtime& runtime, const model::EnvironmentKey& key, const Call& call) {
  ports::Lease wanted{lease_subject(key), runtime.holder, "reconcile", {}};
  DIVIO_TRY(lease, HeldLease::acquire(runtime, std::move(wanted), call.lock_wait, call));
  DIVIO_CHECK(check_not_moving(runtime.store, key, model::OperationKind::reconcile));
  DIVIO_CHECK(check_set(runtime.store, key, runtime.generations));
  DIVIO_TRY(change, as_it_is(runtime, key));
  DIVIO_CHECK(repair_routes(runtime, key));
  DIVIO_TRY(idle, nothing_to_do(runtime, change));
  if (!idle) return std::nullopt;
  DIVIO_CHECK(check_keeper(runtime, key));
  if (const auto kept = keep_record(runtime, keeper_of(runtime, key)); !kept && call.listener)
    call.listener(Notice{Notice::Level::warning, "the engine's record of the environment is not up to date: " + kept.error().message});
  return std::optional(outcome_of(runtime, change.release_after, planning::Plan{key, {}}, ""));
}

}  // namespace

Result<RolloutOutcome> reconcile(Runtime& runtime, const model::EnvironmentKey& key, const Call& call) {
  if (call.dry_run) {
    DIVIO_TRY(change, as_it_is(runtime, key));
    return plan_only(runtime, change);
  }
  // A watch looks often: what needs nothing leaves no operation behind.
  DIVIO_TRY(well, look_after(runtime, key, call));
  if (well) return std::move(*well);
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::reconcile, key, wire::to_json(ReconcileRequest{}), call));
  return conclude(*run, carry_out_reconciliation(runtime, *run, key));
}

Result<RolloutOutcome> resume(Runtime& runtime, const std::string& id, const FindDeployment& find_deployment, const Call& call) {
  DIVIO_TRY(operation, runtime.store.journal().operation(id));
  if (!operation)
    return fail(ErrorCode::not_found, fmt::format("there is no operation {}", id), "divioctl operation list lists them");
  if (operation->outcome != model::Outcome::running)
    return fail(ErrorCode::conflict, fmt::format("operation {} has ended: {}", id, to_string(operation->outcome)),
                fmt::format("divioctl operation show {} says how", id));
  DIVIO_TRY(made, release_made(runtime, *operation));
  if (operation->kind == model::OperationKind::deploy && !made) {
    DIVIO_TRY(deployment, find_deployment(*operation));
    DIVIO_ASSIGN(deployment.codebase.branch, journaled_branch(*operation));
    DIVIO_TRY(run, OperationRun::resume(runtime, *operation, call));
    DIVIO_CHECK(say_what_is_resumed(*run, deployment));
    return conclude(*run, carry_out_deployment(runtime, *run, deployment, call));
  }
  if (made) {
    DIVIO_TRY(run, OperationRun::resume(runtime, *operation, call));
    DIVIO_TRY(environment, need_environment(runtime, operation->key));
    return conclude(*run, roll_out_release(runtime, *run, environment, *made));
  }
  DIVIO_TRY(run, OperationRun::resume(runtime, *operation, call));
  return conclude(*run, go_on(runtime, *run, *operation));
}

}  // namespace divio::controller
