// Brings an environment from one wanted state to another, or leaves it as it was.
#pragma once

#include <optional>

#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"
#include "controller/services.hpp"
#include "model/environment.hpp"
#include "model/release.hpp"
#include "planning/rollout.hpp"

namespace divio::controller {

// A change of what is wanted. The releases are those the environments name; absent where they name none.
struct Change {
  model::Environment before;
  std::optional<model::Release> release_before;
  model::Environment after;
  std::optional<model::Release> release_after;
  bool run_release_commands = false;
  Instances made = {};      // instances of release_after that are not in the catalogue yet, for a dry run
  std::string rotate = {};  // prefix of the service that gets new credentials; empty: none

  // Wants this release from now on. Restarts are counted anew with another release.
  void want(model::Release release);

  // Whether reaching it changes the catalogue (a reconciliation changes nothing).
  [[nodiscard]] bool commits() const;
};

// Pure. What planning needs to know of an environment and its release.
[[nodiscard]] planning::Wanted wanted_of(const model::Environment& environment, const model::Release* release);

// The plan of a change, given what is seen. If the release has services, their servers are looked at.
[[nodiscard]] Result<planning::Plan> plan_change(Runtime& runtime, const Change& change, const planning::Seen& seen);

// The plan for people who only look at it, with the pull of an image that the region's engine has no more.
[[nodiscard]] Result<PlanMade> announce_with_image(Runtime& runtime, const Change& change, const planning::Plan& plan);

// Looks, plans, tells the plan and carries it out. When it fails before its commit, what was begun is undone, so that
// what served before serves on, and the error is the cause. Returns the plan, empty if there was nothing to do.
[[nodiscard]] Result<planning::Plan> roll_out(Runtime& runtime, OperationRun& run, const Change& change);

}  // namespace divio::controller
