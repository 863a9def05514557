// Removes images that no rollback needs.
#pragma once

#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"

namespace divio::controller {

// Of one project, on the engine of a region or of its builder. What is in use or cannot be removed stays and is told of; never fails.
void prune_images(Runtime& runtime, ports::Images& engine, OperationRun& run, const model::ProjectName& project);

}  // namespace divio::controller
