// The operations of Platform: from a public request to its use case.
#include <fmt/format.h>

#include "controller/backups.hpp"
#include "controller/console.hpp"
#include "controller/logs.hpp"
#include "controller/pinned_deployment.hpp"
#include "controller/use_cases.hpp"
#include "controller/views.hpp"
#include "platform/backups.hpp"
#include "platform/data.hpp"
#include "platform/migrations.hpp"
#include "platform/within.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {
namespace {

// A deployment and the codebase it points into.
struct OpenDeployment {
  OpenCodebase open;
  controller::Deployment deployment;
};

Result<OpenDeployment> open_deployment(PlatformParts& parts, const Target& target, const DeployRequest& request) {
  DIVIO_TRY(open, open_codebase(parts.store->projects(), target, request.code));
  DIVIO_TRY(environment, model::EnvironmentName::parse(target.environment));
  controller::Deployment deployment{{open.codebase.file.project, environment}, open.codebase, request, wire::to_json(request)};
  return OpenDeployment{std::move(open), std::move(deployment)};
}

void say_what_is_deployed(const OpenDeployment& opened, const CallOptions& options) {
  const auto revision = opened.open.source->resolve(opened.deployment.codebase.selection);
  if (!revision || !options.listener || !revision->working_tree) return;
  const auto* text = revision->commit.empty() ? "the folder is not in a git repository: its files are taken as they are"
                                              : "the working tree is taken as it is, with what is not committed";
  options.listener(Notice{Notice::Level::info, text});
}

// Those of the region that a deployment goes to.
Result<controller::Runtime*> runtime_for(PlatformParts& parts, controller::Deployment& deployment, bool dry_run) {
  DIVIO_TRY(region, choose_place(parts, deployment.key, deployment.codebase.file));
  if (!dry_run) DIVIO_CHECK(settle(parts, region.name));
  DIVIO_ASSIGN(deployment.builder, find_builder(parts, region, deployment.request.builder, deployment.codebase.file));
  return parts.runtime(region.name);
}

// Those of the region that an operation was in. A deployment that was cut short before it wrote down where it goes is
// sent where it would go now.
Result<controller::Runtime*> runtime_to_resume(PlatformParts& parts, const std::string& id,
                                               const controller::FindDeployment& find_deployment) {
  DIVIO_TRY(operation, parts.store->journal().operation(id));
  if (!operation) return parts.runtime(model::local_region());
  DIVIO_TRY(releases, parts.store->releases().releases(operation->key));
  if (operation->kind != model::OperationKind::deploy || !releases.empty()) return runtime_of(parts, operation->key);
  DIVIO_TRY(deployment, find_deployment(*operation));
  return runtime_for(parts, deployment, false);
}

}  // namespace

Result<BuildOutcome> Platform::build(const Target& target, const BuildRequest& request, const CallOptions& options) {
  DIVIO_TRY(opened, open_deployment(*parts_, target, {request.code, request.mode, request.builder}));
  DIVIO_TRY(runtime, runtime_for(*parts_, opened.deployment, options.dry_run));
  say_what_is_deployed(opened, options);
  return controller::build(*runtime, opened.deployment, call_of(options));
}

Result<RolloutOutcome> Platform::deploy(const Target& target, const DeployRequest& request, const CallOptions& options) {
  DIVIO_TRY(opened, open_deployment(*parts_, target, request));
  DIVIO_TRY(runtime, runtime_for(*parts_, opened.deployment, options.dry_run));
  say_what_is_deployed(opened, options);
  return controller::deploy(*runtime, opened.deployment, call_of(options));
}

Result<RolloutOutcome> Platform::scale(const Target& target, const ScaleRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::scale(runtime, key, request, call_of(options));
  });
}

Result<RolloutOutcome> Platform::rollback(const Target& target, const RollbackRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::rollback(runtime, key, request, call_of(options));
  });
}

Result<RolloutOutcome> Platform::restart(const Target& target, const RestartRequest&, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::restart(runtime, key, call_of(options));
  });
}

Result<RolloutOutcome> Platform::stop(const Target& target, const StopRequest&, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::stop(runtime, key, call_of(options));
  });
}

Result<RolloutOutcome> Platform::start(const Target& target, const StartRequest&, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::start(runtime, key, call_of(options));
  });
}

Result<std::vector<RolloutOutcome>> Platform::reconcile(const Target& target, const ReconcileRequest& request,
                                                        const CallOptions& options) {
  std::vector<model::EnvironmentKey> keys;
  if (request.every_project) {
    DIVIO_TRY(projects, parts_->store->projects().projects());
    for (const auto& project : projects) {
      DIVIO_TRY(environments, parts_->store->projects().environments(project.name));
      for (const auto& environment : environments) keys.push_back(environment.key);
    }
  } else {
    DIVIO_TRY(key, find_key(target));
    keys.push_back(key);
  }
  const auto reconcile_one = [&](const model::EnvironmentKey& key) -> Result<RolloutOutcome> {
    DIVIO_TRY(runtime, runtime_of(*parts_, key));
    DIVIO_TRY(outcome, controller::reconcile(*runtime, key, call_of(options)));
    if (!options.dry_run) DIVIO_CHECK(controller::clear_drills(*runtime, key));
    return outcome;
  };
  return controller::reconcile_each(keys, reconcile_one, options.listener);
}

Result<RolloutOutcome> Platform::resume(const std::string& id, const CallOptions& options) {
  std::optional<OpenDeployment> opened;
  const auto find_deployment = [&](const model::Operation& operation) -> Result<controller::Deployment> {
    DIVIO_TRY(request, controller::journaled_request(operation));
    Target target{.project = operation.key.project.str(), .environment = operation.key.environment.str()};
    DIVIO_TRY(found, open_deployment(*parts_, target, request));
    DIVIO_TRY(region, choose_place(*parts_, found.deployment.key, found.deployment.codebase.file));
    DIVIO_ASSIGN(found.deployment.builder, find_builder(*parts_, region, request.builder, found.deployment.codebase.file));
    opened = std::move(found);
    return opened->deployment;
  };
  DIVIO_TRY(data, resume_data(*parts_, id, options));
  if (data) return std::move(*data);
  DIVIO_TRY(restored, resume_backup(*parts_, id, options));
  if (restored) return std::move(*restored);
  DIVIO_TRY(moved, resume_move(*parts_, id, options));
  if (moved) return std::move(*moved);
  DIVIO_TRY(runtime, runtime_to_resume(*parts_, id, find_deployment));
  return controller::resume(*runtime, id, find_deployment, call_of(options));
}

Result<StatusView> Platform::status(const Target& target) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) -> Result<StatusView> {
    auto status = controller::status(runtime, key);
    if (!status) return Failure(with_way_out(*parts_, key, std::move(status).error()));
    add_backups(*parts_, runtime, key, *status);
    add_move(*parts_, key, *status);
    return status;
  });
}

Result<std::vector<ReleaseView>> Platform::releases(const Target& target) {
  return with_environment(*parts_, target, [](auto& runtime, const auto& key) { return controller::releases(runtime, key); });
}

Result<void> Platform::logs(const Target& target, const LogsRequest& request, std::stop_token stop,
                            const std::function<void(const std::string&, const std::string&)>& line) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::logs(runtime, key, request, stop, line);
  });
}

Result<int> Platform::exec(const Target& target, const ExecRequest& request, const Console& console, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::exec(runtime, key, request, console, options.stop);
  });
}

Result<int> Platform::run(const Target& target, const RunRequest& request, const Console& console, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::run(runtime, key, request, console, options.stop);
  });
}

}  // namespace divio
