#include "ingress/haproxy/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace divio::ingress {
namespace {

std::string address_of(const Server& server) {
  return fmt::format("{}:{}", server.address, server.port);
}

const RunningServer* find_in_use(const std::vector<RunningServer>& servers, const Server& wanted) {
  const auto found = std::ranges::find_if(servers, [&](const RunningServer& server) {
    return instance_of(server.name) == wanted.instance && server.address == address_of(wanted) && !server.maintenance;
  });
  return found == servers.end() ? nullptr : &*found;
}

// A name that HAProxy does not hold: a server that was taken out keeps its name until it is deleted.
std::string free_name(const std::vector<RunningServer>& servers, const std::string& instance) {
  auto name = instance;
  for (int i = 2; std::ranges::find(servers, name, &RunningServer::name) != servers.end(); ++i) {
    name = fmt::format("{}:{}", instance, i);
  }
  return name;
}

struct ByStage {
  std::vector<Change> add, raise, hosts, lower, take_out, remove;
};

void compare_server(const Backend& backend, const Server& wanted, const std::vector<RunningServer>& running,
                    ByStage& to) {
  const auto* server = find_in_use(running, wanted);
  if (server == nullptr) {
    to.add.push_back(AddServer{backend.name, free_name(running, wanted.instance), address_of(wanted), backend.health,
                               wanted.serving});
    return;
  }
  if (wanted.serving && server->weight == 0) to.raise.push_back(SetWeight{backend.name, server->name, 1});
  if (!wanted.serving && server->weight != 0) to.lower.push_back(SetWeight{backend.name, server->name, 0});
}

void retire(const std::string& backend, const RunningServer& server, ByStage& to) {
  if (!server.maintenance) {
    to.take_out.push_back(TakeOut{backend, server.name});
  } else if (server.sessions == 0 && server.unchanged >= rest_before_deletion) {
    to.remove.push_back(DeleteServer{backend, server.name});
  }
}

// `wanted` is null for a backend that nothing needs any more; it goes with the next reload.
void compare_backend(const std::string& name, const Backend* wanted, const std::vector<RunningServer>& running,
                     ByStage& to) {
  std::set<std::string_view> kept;
  if (wanted != nullptr) {
    for (const auto& server : wanted->servers) {
      compare_server(*wanted, server, running, to);
      if (const auto* in_use = find_in_use(running, server)) kept.insert(in_use->name);
    }
  }
  for (const auto& server : running) {
    if (!kept.contains(server.name)) retire(name, server, to);
  }
}

void compare_hosts(const std::map<std::string, std::string>& running, const std::map<std::string, std::string>& wanted,
                   ByStage& to) {
  for (const auto& [host, backend] : wanted) {
    const auto found = running.find(host);
    if (found == running.end())
      to.hosts.push_back(AddHost{host, backend});
    else if (found->second != backend)
      to.hosts.push_back(SetHost{host, backend});
  }
  for (const auto& [host, backend] : running) {
    if (!wanted.contains(host)) to.hosts.push_back(DeleteHost{host});
  }
}

bool needs_reload(const Running& running, const Layout& wanted, const std::string& fingerprint) {
  return running.fingerprint != fingerprint || std::ranges::any_of(wanted.backends, [&](const Backend& backend) {
           return !running.backends.contains(backend.name);
         });
}

// Its one server is no instance.
bool is_fixed(std::string_view backend) {
  return backend == handover_backend || backend == forward_backend || backend == measured_backend;
}

}  // namespace

std::vector<Change> hand_over(const std::map<std::string, std::string>& hosts_of_replaced, const Layout& wanted) {
  const std::string to(handover_backend);
  std::vector<Change> changes;
  for (const auto& [host, backend] : hosts_of_replaced) {
    if (backend != to) changes.push_back(SetHost{host, to});
  }
  for (const auto& [host, backend] : wanted.hosts) {
    if (!hosts_of_replaced.contains(host)) changes.push_back(AddHost{host, to});
  }
  return changes;
}

Changes diff(const Running& running, const Layout& wanted, const std::string& fingerprint) {
  if (needs_reload(running, wanted, fingerprint)) return {true, {}};
  ByStage to;
  for (const auto& [name, servers] : running.backends) {
    if (is_fixed(name)) continue;
    const auto backend = std::ranges::find(wanted.backends, name, &Backend::name);
    compare_backend(name, backend == wanted.backends.end() ? nullptr : &*backend, servers, to);
  }
  compare_hosts(running.hosts, wanted.hosts, to);
  Changes all;
  for (auto* stage : {&to.add, &to.raise, &to.hosts, &to.lower, &to.take_out, &to.remove}) {
    std::ranges::move(*stage, std::back_inserter(all.changes));
  }
  return all;
}

}  // namespace divio::ingress
