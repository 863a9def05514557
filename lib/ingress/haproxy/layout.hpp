// What HAProxy has to be made of for an ingress's routes: which backends with which servers, and which host leads
// where. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/routes.hpp"

namespace divio::ingress {

// All environments' routes of a region: what its ingress remembers.
using AllRoutes = std::map<model::EnvironmentKey, model::Routes>;

// Refuses what could not be written into a configuration: hosts, instances, addresses and paths with characters they
// cannot have, a host that two environments claim (conflict), an instance given twice. Both sets of an environment have its hosts.
[[nodiscard]] Result<void> check_routes(const model::Routes& routes, const AllRoutes& others);

[[nodiscard]] bool is_ipv4(std::string_view text);

struct Server {
  std::string instance;
  std::string address;  // IPv4
  std::uint16_t port = 0;
  bool serving = false;  // false: its health is checked, it gets no new requests

  friend bool operator==(const Server&, const Server&) = default;
};

// One for each environment and way of checking health. Whatever HAProxy cannot change in a backend while it runs is
// part of its name; another health path therefore gets a backend of its own beside the old one.
struct Backend {
  std::string name;  // "shop.live.1f2e3d4c"
  model::EnvironmentKey key;
  std::string host;  // sent with health checks
  model::HealthCheck health;
  std::vector<Server> servers;

  friend bool operator==(const Backend&, const Backend&) = default;
};

// Before a '/', which no host name has, and a host among the hosts: the second set of instances of its environment. In place of
// an address: that the host's requests go there.
inline constexpr std::string_view beside_word = "beside";

struct Layout {
  std::vector<Backend> backends;             // ordered by name
  std::map<std::string, std::string> hosts;  // host -> name of its backend; "beside/HOST" for a second set

  friend bool operator==(const Layout&, const Layout&) = default;
};

// Hosts of environments where nothing serves lead here.
inline constexpr std::string_view unserved_backend = "divio.unserved";
// Requests for a host that nobody has go here.
inline constexpr std::string_view unknown_backend = "divio.unknown";

// A worker that a reload has replaced goes on answering visitors who have kept their connections, but its servers
// cannot be changed any more ("Proxy is disabled"). Its map of hosts can: it is made to lead here, to the worker that
// serves now.
inline constexpr std::string_view handover_backend = "divio.handover";

// Leads back to the same ingress, and counts what a request brings whose length nobody said.
inline constexpr std::string_view measured_backend = "divio.measured";

// Leads to another region's ingress.
inline constexpr std::string_view forward_backend = "divio.forward";

[[nodiscard]] Layout lay_out(const AllRoutes& routes);

// What the names of all backends of an environment begin with: "shop.live.".
[[nodiscard]] std::string backend_prefix(const model::EnvironmentKey& key);

}  // namespace divio::ingress
