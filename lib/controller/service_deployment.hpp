// What a deployment does about services before it plans.
#pragma once

#include "controller/operation_run.hpp"
#include "controller/services.hpp"
#include "controller/use_cases.hpp"

namespace divio::controller {

// The instances that the environment has with this deployment: those the catalogue knows and those that divio.yaml adds.
[[nodiscard]] Result<Instances> services_after(Runtime& runtime, const Deployment& deployment);

// Writes them down, and tells of those that divio.yaml does not say any more, or that stay detached though it does.
[[nodiscard]] Result<void> remember_services(Runtime& runtime, OperationRun& run, const Deployment& deployment);

}  // namespace divio::controller
