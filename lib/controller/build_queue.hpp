// Builds take turns: a few at once in a region, the others wait.
#pragma once

#include "builder/build.hpp"
#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"

namespace divio::controller {

// Waits for one of the region's two build slots, then builds for at most 30 minutes. An image that is reused needs no slot.
[[nodiscard]] Result<builder::BuiltImage> build_in_queue(Runtime& runtime, const builder::BuildPlan& plan,
                                                         const builder::BuildOrder& order, const Listener& tell,
                                                         OperationRun& run, const Call& call);

}  // namespace divio::controller
