#include "controller/service_publication.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

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

constexpr std::string_view which_address = "say one that the engine's host has, 127.0.0.1 for what is on that host, or 0.0.0.0 for all of its addresses";

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
              std::string(which_address));
}

// Nobody else changes the environment meanwhile: what is made is in its network, and goes when that goes.
Result<std::unique_ptr<HeldLease>> lease_on(Runtime& runtime, const model::EnvironmentKey& key, const std::string& reason, const Call& call) {
  return HeldLease::acquire(runtime, {lease_subject(key), runtime.holder, reason, {}}, call.lock_wait, call);
}

Failure explained(const Error& error, const services::Publication& publication) {
  const auto& region = publication.labels.at(std::string(model::label::region));
  if (error.message.find("cannot assign requested address") != std::string::npos)
    return fail(ErrorCode::invalid, fmt::format("the host of region {} has no address {}", region, publication.address), std::string(which_address));
  if (error.code != ErrorCode::conflict) return Failure(error);
  return fail(ErrorCode::conflict, fmt::format("port {} is taken on the host of region {}", publication.port, region),
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

Result<std::vector<SeenPublication>> publications_of(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_TRY(all, see_publications(runtime, key));
  std::erase_if(all, [&](const auto& one) { return one.prefix != prefix; });
  return all;
}

// Those that would be in its way, at the same port, rest until it is there.
Result<void> replace(ports::Containers& containers, const services::Publication& publication, const std::vector<SeenPublication>& before) {
  const auto spec = services::container_of(publication);
  const auto in_its_way = [&](const auto& one) { return one.running && one.at.ends_with(fmt::format(":{}", publication.port)); };
  DIVIO_CHECK(containers.remove(spec.name));  // one that does not run
  DIVIO_CHECK(containers.create(spec));
  for (const auto& one : before)
    if (in_its_way(one) && one.container != spec.name) DIVIO_CHECK(containers.stop(one.container, spec.stop_grace));
  if (const auto started = containers.start(spec.name); !started) {
    static_cast<void>(containers.remove(spec.name));
    for (const auto& one : before)
      if (in_its_way(one) && one.container != spec.name) static_cast<void>(containers.start(one.container));
    return explained(started.error(), publication);
  }
  for (const auto& one : before)
    if (one.container != spec.name) DIVIO_CHECK(containers.remove(one.container));
  return {};
}

}  // namespace

Result<void> publish_service(Runtime& runtime, const model::EnvironmentKey& key, const ServicePublishRequest& request, const Call& call) {
  DIVIO_TRY(lease, lease_on(runtime, key, "service publish", call));
  DIVIO_TRY(instance, need_instance(runtime, key, request.prefix));
  DIVIO_TRY(publication, publication_of(runtime, instance, request));
  DIVIO_TRY(before, publications_of(runtime, key, request.prefix));
  const auto is_it = [&](const auto& one) { return one.at == services::published_at(publication) && one.running; };
  if (before.size() == 1 && is_it(before.front())) return {};
  return replace(runtime.engine.containers(), publication, before);
}

Result<void> unpublish_service(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix, const Call& call) {
  DIVIO_TRY(lease, lease_on(runtime, key, "service unpublish", call));
  DIVIO_TRY(instance, need_instance(runtime, key, prefix));
  return remove_publications(runtime, key, instance.prefix.str());
}

Result<void> remove_publications(Runtime& runtime, const model::EnvironmentKey& key, const std::string& prefix) {
  DIVIO_TRY(there, publications_of(runtime, key, prefix));
  for (const auto& one : there) DIVIO_CHECK(runtime.engine.containers().remove(one.container));
  return {};
}

Result<std::vector<SeenPublication>> see_publications(Runtime& runtime, const model::EnvironmentKey& key) {
  auto labels = environment_labels(runtime, key);
  labels[std::string(model::label::role)] = model::role::publication;
  DIVIO_TRY(containers, runtime.engine.containers().list(labels));
  std::vector<SeenPublication> seen;
  for (const auto& one : containers)
    seen.push_back({one.labels.at(std::string(model::label::prefix)), one.labels.at(std::string(model::label::published)),
                    one.state == ports::ContainerState::running, one.name});
  return seen;
}

}  // namespace divio::controller
