// The progress of an operation, as one stream of values. Listeners render it: terminal, plain lines, JSON lines.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "divio/result.hpp"

namespace divio {

// What is going to be done, in order; the steps of one stage run side by side.
struct PlanMade {
  struct Step {
    std::string id;           // stable name of what the step makes, e.g. "start shop-live-web-r4-1"
    std::string description;  // one line for people
  };
  struct Stage {
    std::string title;
    std::vector<Step> steps;
  };
  std::string operation;  // id of the operation; empty for a dry run
  std::vector<Stage> stages;
};

struct StepBegan {
  std::string step;
  std::string description;
};

// `done` of `total` in `unit` ("bytes", "instances", ...); total 0 where it is unknown. `behind`: of what follows, the bytes that were written
// meanwhile and are not known to have arrived; absent where nothing follows.
struct StepMoved {
  std::string step;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string unit;
  std::optional<std::uint64_t> behind = {};
};

struct StepEnded {
  std::string step;
  double seconds = 0;
  std::optional<Error> error;  // set when the step failed
  std::string note;            // e.g. "image reused"
};

// A line of output from a step (a build, a release command), without its line ending.
struct Line {
  std::string step;
  std::string text;
};

struct Notice {
  enum class Level { info, warning } level = Level::info;
  std::string text;
};

using Event = std::variant<PlanMade, StepBegan, StepMoved, StepEnded, Line, Notice>;

// Called from several threads, one call at a time. Must not block for long and must not throw.
using Listener = std::function<void(const Event&)>;

}  // namespace divio
