// The containers of an environment: what a process of a release looks like to an engine.
#pragma once

#include <string>

#include "controller/runtime.hpp"
#include "model/release.hpp"
#include "planning/plan.hpp"
#include "ports/containers.hpp"

namespace divio::controller {

// Pure. The process must be one of the release.
[[nodiscard]] ports::ContainerSpec instance_spec(const Runtime& runtime, const model::Release& release,
                                                 const planning::StartInstance& step);

// Pure. A container that runs `command` by /bin/sh -c with everything a release's processes have.
[[nodiscard]] ports::ContainerSpec release_command_spec(const Runtime& runtime, const model::Release& release,
                                                        const planning::RunReleaseCommand& step);

// Pure. A one-off container; an empty command runs the image's own.
[[nodiscard]] ports::ContainerSpec one_off_spec(const Runtime& runtime, const model::Release& release,
                                                const std::vector<std::string>& command);

}  // namespace divio::controller
