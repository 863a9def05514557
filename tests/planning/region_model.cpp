#include "planning/region_model.hpp"

#include <algorithm>

namespace divio::planning::testing {
namespace {

using model::RouteRole;

SeenInstance* find(Seen& seen, const std::string& name) {
  const auto found = std::ranges::find(seen.instances, name, &SeenInstance::name);
  return found == seen.instances.end() ? nullptr : &*found;
}

}  // namespace

std::set<std::string> RegionModel::answering() const {
  std::set<std::string> names;
  if (!seen.routes) return names;
  for (const auto& target : seen.routes->targets) {
    const auto found = std::ranges::find(seen.instances, target.instance, &SeenInstance::name);
    if (target.role == RouteRole::serving && found != seen.instances.end() &&
        found->state == SeenInstance::State::running && found->health == SeenInstance::Health::passing)
      names.insert(target.instance);
  }
  return names;
}

void RegionModel::apply(const ApplyRoutes& step) {
  for (const auto& target : step.routes.targets) {
    const auto* instance = find(seen, target.instance);
    if (instance == nullptr) broken_promises.push_back("routes to " + target.instance + ", which is not there");
    else if (target.role == RouteRole::serving && instance->health == SeenInstance::Health::unknown)
      broken_promises.push_back("serves from " + target.instance + " before its health is known");
    else if (instance->address != target.address)
      broken_promises.push_back("routes to another address than that of " + target.instance);
  }
  seen.routes = step.routes;
}

void RegionModel::remove(const RemoveContainer& step) {
  if (seen.routes)
    for (const auto& target : seen.routes->targets)
      if (target.instance == step.name) broken_promises.push_back("removes " + step.name + ", which is routed to");
  std::erase_if(seen.instances, [&](const auto& i) { return i.name == step.name; });
  std::erase_if(seen.release_commands, [&](const auto& c) { return c.container == step.name; });
}

void RegionModel::carry_out(const Step& step) {
  if (const auto* network = std::get_if<CreateNetwork>(&step)) {
    seen.subnet = network->subnet;
    seen.taken_subnets.push_back(network->subnet);
  } else if (const auto* volume = std::get_if<CreateVolume>(&step)) {
    seen.volumes.push_back(volume->name);
  } else if (std::holds_alternative<EnsureIngress>(step)) {
    seen.ingress_ready = true;
  } else if (const auto* command = std::get_if<RunReleaseCommand>(&step)) {
    std::erase_if(seen.release_commands, [&](const auto& c) { return c.container == command->container; });
    seen.release_commands.push_back({command->container, true});
  } else if (const auto* start = std::get_if<StartInstance>(&step)) {
    for (const auto& other : seen.instances)
      if (other.name != start->name && other.address == start->address)
        broken_promises.push_back(start->name + " takes the address of " + other.name);
    std::erase_if(seen.instances, [&](const auto& i) { return i.name == start->name; });
    seen.instances.push_back({start->name, start->process.str(), start->release, start->generation, start->slot,
                              start->address, SeenInstance::State::running, SeenInstance::Health::unknown, {}, {}});
    newest = start->generation;
    check_services_of(start->name);
  } else if (const auto* await = std::get_if<AwaitHealthy>(&step)) {
    for (const auto& instance : await->instances)
      if (auto* found = find(seen, instance.name)) found->health = SeenInstance::Health::passing;
  } else if (const auto* routes = std::get_if<ApplyRoutes>(&step)) {
    apply(*routes);
  } else if (const auto* container = std::get_if<RemoveContainer>(&step)) {
    remove(*container);
  } else if (std::holds_alternative<ForgetRoutes>(step)) {
    seen.routes.reset();
  } else if (std::holds_alternative<RemoveNetwork>(step)) {
    if (!seen.instances.empty()) broken_promises.push_back("removes a network in use");
    seen.subnet.reset();
  } else if (std::holds_alternative<RemoveVolume>(step)) {
    std::erase(seen.volumes, std::get<RemoveVolume>(step).name);
  } else if (std::holds_alternative<Commit>(step)) {
    committed = true;
  } else {
    carry_out_service(step);
  }
}

void RegionModel::check_services_of(const std::string& starting) {
  for (const auto& service : services) {
    if (service.server.empty()) continue;
    const auto& host = server(service.server);
    const bool found = std::ranges::find(host.hosts, service.host) != host.hosts.end();
    if (!host.serving || !found || !instances_made.contains(service.prefix))
      broken_promises.push_back("starts " + starting + " before service " + service.prefix + " is there");
  }
}

SeenServer& RegionModel::server(const std::string& name) {
  const auto found = std::ranges::find(seen.servers, name, &SeenServer::name);
  if (found != seen.servers.end()) return *found;
  return seen.servers.emplace_back(SeenServer{.name = name});
}

void RegionModel::carry_out_service(const Step& step) {
  if (const auto* ensure = std::get_if<EnsureServer>(&step)) {
    auto& made = server(ensure->server);
    made.present = made.serving = made.current = true;
  } else if (const auto* create = std::get_if<CreateServiceInstance>(&step)) {
    instances_made.insert(create->prefix);
  } else if (const auto* connect = std::get_if<ConnectServer>(&step)) {
    auto& there = server(connect->server);
    if (!there.serving) broken_promises.push_back("attaches " + there.name + ", which does not serve");
    for (const auto& prefix : connect->prefixes)
      if (!instances_made.contains(prefix)) broken_promises.push_back("attaches " + prefix + ", which is not made");
    there.connected = true;
    there.hosts = connect->hosts;
  } else if (const auto* disconnect = std::get_if<DisconnectServer>(&step)) {
    auto& there = server(disconnect->server);
    there.connected = false;
    there.hosts.clear();
  } else if (const auto* begin = std::get_if<BeginRotation>(&step)) {
    rotating.insert(begin->prefix);
  } else if (const auto* finish = std::get_if<FinishRotation>(&step)) {
    if (std::ranges::any_of(seen.instances, [&](const auto& i) { return i.generation != newest; }))
      broken_promises.push_back("refuses the old credentials of " + finish->prefix + " while they are used");
    rotating.erase(finish->prefix);
  }
}

}  // namespace divio::planning::testing
