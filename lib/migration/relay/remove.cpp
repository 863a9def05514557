#include <algorithm>
#include <tuple>

#include "migration/relay/plan.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"

namespace divio::migration::relay {
namespace {

std::string migration_of(const model::Labels& labels) {
  const auto found = labels.find(std::string(model::label::migration));
  return found == labels.end() ? std::string() : found->second;
}

// Those of everybody who is in the network, running or not: an engine removes a network that has stopped containers, and
// they could not start any more.
Result<void> empty_network(ports::Engine& engine, const std::string& network) {
  DIVIO_TRY(containers, engine.containers().list({{std::string(model::label::managed), ""}}));
  for (const auto& listed : containers) {
    auto container = engine.containers().inspect(listed.id);
    if (!container && container.error().code == ErrorCode::not_found) continue;
    if (!container) return Failure(std::move(container).error());
    if (container->aliases.contains(network)) DIVIO_CHECK(engine.networks().disconnect(network, container->id));
  }
  return {};
}

}  // namespace

Result<std::vector<Leftover>> leftovers(ports::Engine& engine, const std::string& catalogue) {
  auto wanted = labels_of(catalogue, {});  // an empty value: of any migration
  std::vector<Leftover> found;
  DIVIO_TRY(containers, engine.containers().list(wanted));
  for (const auto& one : containers) found.push_back({migration_of(one.labels), "container", one.name});
  DIVIO_TRY(volumes, engine.volumes().look(wanted));
  for (const auto& one : volumes) found.push_back({migration_of(one.labels), "volume", one.name});
  DIVIO_TRY(networks, engine.networks().list(wanted));
  for (const auto& one : networks) found.push_back({migration_of(one.labels), "network", one.name});
  std::ranges::sort(found, {}, [](const Leftover& one) { return std::tie(one.migration, one.kind, one.name); });
  return found;
}

Result<void> remove(ports::Engine& engine, const std::string& catalogue, const std::string& migration) {
  const auto wanted = labels_of(catalogue, migration);
  DIVIO_TRY(containers, engine.containers().list(wanted));
  for (const auto& one : containers) DIVIO_CHECK(engine.containers().remove(one.id));
  DIVIO_TRY(volumes, engine.volumes().list(wanted));
  for (const auto& one : volumes) DIVIO_CHECK(engine.volumes().remove(one));
  DIVIO_TRY(networks, engine.networks().list(wanted));
  for (const auto& one : networks) {
    DIVIO_CHECK(empty_network(engine, one.name));
    DIVIO_CHECK(engine.networks().remove(one.name));
  }
  return {};
}

}  // namespace divio::migration::relay
