// A deployment under an operation: build or reuse, make the release, roll it out, prune.
#pragma once

#include "controller/operation_run.hpp"
#include "controller/use_cases.hpp"

namespace divio::controller {

[[nodiscard]] Result<RolloutOutcome> carry_out_deployment(Runtime&, OperationRun&, const Deployment&, const Call&);

// The part after the build. A pending release gets its release commands first.
[[nodiscard]] Result<RolloutOutcome> roll_out_release(Runtime&, OperationRun&, const model::Environment&, const model::Release&);

}  // namespace divio::controller
