// Carries a plan out: stage after stage, the steps of a stage side by side, each one journalled before and after.
#pragma once

#include "controller/steps.hpp"
#include "planning/plan.hpp"

namespace divio::controller {

// Ends at the first stage in which a step failed, with that step's error, once the others of the stage have ended. A
// requested stop is obeyed between stages and by steps that wait.
[[nodiscard]] Result<void> execute(Work& work, const planning::Plan& plan);

}  // namespace divio::controller
