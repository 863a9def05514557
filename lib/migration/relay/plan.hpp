// What a relay is made of. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "migration/relay/relay.hpp"

namespace divio::migration::relay {

inline constexpr std::string_view folder = "/relay";            // of its files, within the container
inline constexpr std::string_view identity_file = "own.pem";    // key and certificate
inline constexpr std::string_view certificate_file = "certificate.pem";  // the latter alone, written after the former
inline constexpr std::string_view trusted_file = "trusted.pem";  // the other side's certificate
inline constexpr std::string_view configuration_file = "haproxy.cfg";
inline constexpr std::string_view program_file = "relay.lua";

inline constexpr std::uint16_t listening_port = 7000;   // within the container, for the other side
inline constexpr std::uint16_t first_port = 7001;       // for the first service, and so on
inline constexpr std::uint16_t probing_port = 6999;     // on 127.0.0.1
inline constexpr std::string_view probing = "probe";    // a service of the relay itself

// The two containers with their networks and configurations, where these ports of the hosts lead to them.
struct Half {
  std::string name;  // of container, volume and network
  model::Labels labels;
  ports::NetworkSpec network;
  ports::ContainerSpec container;
  std::string configuration;
};
[[nodiscard]] Result<Both<Half>> plan(const Relay& relay, const Both<std::uint16_t>& ports);

[[nodiscard]] std::string name_of(const std::string& migration, Side side);

// Of everything that a migration's relay has.
[[nodiscard]] model::Labels labels_of(const std::string& catalogue, const std::string& migration);

// The name of the relay in its network, and that of a service's server there.
[[nodiscard]] std::string alias_of(const Relay& relay);
[[nodiscard]] std::string server_alias(const Relay& relay, Side side, const std::string& service);

// What is in the certificate of a side, and the name within it that stands for a service.
[[nodiscard]] std::string certificate_name(Side side);
[[nodiscard]] std::string service_name(Side side, std::string_view service);

// The port of a host that is tried first, or after `tried` (0: none): the fixed one, else one of those from 20000 to
// 31999, below what systems take for connections of their own. Two migrations begin at different places. conflict
// where a fixed one was tried.
[[nodiscard]] Result<std::uint16_t> port_to_try(const Relay& relay, Side side, std::uint16_t tried);

// As HAProxy reads it: https://docs.haproxy.org/2.6/configuration.html
[[nodiscard]] std::string configuration_of(const Relay& relay, Side side, const Both<std::uint16_t>& ports);

}  // namespace divio::migration::relay
