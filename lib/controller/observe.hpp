// Looks at a region: what is there of an environment, as planning wants to see it.
#pragma once

#include "controller/runtime.hpp"
#include "planning/rollout.hpp"

namespace divio::controller {

// Asks the engine and the ingress, side by side where that is quicker.
[[nodiscard]] Result<planning::Seen> observe(Runtime& runtime, const model::EnvironmentKey& key);

// Labels of everything of an environment.
[[nodiscard]] model::Labels environment_labels(const Runtime& runtime, const model::EnvironmentKey& key);

}  // namespace divio::controller
