// Gathers what tells why an instance is not well.
#pragma once

#include "controller/runtime.hpp"
#include "planning/diagnosis.hpp"
#include "planning/plan.hpp"

namespace divio::controller {

// The cause in words (planning::explain). `target` is what the ingress sees of it, null if it is not routed. What cannot
// be found out is left out: a diagnosis never fails.
[[nodiscard]] Error diagnose(Runtime& runtime, const planning::AwaitHealthy::Instance& instance,
                             const ports::Container& container, const model::TargetStatus* target);

// The last lines of a container's log.
[[nodiscard]] std::vector<std::string> last_lines(Runtime& runtime, const std::string& container, int count);

}  // namespace divio::controller
