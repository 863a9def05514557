#include "planning/services.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace divio::planning {
namespace {

const SeenServer* find_server(const Seen& seen, const std::string& name) {
  const auto found = std::ranges::find(seen.servers, name, &SeenServer::name);
  return found == seen.servers.end() ? nullptr : &*found;
}

void add_stage(std::vector<Stage>& stages, std::string title, std::vector<Step> steps) {
  if (!steps.empty()) stages.push_back({std::move(title), std::move(steps)});
}

// A server that several instances are on is made ready once.
std::vector<Step> ensure_servers(const Wanted& wanted, const Seen& seen) {
  std::vector<Step> steps;
  std::set<std::string> named;
  for (const auto& service : wanted.services) {
    if (service.server.empty() || !named.insert(service.server).second) continue;
    const auto* server = find_server(seen, service.server);
    if (server != nullptr && server->serving && server->current) continue;
    steps.push_back(EnsureServer{service.server, service.type, service.version, server == nullptr || !server->present});
  }
  return steps;
}

// On a server that is made anew everything is gone over again: its volume may be as new as it is.
std::vector<Step> create_instances(const Wanted& wanted, const Seen& seen) {
  std::vector<Step> steps;
  for (const auto& service : wanted.services) {
    if (service.server.empty()) continue;
    const auto* server = find_server(seen, service.server);
    const bool anew = server == nullptr || !server->present;
    if (!service.made || anew) steps.push_back(CreateServiceInstance{service.prefix, service.type});
  }
  return steps;
}

// The names by which each server is to be found, with the prefixes they are for.
std::vector<Step> connect_servers(const Wanted& wanted, const Seen& seen) {
  std::map<std::string, ConnectServer> connections;
  for (const auto& service : wanted.services) {
    if (service.server.empty()) continue;
    auto& step = connections[service.server];
    step.server = service.server;
    step.network = network_name(wanted.key);
    step.hosts.push_back(service.host);
    step.prefixes.push_back(service.prefix);
  }
  std::vector<Step> steps;
  for (auto& [name, step] : connections) {
    const auto* server = find_server(seen, name);
    const bool there = server != nullptr && server->present && std::ranges::all_of(step.hosts, [&](const auto& host) {
      return std::ranges::find(server->hosts, host) != server->hosts.end();
    });
    if (!there) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

std::vector<Stage> provide_services(const Wanted& wanted, const Seen& seen) {
  std::vector<Stage> stages;
  add_stage(stages, "Provision servers", ensure_servers(wanted, seen));
  add_stage(stages, "Provision services", create_instances(wanted, seen));
  add_stage(stages, "Attach services", connect_servers(wanted, seen));
  std::vector<Step> rotations;
  for (const auto& service : wanted.services)
    if (service.rotate) rotations.push_back(BeginRotation{service.prefix});
  add_stage(stages, "Make new credentials", std::move(rotations));
  return stages;
}

std::vector<Stage> settle_services(const Wanted& wanted, const Seen& seen) {
  std::vector<Stage> stages;
  std::vector<Step> ends;
  for (const auto& service : wanted.services)
    if (service.rotate) ends.push_back(FinishRotation{service.prefix});
  add_stage(stages, "Refuse old credentials", std::move(ends));
  std::vector<Step> leaves;
  for (const auto& server : seen.servers) {
    const bool used = std::ranges::find(wanted.services, server.name, &WantedService::server) != wanted.services.end();
    if (!used && server.connected) leaves.push_back(DisconnectServer{server.name, network_name(wanted.key)});
  }
  add_stage(stages, "Detach services", std::move(leaves));
  return stages;
}

std::vector<Step> remove_services(const std::vector<WantedService>& services, bool keep_data) {
  std::vector<Step> steps;
  for (const auto& service : services) {
    if (service.server.empty()) continue;
    if (service.dedicated) steps.push_back(RemoveServer{service.server, keep_data});
    else if (service.made && !keep_data) steps.push_back(RemoveServiceInstance{service.prefix, service.type});
  }
  return steps;
}

}  // namespace divio::planning
