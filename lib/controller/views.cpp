#include "controller/views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/rollout.hpp"
#include "controller/service_views.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using planning::SeenInstance;

std::string_view state_word(SeenInstance::State state) {
  switch (state) {
    case SeenInstance::State::starting: return "created";
    case SeenInstance::State::running: return "running";
    case SeenInstance::State::restarting: return "restarting";
    case SeenInstance::State::ended: break;
  }
  return "exited";
}

std::string_view health_word(const SeenInstance& instance, bool routed) {
  if (instance.state != SeenInstance::State::running) return "failing";
  if (!routed) return "passing";
  switch (instance.health) {
    case SeenInstance::Health::passing: return "passing";
    case SeenInstance::Health::failing: return "failing";
    case SeenInstance::Health::unknown: break;
  }
  return "unknown";
}

InstanceView view_of(const SeenInstance& instance, bool routed) {
  InstanceView view;
  view.name = instance.name;
  view.process = instance.process;
  view.release = instance.release;
  view.state = state_word(instance.state);
  view.health = health_word(instance, routed);
  if (instance.started_at != model::TimePoint{}) view.started_at = model::to_rfc3339(instance.started_at);
  return view;
}

void add_instances(StatusView& status, const planning::Wanted& wanted, const planning::Seen& seen) {
  for (const auto& process : wanted.processes) status.processes[process.process.name.str()].wanted = process.replicas;
  for (const auto& instance : seen.instances) {
    const auto process = std::ranges::find(wanted.processes, instance.process,
                                           [](const auto& p) { return p.process.name.str(); });
    const bool routed = process != wanted.processes.end() && process->process.port.has_value();
    status.instances.push_back(view_of(instance, routed));
    if (instance.release != status.release) continue;
    auto& counts = status.processes[instance.process];
    if (instance.state == SeenInstance::State::running) ++counts.running;
    if (status.instances.back().health == "passing") ++counts.healthy;
  }
}

void add_problems(StatusView& status, const planning::Seen& seen, bool routed) {
  if (routed && !seen.ingress_ready) status.problems.push_back("the region's ingress does not run, or not as this version of divioctl wants it; divioctl reconcile mends it");
  for (const auto& instance : status.instances)
    if (instance.health == "failing") status.problems.push_back(fmt::format("{} is {} and does not pass its health check", instance.name, instance.state));
}

Result<void> add_operation(Runtime& runtime, const model::EnvironmentKey& key, StatusView& status) {
  DIVIO_TRY(running, interrupted(runtime, key));
  if (!running.empty()) status.operation = running.front().id;
  return {};
}

}  // namespace

std::string overall_state(const StatusView& status, bool stopped) {
  if (status.release == 0) return "not deployed";
  if (stopped) return "stopped";
  bool short_of = false;
  for (const auto& [name, process] : status.processes) short_of = short_of || process.healthy < process.wanted;
  const auto web = status.processes.find("web");
  if (web != status.processes.end() && web->second.wanted > 0 && web->second.healthy == 0) return "down";
  return short_of || !status.problems.empty() ? "degraded" : "serving";
}

Result<StatusView> status(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  DIVIO_TRY(release, wanted_release(runtime, environment));
  DIVIO_TRY(seen, observe(runtime, key));
  StatusView status;
  status.project = key.project.str();
  status.environment = key.environment.str();
  status.region = environment.region.str();
  const auto wanted = wanted_of(environment, release ? &*release : nullptr);
  if (release) {
    status.release = release->number;
    status.commit = release->revision.commit;
    status.branch = release->revision.branch;
    status.image = release->image.name;
    status.domains = release->config.hosts;
    status.url = url_of(runtime.region, release->config.hosts);
    status.address = address_of(runtime.region, release->config.hosts);
  }
  add_instances(status, wanted, seen);
  const bool routed = std::ranges::any_of(wanted.processes, [](const auto& p) { return p.process.port.has_value(); });
  add_problems(status, seen, routed);
  DIVIO_ASSIGN(status.services, services(runtime, key));
  for (const auto& service : status.services)
    if (!service.note.empty()) status.problems.push_back(fmt::format("service {}: {}", service.prefix, service.note));
  DIVIO_CHECK(add_operation(runtime, key, status));
  status.state = overall_state(status, environment.stopped);
  return status;
}

Result<std::vector<ReleaseView>> releases(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  DIVIO_TRY(releases, runtime.store.releases().releases(key));
  std::vector<ReleaseView> views;
  for (const auto& release : releases) {
    const auto image = runtime.engine.images().inspect(release.image.id);
    if (!image && image.error().code != ErrorCode::not_found) return Failure(image.error());
    views.push_back({release.number, std::string(to_string(release.state)), release.image.name, release.image.digest, release.revision.commit,
                     release.revision.branch, release.revision.subject, model::to_rfc3339(release.created_at),
                     release.created_by, release.reason, image.has_value()});
  }
  return views;
}

OperationView view_of(const model::Operation& operation, bool interrupted) {
  OperationView view;
  view.id = operation.id;
  view.kind = to_string(operation.kind);
  view.project = operation.key.project.str();
  view.environment = operation.key.environment.str();
  view.began_at = model::to_rfc3339(operation.began_at);
  if (operation.ended_at) view.ended_at = model::to_rfc3339(*operation.ended_at);
  view.outcome = interrupted ? "interrupted" : std::string(to_string(operation.outcome));
  view.summary = operation.summary;
  view.person = operation.holder.person;
  return view;
}

}  // namespace divio::controller
