#include "controller/service_views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/console.hpp"
#include "controller/line_splitter.hpp"
#include "controller/outcome.hpp"
#include "controller/service_publication.hpp"
#include "controller/services.hpp"
#include "services/variables.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;
using model::ServiceState;

// Every instance of an environment, attached where the release that serves has it.
Result<Instances> as_they_are(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(instances, runtime.store.services().services(key));
  if (instances.empty()) return instances;
  DIVIO_TRY(environment, runtime.store.projects().environment(key));
  if (!environment) return instances;
  DIVIO_TRY(release, wanted_release(runtime, *environment));
  for (auto& instance : instances)
    if (release && has_service(release->config, instance.prefix)) instance.state = ServiceState::attached;
  return instances;
}

// What an instance gives, beside the others: a name without prefix may be another one's.
model::Variables variables_of(Instances instances, const ServiceInstance& mine) {
  auto all = services::attached_variables(instances);
  std::erase_if(instances, [&](const auto& other) { return other.prefix == mine.prefix; });
  const auto others = services::attached_variables(instances);
  std::erase_if(all, [&](const auto& entry) {
    const auto other = others.find(entry.first);
    return other != others.end() && other->second == entry.second;
  });
  return all;
}

const planning::SeenServer* find(const std::vector<planning::SeenServer>& servers, const std::string& name) {
  const auto found = std::ranges::find(servers, name, &planning::SeenServer::name);
  return found == servers.end() ? nullptr : &*found;
}

std::string health_of(const ServiceInstance& instance, const planning::SeenServer* server) {
  if (instance.server.empty() || instance.password.empty() || server == nullptr) return {};
  if (!server->present) return "absent";
  if (server->serving) return "serving";
  return "stopped";
}

std::string note_on(const ServiceInstance& instance, const planning::SeenServer* server, const std::string& health) {
  const auto& prefix = instance.prefix.str();
  const auto& environment = instance.environment.environment.str();
  if (!instance.old_password.empty())
    return fmt::format("its old credentials are still good; divioctl service rotate {} -e {} finishes the change", prefix, environment);
  if (instance.state != ServiceState::attached || health.empty()) return {};
  const auto host = model::host_of(instance);
  const bool reached = server != nullptr && std::ranges::find(server->hosts, host) != server->hosts.end();
  if (health == "serving" && reached) return {};
  const auto what = health == "serving" ? "is not in the environment's network" : health == "absent" ? "is gone" : "does not serve";
  return fmt::format("its server {} {}; divioctl reconcile -e {} mends it", instance.server, what, environment);
}

ServiceView view_of(const ServiceInstance& instance, const Instances& all, const std::vector<planning::SeenServer>& servers) {
  const auto* server = find(servers, instance.server);
  ServiceView view;
  view.prefix = instance.prefix.str();
  view.type = to_string(instance.type);
  view.version = instance.version;
  if (!instance.server.empty()) view.scope = to_string(instance.scope);
  view.state = to_string(instance.state);
  view.health = health_of(instance, server);
  view.server = instance.server;
  if (!instance.server.empty()) view.host = model::host_of(instance);
  view.database = instance.database;
  if (instance.bucket) {
    view.bucket = address_of(*instance.bucket);
    view.s3_authority = !instance.bucket->authority.empty();
  } else {
    view.mount = instance.mount;
  }
  for (const auto& [name, variable] : variables_of(all, instance)) view.variables.push_back(name);
  view.note = note_on(instance, server, view.health);
  return view;
}

void show_publication(ServiceView& view, const SeenPublication& published, const model::EnvironmentKey& key) {
  view.published = published.at;
  if (!published.running && view.note.empty())
    view.note = fmt::format("its port on the host does not answer; divioctl service publish {} -e {} makes it anew", view.prefix, key.environment.str());
}

}  // namespace

Result<std::vector<ServiceView>> services(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(instances, as_they_are(runtime, key));
  std::vector<ServiceView> views;
  if (instances.empty()) return views;
  auto made = instances;
  std::erase_if(made, [](const auto& instance) { return instance.password.empty(); });
  DIVIO_TRY(servers, see_servers(runtime, key, made));
  DIVIO_TRY(publications, see_publications(runtime, key));
  for (const auto& instance : instances) {
    views.push_back(view_of(instance, instances, servers));
    const auto published = std::ranges::find(publications, instance.prefix.str(), &SeenPublication::prefix);
    if (published != publications.end()) show_publication(views.back(), *published, key);
  }
  return views;
}

Result<ServiceView> service(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_CHECK(need_instance(runtime, key, prefix));
  DIVIO_TRY(views, services(runtime, key));
  return *std::ranges::find(views, prefix, &ServiceView::prefix);
}

Result<ServiceCredentials> service_credentials(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_TRY(wanted, need_instance(runtime, key, prefix));
  if (!is_in_volume(wanted) && wanted.password.empty())
    return fail(ErrorCode::refused, fmt::format("service {} is not made yet", prefix), "the next deployment makes it: divioctl deploy");
  DIVIO_TRY(instances, as_they_are(runtime, key));
  auto& mine = *std::ranges::find(instances, wanted.prefix, &ServiceInstance::prefix);
  mine.state = ServiceState::attached;  // what it would give
  ServiceCredentials credentials{prefix, {}};
  for (auto& [name, variable] : variables_of(instances, mine)) credentials.variables.emplace(name, variable.value);
  return credentials;
}

Result<int> service_shell(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix, const Console& console,
                          std::stop_token stop) {
  DIVIO_TRY(instance, need_instance(runtime, key, prefix));
  if (instance.bucket)
    return fail(ErrorCode::refused, fmt::format("service {} is the bucket {} and has no shell", prefix, address_of(*instance.bucket)),
                fmt::format("divioctl media list -e {} lists its files", key.environment.str()));
  if (instance.type == model::ServiceType::media)
    return fail(ErrorCode::refused, fmt::format("service {} is a folder and has no shell", prefix),
                fmt::format("look at it in a container: divioctl run -e {} -- ls {}", key.environment.str(), instance.mount));
  if (instance.password.empty())
    return fail(ErrorCode::refused, fmt::format("service {} is not made yet", prefix), "the next deployment makes it: divioctl deploy");
  DIVIO_TRY(command, runtime.services.shell_command(instance));
  return exec_in(runtime, instance.server, std::move(command), console, std::move(stop));
}

Result<void> service_logs(Runtime& runtime, const model::EnvironmentKey& key, const ServiceLogsRequest& request,
                          std::stop_token stop, const InstanceLine& line) {
  DIVIO_TRY(instance, need_instance(runtime, key, request.prefix));
  if (instance.server.empty())
    return fail(ErrorCode::refused, fmt::format("service {} holds files and writes no log", request.prefix), "databases and caches do");
  if (instance.scope == model::Scope::shared)
    return fail(ErrorCode::refused, fmt::format("service {} is on the shared server {}, whose log is about its other users too",
                                                request.prefix, instance.server),
                "who runs the region reads it there: docker logs " + instance.server);
  LineSplitter splitter([&](const std::string& text) { line(instance.server, text); });
  const ports::LogOptions options{.tail = request.tail, .follow = request.follow, .timestamps = request.timestamps};
  DIVIO_CHECK(runtime.engine.streams().logs(
      instance.server, options, [&](ports::Output, std::string_view bytes) { splitter.add(bytes); }, std::move(stop)));
  splitter.finish();
  return {};
}

}  // namespace divio::controller
