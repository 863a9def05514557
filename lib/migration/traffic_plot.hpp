// A picture of an environment's requests around a cut-over. Pure.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/time.hpp"
#include "ports/ingress.hpp"

namespace divio::migration {

struct PlottedRequest {
  model::TimePoint ended;
  std::chrono::milliseconds took{0};
  bool failed = false;  // no answer, or one of 500 and more
};

// What visitors saw, of the logs of two ingresses. What one of them handed on to the other is in both, with the same id, and for the
// visitor it took as long as with the first. A visitor may say the same id in several requests.
[[nodiscard]] std::vector<PlottedRequest> seen_by_visitors(const std::array<std::vector<ports::LoggedRequest>, 2>& logs);

struct Pause {
  model::TimePoint began;
  std::chrono::milliseconds lasted{0};
};

struct TrafficPlot {
  std::string title;        // plain text
  model::TimePoint begin;   // of the time that is shown
  model::TimePoint end;
  std::optional<Pause> pause = {};
  std::vector<PlottedRequest> requests = {};  // in any order; those that ended at another time are left out
};

// An SVG (https://www.w3.org/TR/SVG11/) that needs nothing else: requests that ended in each second, failed ones in red; and, on a
// logarithmic scale, the longest and the middle one of the times that they took. The time on the axis is counted from the
// beginning of the pause, or from `begin`.
[[nodiscard]] std::string draw(const TrafficPlot& plot);

}  // namespace divio::migration
