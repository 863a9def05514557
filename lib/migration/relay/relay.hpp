// The way between the servers of two regions while something moves from one to the other.
//
// A relay is a container in each of the two regions. Servers live in networks of their hosts that nobody else reaches;
// the relay of each region is in a network of the migration's own, and the servers that take part are connected to it.
// A server asks the relay of its own region, which asks that of the other one over TLS 1.3, which asks the server there:
//
//   server -- relay:7001 -- relay ==== TLS, one port of the host ==== relay -- server
//
// Both ways at once, for all services of the migration, whoever started it being there or not. Each side takes only what
// shows the other side's certificate, and both are made for this migration and end with it.
//
// Everything here can be ended at any moment and called again. Two callers must not change the relay of one migration at
// once; the lease of the migration sees to that. Nothing secret is in an error, a label, a variable or a command line.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "ports/clock.hpp"
#include "ports/engine.hpp"

namespace divio::migration::relay {

enum class Side { source, target };
inline constexpr std::array<Side, 2> both_sides{Side::source, Side::target};
[[nodiscard]] std::string_view to_string(Side side) noexcept;
[[nodiscard]] Side other(Side side) noexcept;

template <class T>
struct Both {
  T source{};
  T target{};
  [[nodiscard]] T& at(Side side) { return side == Side::source ? source : target; }
  [[nodiscard]] const T& at(Side side) const { return side == Side::source ? source : target; }
  friend bool operator==(const Both&, const Both&) = default;
};

// What answers on both sides under one name.
struct Service {
  std::string name;        // a DNS label, "default"; not "probe"
  std::uint16_t port = 0;  // of its server, 5432
  bool mariadb = false;    // replicas that come this way get a number of their own (programs.hpp)
};

struct Region {
  std::string name;
  std::string host;        // where the other region finds this one's engine: model::host_of()
  std::uint16_t port = 0;  // of that host, for the relay; 0: one that is free
  // Service -> the container of its server. One that is not there yet may be missing, and come with a later ensure().
  std::map<std::string, std::string> servers = {};
};

struct Relay {
  std::string migration;  // its id, a DNS label
  std::string catalogue;  // id
  std::string image;      // HAProxy 2.6 or newer with Lua, Debian's or the official one: that of the regions' ingress
  std::vector<Service> services;
  Both<Region> regions;
  bool one_engine = false;  // both regions are on it: nothing goes through the host, and host and port mean nothing
  std::uint64_t bytes_per_second = 0;  // that each side may send to the other; 0: as many as there is room for
};

// Where relays are made. Keeps references.
struct Place {
  ports::Engine& source;
  ports::Engine& target;  // may be the same
  ports::Clock& clock;
  std::stop_token stop = {};  // requested: what waits ends with cancelled
  [[nodiscard]] ports::Engine& at(Side side) const { return side == Side::source ? source : target; }
};

// Where a server finds the other region's server of a service. The same on both sides, and it does not change.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};
[[nodiscard]] Result<Address> address_of(const Relay& relay, std::string_view service);

// Makes both sides exist, run with what `relay` says, and know each other; connects the servers to them, none of which
// is restarted. Nothing happens to what is so already; a side that has to change breaks the connections through it.
//   invalid      names or ports that cannot be
//   refused      a region has no address at which others could reach it
//   conflict     the fixed port is taken on the engine's host; something else has the name of a container
//   not_found    a server's container or an image is not there
//   failed       a relay does not start, with the last lines of its log
//   unreachable  an engine does not answer
[[nodiscard]] Result<Both<std::uint16_t>> ensure(const Place& place, const Relay& relay);

// The way that leads out of one region into the other.
struct Way {
  std::optional<Error> blocked;  // and by what
  std::chrono::microseconds round_trip{0};
  std::uint64_t bytes_per_second = 0;  // what came through it, with the limit of the relay; 0 if not measured
};

struct Probe {
  Both<Way> from;             // from.source: out of the source into the target
  std::vector<Error> silent;  // servers that do not answer the relay of their own region
};

// Tries both ways and all servers, within the regions themselves: this computer's network plays no part. `bytes` are
// fetched through each way, for ten seconds at most; 0: none. An error where an engine or a relay is not there.
[[nodiscard]] Result<Probe> probe(const Place& place, const Relay& relay, std::uint64_t bytes);

// The first thing that is not as it should be.
[[nodiscard]] Result<void> open_both_ways(const Probe& probe);

// Something that a relay left on an engine.
struct Leftover {
  std::string migration;
  std::string kind;  // "container", "volume", "network"
  std::string name;
  friend bool operator==(const Leftover&, const Leftover&) = default;
};

// Everything of relays that this catalogue made there.
[[nodiscard]] Result<std::vector<Leftover>> leftovers(ports::Engine& engine, const std::string& catalogue);

// Removes what the migration's relay has on one engine: container, keys, network; servers are taken out of it and go on.
// Nothing there is a success. What the other engine has stays, but nobody gets in there any more.
[[nodiscard]] Result<void> remove(ports::Engine& engine, const std::string& catalogue, const std::string& migration);

}  // namespace divio::migration::relay
