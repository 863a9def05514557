// Which instances a rollout keeps, starts and gives up. Part of plan_rollout.
#pragma once

#include <string>
#include <vector>

#include "planning/rollout.hpp"

namespace divio::planning {

struct PlacedInstance {
  std::string name;
  model::Process process;
  int slot = 0;
  std::string address;
  bool to_start = false;  // new, or made but never started
};

struct Placement {
  std::vector<PlacedInstance> instances;  // what will run in the end, by process and slot
  std::vector<SeenInstance> surplus;      // what will be gone in the end, by name
};

// An instance that stays belongs to the wanted release and generation and has not ended; one whose health check has been
// failing since before its start timeout ran out hangs, and is given up. `subnet` gives new instances their addresses.
[[nodiscard]] Placement place(const Wanted& wanted, const Seen& seen, const std::string& subnet, model::TimePoint now);

}  // namespace divio::planning
