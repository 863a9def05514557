// How an environment's traffic reaches its instances: what is asked of an ingress, and what it sees.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "model/names.hpp"
#include "model/process.hpp"

namespace divio::model {

enum class RouteRole {
  joining,   // its health is checked, it gets no requests yet
  serving,
  draining,  // gets no new requests; those in flight go on
};

struct RouteTarget {
  std::string instance;  // the container's name
  std::string address;   // IPv4
  std::uint16_t port = 0;
  HealthCheck health;
  RouteRole role = RouteRole::joining;

  friend bool operator==(const RouteTarget&, const RouteTarget&) = default;
};

// Complete for one environment. With no serving target visitors get a clear 503 page.
struct Routes {
  EnvironmentKey key;
  std::vector<std::string> hosts;    // lower case, without port
  std::vector<RouteTarget> targets;  // ordered by instance

  friend bool operator==(const Routes&, const Routes&) = default;
};

// What the ingress sees of one target.
struct TargetStatus {
  enum class Health { unknown, passing, failing };
  std::string instance;
  Health health = Health::unknown;
  int http_status = 0;        // of the last health check, if it got an answer and no other goes on
  std::string check;          // HAProxy's word for the last check: "L7OK", "L7STS", "L4CON", "L4TOUT", "L7TOUT", ...
  int sessions = 0;           // requests in flight
};

}  // namespace divio::model
