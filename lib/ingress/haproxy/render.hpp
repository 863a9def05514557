// HAProxy's configuration for a layout. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingress/haproxy/layout.hpp"

namespace divio::ingress {

// Where visitors come in. TLS will add its certificates here.
struct Listener {
  std::string address;  // IPv4, or "*"
  std::uint16_t port = 0;
};

struct Frame {
  std::vector<Listener> listeners;
  bool access_log = true;
  int connections = 20000;
};

// Where the container has its files, and within that folder those in force.
inline constexpr std::string_view data_folder = "/var/lib/divio-ingress";
inline constexpr std::string_view config_file = "/var/lib/divio-ingress/current/haproxy.cfg";
inline constexpr std::string_view hosts_file = "/var/lib/divio-ingress/current/hosts.map";
inline constexpr std::string_view state_file = "/var/lib/divio-ingress/current/state.json";

// Tables beside the routes, kept by the program in the container (tables_program.hpp).
inline constexpr std::string_view forwards_file = "/var/lib/divio-ingress/forwards.map";
inline constexpr std::string_view trusted_file = "/var/lib/divio-ingress/trusted.map";
inline constexpr std::string_view decisions_file = "/var/lib/divio-ingress/decisions.map";
inline constexpr std::string_view held_file = "/var/lib/divio-ingress/held.lst";
inline constexpr std::string_view hold_file = "/var/lib/divio-ingress/current/hold.lua";
inline constexpr std::string_view body_file = "/var/lib/divio-ingress/current/body.lua";

// Where a worker that a reload has replaced reaches the one that serves, inside the container.
inline constexpr std::string_view handover_socket = "/run/divio-ingress-handover.sock";

struct Rendered {
  std::string config;
  std::string hosts;
};

[[nodiscard]] Rendered render(const Layout& layout, const Frame& frame);

// Stands for everything of the configuration but backends' names and servers. A running proxy tells it as its
// `description`; where that is another one it has to read its configuration anew.
[[nodiscard]] std::string fingerprint(const Frame& frame);

// What follows the address in a backend's `server` line and in `add server`.
[[nodiscard]] std::string server_settings(const model::HealthCheck& health, bool serving);

}  // namespace divio::ingress
