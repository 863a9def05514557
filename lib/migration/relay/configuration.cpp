#include <fmt/format.h>

#include "migration/relay/plan.hpp"
#include "support/ids.hpp"

namespace divio::migration::relay {
namespace {

constexpr std::string_view silence = "7d";  // that does not end a connection; in `defaults` too

// Whoever connects has ten seconds for each step until both ends are connected; from then on silence is no reason to
// end, but a host that is gone is: data unconfirmed for 20 s, or three unanswered questions after 10 s of silence.
constexpr std::string_view defaults = R"(defaults
  mode tcp
  log global
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  timeout tunnel 7d
  timeout client-fin 1m
  timeout server-fin 1m
  option clitcpka
  clitcpka-idle 10s
  clitcpka-intvl 5s
  clitcpka-cnt 3
  option srvtcpka
  srvtcpka-idle 10s
  srvtcpka-intvl 5s
  srvtcpka-cnt 3

resolvers engine
  nameserver engine 127.0.0.11:53
  resolve_retries 2
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
)";

// A name is looked up when somebody connects: a server that was made anew is found at once, and one that is not there
// yet keeps no relay from starting. Without a delay HAProxy would not wait for the answer.
std::string looked_up(std::string_view name, unsigned port) {
  return fmt::format(R"(  tcp-request inspect-delay 5s
  tcp-request content do-resolve(txn.address,engine,ipv4) str({})
  tcp-request content reject unless {{ var(txn.address) -m found }}
  tcp-request content set-dst var(txn.address)
  tcp-request content set-dst-port int({})
)", name, port);
}

// The buffers' sizes are HAProxy's own defaults; the program for limits relies on them. What is logged is little, so that
// strangers who knock do not fill the disk.
std::string global_part() {
  return fmt::format(R"(global
  log stdout format raw daemon notice
  user haproxy
  group haproxy
  maxconn 1000
  nbthread 2
  tune.bufsize 16384
  tune.maxrewrite 1024
  lua-load {}/{}

)", folder, program_file);
}

std::string tls() {
  return fmt::format("ssl crt {0}/{1} ca-file {0}/{2} verify required ssl-min-ver TLSv1.3 tcp-ut 20s", folder, identity_file, trusted_file);
}

// Only what leaves the region is limited, so that no byte is counted twice.
//
// HAProxy never takes a connection with a filter for a tunnel: `timeout tunnel` does not hold for it, the others always do.
std::string limit(const Relay& relay, std::string_view way) {
  return fmt::format("  timeout client {}\n  filter lua.limit {} {}\n", silence, way, relay.bytes_per_second);
}

std::string backend(std::string_view name, bool filtered, std::string_view lines) {
  const auto timeout = filtered ? fmt::format("  timeout server {}\n", silence) : std::string();
  return fmt::format("\nbackend {}\n{}{}", name, timeout, lines);
}

bool is_limited(const Relay& relay) { return relay.bytes_per_second > 0; }

// Of whoever replicates by way of this side. Servers are made with odd ones (services/blueprints.cpp).
std::uint32_t replica_number(const Relay& relay, Side side, std::string_view service) {
  constexpr std::uint32_t never_zero = 0x80000000;
  constexpr std::uint32_t even = ~std::uint32_t{1};
  return (never_zero | static_cast<std::uint32_t>(std::stoul(sha256_hex(fmt::format("{} {}", name_of(relay.migration, side), service)).substr(0, 8), nullptr, 16))) & even;
}

// What is looked at of what this side's server asks of the other one.
std::string filters(const Relay& relay, Side side, const Service& service) {
  std::string text = is_limited(relay) ? limit(relay, "requests") : service.mariadb ? fmt::format("  timeout client {}\n", silence) : "";
  if (service.mariadb) text += fmt::format("  filter lua.replica {}\n", replica_number(relay, side, service.name));
  return text;
}

// A service as the other side gets it. The limit is behind a connection within HAProxy, for whoever has not shown a
// certificate yet must not have the time that a limited connection has.
std::string leaf(const Relay& relay, std::string_view service, std::string_view lines) {
  if (!is_limited(relay)) return backend(fmt::format("here-{}", service), false, lines);
  return fmt::format("\nbackend here-{0}\n  server it abns@limited-{0}\n\nfrontend limited-{0}\n  bind abns@limited-{0}\n{1}  default_backend limited-{0}\n",
                     service, limit(relay, "answers")) +
         backend(fmt::format("limited-{}", service), true, lines);
}

std::string entrance(const Relay& relay, Side side) {
  std::string text = fmt::format("\nfrontend entrance\n  bind :{} {}\n", listening_port, tls());
  const auto lead = [&](std::string_view service) {
    text += fmt::format("  use_backend here-{} if {{ ssl_fc_sni -m str {} }}\n", service, service_name(side, service));
  };
  for (const auto& service : relay.services) lead(service.name);
  lead(probing);
  for (const auto& service : relay.services)
    text += leaf(relay, service.name, looked_up(server_alias(relay, side, service.name), service.port) + "  server it 0.0.0.0:0\n");
  text += leaf(relay, probing, fmt::format("  server it abns@{}\n", probing));
  return text + fmt::format(R"(
frontend answer
  mode http
  bind abns@{}
  http-request use-service lua.bytes if {{ path_beg /bytes/ }}
  http-request return status 204
)", probing);
}

bool is_literal(std::string_view host) {
  return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

// How the other side is found: what comes before the server, and its address.
std::pair<std::string, std::string> other_end(const Relay& relay, Side side, const Both<std::uint16_t>& ports) {
  const auto there = other(side);
  const auto& host = relay.regions.at(there).host;
  if (relay.one_engine) return {looked_up(name_of(relay.migration, there), listening_port), "0.0.0.0:0"};
  if (!is_literal(host)) return {looked_up(host, ports.at(there)), "0.0.0.0:0"};
  return {"", host.find(':') == host.npos ? fmt::format("{}:{}", host, ports.at(there)) : fmt::format("[{}]:{}", host, ports.at(there))};
}

std::string exits(const Relay& relay, Side side, const Both<std::uint16_t>& ports) {
  std::string text;
  const auto [found, server] = other_end(relay, side, ports);
  const auto lead = [&, &found = found, &server = server](const Service& service, std::string_view bind) {
    text += fmt::format("\nfrontend to-{0}\n  bind {1}\n{2}  default_backend there-{0}\n", service.name, bind, filters(relay, side, service));
    const auto line = fmt::format("{}  server it {} {} sni str({})\n", found, server, tls(), service_name(other(side), service.name));
    text += backend(fmt::format("there-{}", service.name), is_limited(relay) || service.mariadb, line);
  };
  std::uint16_t port = first_port;
  for (const auto& service : relay.services) lead(service, fmt::format(":{}", port++));
  lead({std::string(probing)}, fmt::format("127.0.0.1:{}", probing_port));
  return text;
}

}  // namespace

std::string configuration_of(const Relay& relay, Side side, const Both<std::uint16_t>& ports) {
  return global_part() + std::string(defaults) + entrance(relay, side) + exits(relay, side, ports);
}

}  // namespace divio::migration::relay
