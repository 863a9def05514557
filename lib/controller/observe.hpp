// Looks at a region: what is there of an environment, as planning wants to see it.
#pragma once

#include "controller/runtime.hpp"
#include "planning/rollout.hpp"

namespace divio::controller {

// Asks the engine and the ingress, side by side where that is quicker.
[[nodiscard]] Result<planning::Seen> observe(Runtime& runtime, const model::EnvironmentKey& key);

// Whether an instance's container is one of those that this runtime is about.
[[nodiscard]] bool is_ours(const Runtime& runtime, const ports::Container& instance);

// Labels of everything of an environment.
[[nodiscard]] model::Labels environment_labels(const Runtime& runtime, const model::EnvironmentKey& key);

}  // namespace divio::controller
