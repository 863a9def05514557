#include "migration/environment/window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using model::TimePoint;

constexpr std::chrono::milliseconds longest_sleep = 30s;  // a computer that slept has another time when it wakes
constexpr const char* step = "await window";

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

// "2026-11-30 01:00 UTC"
std::string shown(TimePoint time) {
  const auto text = model::to_rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

Result<void> sleep_until(ports::Clock& clock, TimePoint until, TimePoint began, const controller::Call& call) {
  for (auto now = clock.now(); now < until; now = clock.now()) {
    auto rest = until - now;
    if (call.timeout.count() > 0) {
      const auto left = began + call.timeout - now;
      if (left.count() <= 0)
        return fail(ErrorCode::timed_out, fmt::format("the window did not open within {} s", call.timeout.count() / 1000), "give it more with --timeout");
      rest = std::min(rest, left);
    }
    if (!clock.sleep(std::min(rest, longest_sleep), call.stop)) return fail(ErrorCode::cancelled, "the operation was cancelled");
  }
  return {};
}

// Tells the waiting for one opening as a step.
Result<void> await(ports::Clock& clock, const std::string& window, TimePoint until, TimePoint began, const controller::Call& call) {
  const auto tell = [&](const Event& event) {
    if (call.listener) call.listener(event);
  };
  const auto now = clock.now();
  tell(StepBegan{step, fmt::format("wait for the window {}: the cut-over begins at {}, in {}", window, shown(until), human_seconds(seconds(until - now)))});
  auto done = sleep_until(clock, until, began, call);
  StepEnded ended{step, seconds(clock.now() - now), {}, {}};
  if (!done) ended.error = done.error();
  tell(ended);
  return done;
}

}  // namespace

Result<model::Opening> await_window(ports::Clock& clock, const model::Window& window, std::chrono::milliseconds needed, const controller::Call& call) {
  const auto began = clock.now();
  while (true) {  // a computer may sleep through an opening
    const auto now = clock.now();
    DIVIO_TRY(opening, model::next_opening(window, now, needed));
    if (opening.from <= now) return opening;
    DIVIO_CHECK(await(clock, to_string(window), opening.from, began, call));
  }
}

Result<void> check_open(const model::Window& window, TimePoint now, std::chrono::milliseconds needed) {
  DIVIO_TRY(opening, model::next_opening(window, now, needed));
  if (opening.from <= now) return {};
  return fail(ErrorCode::refused, fmt::format("the window {} is closed, or too short a time is left of it", to_string(window)),
              fmt::format("it opens at {}", shown(opening.from)));
}

}  // namespace divio::migration::environment
