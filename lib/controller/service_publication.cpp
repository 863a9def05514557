#include "controller/service_publication.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "controller/observe.hpp"
#include "controller/operation_run.hpp"
#include "controller/services.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/rollout.hpp"
#include "services/blueprints.hpp"
#include "services/publication.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

Result<void> check_has_port(const model::ServiceInstance& instance) {
  const auto& prefix = instance.prefix.str();
  if (instance.server.empty())
    return fail(ErrorCode::refused, fmt::format("service {} holds files and has no port", prefix), "databases and caches have");
  if (instance.password.empty() || instance.state == model::ServiceState::added)
    return fail(ErrorCode::refused, fmt::format("service {} is not made yet", prefix), "the next deployment makes it: divioctl deploy");
  return {};
}

Result<void> check_address(const std::string& address) {
  in_addr ignored{};
  if (inet_pton(AF_INET, address.c_str(), &ignored) == 1) return {};
  return fail(ErrorCode::invalid, fmt::format("'{}' is no IPv4 address", address),
              "say one that the engine's host has, 127.0.0.1 for what is on that host, or 0.0.0.0 for all of its addresses");
}

// Nobody else changes the environment meanwhile: what is made is in its network, and goes when that goes.
Result<std::unique_ptr<HeldLease>> lease_on(Runtime& runtime, const model::EnvironmentKey& key, const std::string& reason, const Call& call) {
  return HeldLease::acquire(runtime, {lease_subject(key), runtime.holder, reason, {}}, call.lock_wait, call);
}

Failure explained(const Error& error, const services::Publication& publication) {
  if (error.code != ErrorCode::conflict) return Failure(error);
  return fail(ErrorCode::conflict, fmt::format("port {} is taken on the host of region {}", publication.port, publication.labels.at(std::string(model::label::region))),
              fmt::format("choose another one: divioctl service publish {} -e {} --port {}", publication.prefix.str(),
                          publication.environment.environment.str(), publication.port + 10000 > 65535 ? 15000 : publication.port + 10000));
}

Result<services::Publication> publication_of(Runtime& runtime, const model::ServiceInstance& instance, const ServicePublishRequest& request) {
  const auto& key = instance.environment;
  DIVIO_CHECK(check_has_port(instance));
  const std::string address = request.address.empty() ? "127.0.0.1" : request.address;
  DIVIO_CHECK(check_address(address));
  auto labels = environment_labels(runtime, key);
  labels[std::string(model::label::region)] = runtime.region.name.str();
  const int port = request.port == 0 ? services::blueprint(instance.type).port : request.port;
  return services::Publication{key, instance.prefix, instance.type, planning::network_name(key), runtime.programs.image,
                               std::move(labels), address, static_cast<std::uint16_t>(port)};
}

}  // namespace

Result<void> publish_service(Runtime& runtime, const model::EnvironmentKey& key, const ServicePublishRequest& request, const Call& call) {
  DIVIO_TRY(lease, lease_on(runtime, key, "service publish", call));
  DIVIO_TRY(instance, need_instance(runtime, key, request.prefix));
  DIVIO_TRY(publication, publication_of(runtime, instance, request));
  const auto spec = services::container_of(publication);
  auto& containers = runtime.engine.containers();
  DIVIO_CHECK(containers.remove(spec.name));
  DIVIO_CHECK(containers.create(spec));
  const auto started = containers.start(spec.name);
  if (started) return {};
  static_cast<void>(containers.remove(spec.name));
  return explained(started.error(), publication);
}

Result<void> unpublish_service(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix, const Call& call) {
  DIVIO_TRY(lease, lease_on(runtime, key, "service unpublish", call));
  DIVIO_TRY(instance, need_instance(runtime, key, prefix));
  return runtime.engine.containers().remove(services::publication_name(key, instance.prefix));
}

Result<std::vector<SeenPublication>> see_publications(Runtime& runtime, const model::EnvironmentKey& key) {
  auto labels = environment_labels(runtime, key);
  labels[std::string(model::label::role)] = model::role::publication;
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  std::vector<SeenPublication> seen;
  for (const auto& one : containers)
    seen.push_back({one.labels.at(std::string(model::label::prefix)), one.labels.at(std::string(model::label::published)),
                    one.state == ports::ContainerState::running});
  return seen;
}

}  // namespace divio::controller
