#include "haproxy/proxy_model.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace divio::ingress;

namespace divio::tests {
namespace {

RunningServer& server_of(Running& running, const std::string& backend, const std::string& name) {
  auto& servers = running.backends.at(backend);
  const auto found = std::ranges::find(servers, name, &RunningServer::name);
  REQUIRE(found != servers.end());
  return *found;
}

struct CarryOut {
  Running& running;

  void operator()(const AddServer& add) const {
    auto& servers = running.backends.at(add.backend);
    REQUIRE(std::ranges::find(servers, add.server, &RunningServer::name) == servers.end());
    servers.push_back({add.server, add.address, add.serving ? 1 : 0, false, 0, std::chrono::seconds(0), "INI", 0});
  }
  void operator()(const SetWeight& set) const { server_of(running, set.backend, set.server).weight = set.weight; }
  void operator()(const TakeOut& out) const { server_of(running, out.backend, out.server).maintenance = true; }
  void operator()(const DeleteServer& gone) const {
    REQUIRE(server_of(running, gone.backend, gone.server).maintenance);
    std::erase_if(running.backends.at(gone.backend), [&](const RunningServer& s) { return s.name == gone.server; });
  }
  void operator()(const AddHost& add) const { REQUIRE(running.hosts.emplace(add.host, add.backend).second); }
  void operator()(const SetHost& set) const { running.hosts.at(set.host) = set.backend; }
  void operator()(const DeleteHost& gone) const { REQUIRE(running.hosts.erase(gone.host) == 1); }
};

}  // namespace

Running started_with(const Layout& layout, const std::string& fingerprint) {
  Running running{fingerprint, {{std::string(unserved_backend), {}}, {std::string(unknown_backend), {}}}, layout.hosts};
  for (const auto backend : {handover_backend, measured_backend})
    running.backends[std::string(backend)] = {{.name = "current", .address = "unix", .weight = 1, .check = {}}};
  running.backends[std::string(forward_backend)] = {{.name = "other", .address = "0.0.0.0", .weight = 1, .check = {}}};
  for (const auto& backend : layout.backends) {
    auto& servers = running.backends[backend.name];
    for (const auto& server : backend.servers) {
      servers.push_back({server.instance, fmt::format("{}:{}", server.address, server.port), server.serving ? 1 : 0,
                         false, 0, std::chrono::seconds(0), "INI", 0});
    }
  }
  return running;
}

void carry_out(Running& running, const Change& change) {
  std::visit(CarryOut{running}, change);
}

std::set<std::string> in_use(const Running& running) {
  std::set<std::string> all;
  for (const auto& [name, servers] : running.backends) {
    for (const auto& server : servers) {
      if (!server.maintenance)
        all.insert(fmt::format("{}/{} {} {}", name, instance_of(server.name), server.address, server.weight));
    }
  }
  return all;
}

bool is_served(const Running& running, const std::string& host) {
  const auto leads_to = running.hosts.find(host);
  if (leads_to == running.hosts.end()) return false;
  const auto backend = running.backends.find(leads_to->second);
  return backend != running.backends.end() && std::ranges::any_of(backend->second, [](const RunningServer& server) {
           return server.weight > 0 && !server.maintenance;
         });
}

std::vector<std::string> served_by_both(const Layout& before, const Layout& after) {
  const auto served = [](const Layout& layout, const std::string& host) {
    return is_served(started_with(layout, {}), host);
  };
  std::vector<std::string> hosts;
  for (const auto& [host, backend] : before.hosts) {
    if (served(before, host) && served(after, host)) hosts.push_back(host);
  }
  return hosts;
}

void age(Running& running, std::mt19937& random) {
  for (auto& [name, servers] : running.backends) {
    for (auto& server : servers) {
      if (server.maintenance && random() % 3 == 0) server.unchanged = rest_before_deletion;
    }
  }
}

}  // namespace divio::tests
