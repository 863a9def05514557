// The words in which reports tell of steps.
#pragma once

#include <string>

#include "divio/events.hpp"

namespace divio::cli {

// "12 of 40 MiB", "3 of 6 instances", "12 MiB"; empty where nothing is known.
[[nodiscard]] std::string progress_text(const StepMoved& moved);

// "plan: 5 steps in 3 stages"; empty for a plan without steps.
[[nodiscard]] std::string plan_summary(const PlanMade& plan);

}  // namespace divio::cli
