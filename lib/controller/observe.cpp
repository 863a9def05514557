#include "controller/observe.hpp"

#include <algorithm>
#include <charconv>
#include <future>
#include <map>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using planning::Seen;
using planning::SeenInstance;

std::string label_of(const ports::Container& container, std::string_view name) {
  const auto found = container.labels.find(std::string(name));
  return found == container.labels.end() ? std::string{} : found->second;
}

int number_of(const ports::Container& container, std::string_view name) {
  const auto text = label_of(container, name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

SeenInstance::State state_of(ports::ContainerState state) {
  switch (state) {
    case ports::ContainerState::created: return SeenInstance::State::starting;
    case ports::ContainerState::restarting: return SeenInstance::State::restarting;
    case ports::ContainerState::running:
    case ports::ContainerState::paused: return SeenInstance::State::running;
    default: return SeenInstance::State::ended;
  }
}

SeenInstance::Health health_of(model::TargetStatus::Health health) {
  switch (health) {
    case model::TargetStatus::Health::passing: return SeenInstance::Health::passing;
    case model::TargetStatus::Health::failing: return SeenInstance::Health::failing;
    case model::TargetStatus::Health::unknown: break;
  }
  return SeenInstance::Health::unknown;
}

Result<SeenInstance> see_instance(Runtime& runtime, const ports::Container& container) {
  SeenInstance seen;
  seen.name = container.name;
  seen.process = label_of(container, model::label::process);
  seen.release = number_of(container, model::label::release);
  seen.generation = number_of(container, model::label::generation);
  seen.slot = number_of(container, model::label::slot);
  seen.state = state_of(container.state);
  if (!container.addresses.empty()) seen.address = container.addresses.begin()->second;
  const int grace = number_of(container, model::label::stop_grace);
  if (grace > 0) seen.stop_grace = std::chrono::seconds(grace);
  DIVIO_TRY(inspected, runtime.engine.containers().inspect(container.id));
  seen.started_at = inspected.started_at.value_or(model::TimePoint{});
  return seen;
}

Result<void> see_containers(Runtime& runtime, const model::EnvironmentKey& key, Seen& seen) {
  DIVIO_TRY(containers, runtime.engine.containers().list(environment_labels(runtime, key)));
  for (const auto& container : containers) {
    const auto role = label_of(container, model::label::role);
    if (role == model::role::instance && !is_ours(runtime, container)) {
      for (const auto& [network, address] : container.addresses) seen.other_addresses.push_back(address);
    } else if (role == model::role::instance) {
      auto instance = see_instance(runtime, container);
      // It may go between the list and the look.
      if (!instance && instance.error().code == ErrorCode::not_found) continue;
      if (!instance) return Failure(instance.error());
      seen.instances.push_back(std::move(*instance));
    } else if (role == model::role::release_command) {
      bool succeeded = false;
      if (container.state == ports::ContainerState::exited) {
        DIVIO_TRY(inspected, runtime.engine.containers().inspect(container.id));
        succeeded = inspected.exit_code == 0;
      }
      seen.release_commands.push_back({container.name, succeeded});
    } else if (role != model::role::service) {  // servers are looked at by those who want them
      seen.one_offs.push_back(container.name);
    }
  }
  return {};
}

Result<void> see_networks(Runtime& runtime, const model::EnvironmentKey& key, Seen& seen) {
  DIVIO_TRY(networks, runtime.engine.networks().list({}));
  for (const auto& network : networks) {
    seen.taken_subnets.push_back(network.subnet);
    if (network.name == planning::network_name(key)) seen.subnet = network.subnet;
  }
  return {};
}

struct SeenIngress {
  bool ready = false;
  std::optional<model::Routes> routes = {};
  std::vector<model::TargetStatus> targets = {};
};

Result<SeenIngress> see_ingress(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(state, runtime.ingress.state());
  SeenIngress seen{.ready = state.present && state.running && state.current};
  if (!state.present) return seen;
  DIVIO_ASSIGN(seen.routes, runtime.ingress.routes(key));
  if (!state.running) return seen;
  DIVIO_ASSIGN(seen.targets, runtime.ingress.targets(key));
  return seen;
}

void add_ingress(Seen& seen, SeenIngress ingress) {
  seen.ingress_ready = ingress.ready;
  seen.routes = std::move(ingress.routes);
  for (const auto& target : ingress.targets) {
    const auto found = std::ranges::find(seen.instances, target.instance, &SeenInstance::name);
    if (found != seen.instances.end()) found->health = health_of(target.health);
  }
}

}  // namespace

bool is_ours(const Runtime& runtime, const ports::Container& instance) {
  return runtime.generations.contains(number_of(instance, model::label::generation));
}

model::Labels environment_labels(const Runtime& runtime, const model::EnvironmentKey& key) {
  return {{std::string(model::label::managed), catalogue_of(runtime)},
          {std::string(model::label::project), key.project.str()},
          {std::string(model::label::environment), key.environment.str()}};
}

Result<Seen> observe(Runtime& runtime, const model::EnvironmentKey& key) {
  Seen seen;
  // The first word with an ingress takes the longest of all: the rest is asked meanwhile.
  auto ingress = std::async(std::launch::async, [&] { return see_ingress(runtime, key); });
  DIVIO_CHECK(see_containers(runtime, key, seen));
  DIVIO_CHECK(see_networks(runtime, key, seen));
  DIVIO_ASSIGN(seen.volumes, runtime.engine.volumes().list(environment_labels(runtime, key)));
  DIVIO_TRY(seen_ingress, ingress.get());
  add_ingress(seen, std::move(seen_ingress));
  return seen;
}

}  // namespace divio::controller
