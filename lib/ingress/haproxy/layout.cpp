#include "ingress/haproxy/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/ids.hpp"

namespace divio::ingress {
namespace {

// start_timeout is the controller's affair and does not count.
std::string backend_name(const model::Routes& routes, const std::string& host, const model::HealthCheck& health) {
  const auto settings =
      fmt::format("{}\n{}\n{}\n{}", host, health.path, health.interval.count(), health.timeout.count());
  return backend_prefix(routes.key) + sha256_hex(settings).substr(0, 8);
}

std::map<std::string, Backend> backends_of(const model::Routes& routes) {
  const auto host = routes.hosts.empty() ? routes.key.original().stem() : routes.hosts.front();
  std::map<std::string, Backend> backends;
  for (const auto& target : routes.targets) {
    const auto name = backend_name(routes, host, target.health);
    auto& backend = backends.try_emplace(name, Backend{name, routes.key, host, target.health, {}}).first->second;
    backend.servers.push_back({target.instance, target.address, target.port, target.role == model::RouteRole::serving});
  }
  return backends;
}

// The backend with most serving targets; while a release with another health check joins, that is the old one.
std::string backend_of_hosts(const std::map<std::string, Backend>& backends) {
  std::string best(unserved_backend);
  std::ptrdiff_t most = 0;
  for (const auto& [name, backend] : backends) {
    const auto serving = std::ranges::count_if(backend.servers, &Server::serving);
    if (serving <= most) continue;
    most = serving;
    best = name;
  }
  return best;
}

}  // namespace

std::string backend_prefix(const model::EnvironmentKey& key) {
  return key.project.str() + "." + key.environment.str() + ".";
}

Layout lay_out(const AllRoutes& routes) {
  Layout layout;
  for (const auto& [key, of_environment] : routes) {
    auto backends = backends_of(of_environment);
    const auto leads_to = backend_of_hosts(backends);
    for (const auto& host : of_environment.hosts) layout.hosts[key.is_beside() ? fmt::format("{}/{}", beside_word, host) : host] = leads_to;
    for (auto& [name, backend] : backends) layout.backends.push_back(std::move(backend));
  }
  std::ranges::sort(layout.backends, {}, &Backend::name);
  return layout;
}

}  // namespace divio::ingress
