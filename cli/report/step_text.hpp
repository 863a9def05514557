// The words in which reports tell of steps.
#pragma once

#include <map>
#include <string>

#include "divio/events.hpp"
#include "support/pace.hpp"

namespace divio::cli {

// "12 of 40 MiB, 2 MiB/s, about 15 s to go, 2 KiB behind", "3 of 6 instances", "12 MiB"; empty where nothing is known.
[[nodiscard]] std::string progress_text(const StepMoved& moved, const Pace& pace);

// How quickly steps go on. Bytes only: what else is counted comes in few and uneven steps.
class StepPaces {
 public:
  void hear(const Event& event, double now);
  // The pace of the step that the event is about, where that moves.
  [[nodiscard]] Pace pace(const Event& event, double now) const;

 private:
  std::map<std::string, PaceMeter> meters_;
};

// "plan: 5 steps in 3 stages"; empty for a plan without steps.
[[nodiscard]] std::string plan_summary(const PlanMade& plan);

}  // namespace divio::cli
