// How routes change during a rollout: new targets join and are checked, traffic moves, old targets drain and leave. Part
// of plan_rollout.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/placement.hpp"
#include "planning/rollout.hpp"

namespace divio::planning {

// Each is absent where nothing would change.
struct RouteChange {
  std::optional<ApplyRoutes> join;       // new targets are checked and get no traffic
  std::vector<std::string> joining;      // who has to pass a health check first
  std::optional<ApplyRoutes> hand_over;  // new targets serve, old ones drain
  std::vector<std::string> draining;     // who has to finish requests
  std::optional<ApplyRoutes> settle;     // old targets are gone
};

[[nodiscard]] RouteChange change_routes(const Wanted& wanted, const Seen& seen, const Placement& placement);

}  // namespace divio::planning
