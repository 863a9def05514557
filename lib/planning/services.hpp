// What a rollout does about the services of its release: servers, instances on them, ways to them. Part of plan_rollout.
#pragma once

#include <string>
#include <vector>

#include "planning/plan.hpp"
#include "planning/rollout.hpp"

namespace divio::planning {

// Stages that have to be through before a container of the release is made; empty where everything is there.
[[nodiscard]] std::vector<Stage> provide_services(const Wanted& wanted, const Seen& seen);

// What can be done once no container of another release is left: old credentials are refused, servers that the
// environment does not use any more leave its network.
[[nodiscard]] std::vector<Stage> settle_services(const Wanted& wanted, const Seen& seen);

// Takes every instance and every server of its own away, for good; only the servers with `keep_data`.
[[nodiscard]] std::vector<Step> remove_services(const std::vector<WantedService>& services, bool keep_data);

}  // namespace divio::planning
