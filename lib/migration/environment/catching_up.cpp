#include "migration/environment/catching_up.hpp"

#include <optional>

#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;

constexpr auto at_once = 250ms;
constexpr auto between_arrivals = 20ms;
constexpr auto between_reports = 500ms;
constexpr int most_changes = 3, most_absences = 30;

// How long what has been written by now takes; nothing where nobody brings it.
Result<std::optional<std::chrono::milliseconds>> time_of_arrival(const Backlog& backlog, ports::Clock& clock, const std::stop_token& stop) {
  DIVIO_CHECK(backlog.begin());
  const auto begin = clock.now();
  auto asked = begin;
  while (true) {
    DIVIO_TRY(arrived, backlog.arrived());
    const auto now = clock.now();
    if (arrived) return std::chrono::duration_cast<std::chrono::milliseconds>(now - begin);
    if (now - asked >= between_reports) {
      asked = now;
      DIVIO_TRY(goes_on, backlog.goes_on());
      if (!goes_on) return std::nullopt;
    }
    if (!clock.sleep(between_arrivals, stop)) return fail(ErrorCode::cancelled, "it was broken off while it caught up", "run this again");
  }
}

}  // namespace

Result<void> await_caught_up(const Backlog& backlog, ports::Clock& clock, const std::stop_token& stop) {
  auto last = std::chrono::milliseconds::max();
  while (true) {
    DIVIO_TRY(took, time_of_arrival(backlog, clock, stop));
    if (!took || *took <= at_once || *took >= last) return {};
    last = *took;
  }
}

bool Bringer::goes_on(int process) {
  absent_ = process == 0 ? absent_ + 1 : 0;
  if (process != 0 && process_ != 0 && process != process_) ++changes_;
  if (process != 0) process_ = process;
  return absent_ < most_absences && changes_ < most_changes;
}

}  // namespace divio::migration::environment
