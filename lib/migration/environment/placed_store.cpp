#include "migration/environment/placed_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/try.hpp"

namespace divio::migration::environment {

PlacedStore::PlacedStore(ports::Store& base, Placement placement)
    : base_(base), projects_(base.projects(), placement), services_(base.services(), std::move(placement)) {}

void PlacedStore::PlacedProjects::place(model::Environment& environment) const {
  if (environment.key != placement.key) return;
  environment.region = placement.region;
  if (placement.generation) environment.generation = *placement.generation;
  for (const auto& [process, replicas] : placement.scale) environment.scale[process] = replicas;
}

Result<std::vector<model::Environment>> PlacedStore::PlacedProjects::environments(const model::ProjectName& project) {
  DIVIO_TRY(found, base.environments(project));
  for (auto& environment : found) place(environment);
  return found;
}

Result<std::optional<model::Environment>> PlacedStore::PlacedProjects::environment(const model::EnvironmentKey& key) {
  DIVIO_TRY(found, base.environment(key));
  if (found) place(*found);
  return found;
}

Result<void> PlacedStore::PlacedProjects::put_environment(const model::Environment& environment) {
  if (environment.key != placement.key) return base.put_environment(environment);
  return fail(ErrorCode::bug, fmt::format("{} was to be changed while it is moved", environment.key.stem()));
}

Result<std::vector<model::ServiceInstance>> PlacedStore::PlacedServices::services(const model::EnvironmentKey& key) {
  DIVIO_TRY(found, base.services(key));
  if (key != placement.key) return found;
  for (auto& instance : found) {
    const auto server = placement.servers.find(instance.prefix.str());
    if (server == placement.servers.end()) continue;
    instance.server = server->second;
    if (const auto place = placement.places.find(instance.prefix.str()); place != placement.places.end()) instance = model::placed(std::move(instance), place->second);
    if (unmade) instance.state = model::ServiceState::added;
  }
  return found;
}

// Where its server is, and what is wanted of it, stays what the catalogue says.
Result<void> PlacedStore::PlacedServices::put_service(const model::ServiceInstance& instance) {
  auto kept = instance;
  DIVIO_TRY(known, base.services(instance.environment));
  const auto found = std::ranges::find(known, instance.prefix, &model::ServiceInstance::prefix);
  if (instance.environment == placement.key && found != known.end() && placement.servers.contains(instance.prefix.str())) kept = model::placed(std::move(kept), model::place_of(*found)), kept.state = found->state;
  return base.put_service(kept);
}

}  // namespace divio::migration::environment
