// Waiting for the window of a cut-over, with a clock that goes when somebody sleeps.
#include "migration/environment/window.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::migration::environment;
using namespace std::chrono_literals;
using tests::must;
using tests::must_fail;

namespace {

class Sleeper final : public ports::Clock {
 public:
  explicit Sleeper(std::string_view now) : now_(must(model::parse_rfc3339(now))) {}
  [[nodiscard]] model::TimePoint now() const override { return now_; }
  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    now_ += time;
    if (--naps == 0) now_ += 5h;
    return true;
  }
  int naps = 1'000'000;  // after which the computer sleeps

 private:
  model::TimePoint now_;
};

const model::Window& nights() {
  static const auto window = must(model::parse_window("Mon-Fri 01:00-05:00 UTC"));
  return window;
}

struct ToldLines {
  std::vector<std::string> lines;
  controller::Call call{[this](const Event& event) {
    if (const auto* began = std::get_if<StepBegan>(&event)) lines.push_back(began->description);
    if (const auto* ended = std::get_if<StepEnded>(&event)) lines.push_back(ended->error ? "failed" : "done");
  }};
};

}  // namespace

TEST_CASE("who waits for a window is told until when, and goes on at its first moment") {
  Sleeper clock("2026-11-28T17:30:00Z");
  ToldLines told;
  const auto opening = must(await_window(clock, nights(), 2s, told.call));
  CHECK(model::to_rfc3339(clock.now()) == "2026-11-30T01:00:00.000Z");
  CHECK(opening.until - clock.now() == 4h);
  CHECK(told.lines == std::vector<std::string>{"wait for the window Mon,Tue,Wed,Thu,Fri 01:00-05:00 UTC: the cut-over begins at 2026-11-30 01:00 UTC, in 31 h 30 min", "done"});
}

TEST_CASE("nobody waits within a window, and nothing is told") {
  Sleeper clock("2026-11-30T04:59:00Z");
  ToldLines told;
  CHECK(model::to_rfc3339(must(await_window(clock, nights(), 60s, told.call)).until) == "2026-11-30T05:00:00.000Z");
  CHECK(model::to_rfc3339(clock.now()) == "2026-11-30T04:59:00.000Z");
  CHECK(told.lines.empty());
}

TEST_CASE("waiting is cancelled, ends with the time that there is for it, and is not misled by a computer that slept") {
  Sleeper clock("2026-11-28T17:30:00Z");
  ToldLines told;
  std::stop_source stop;
  stop.request_stop();
  told.call.stop = stop.get_token();
  CHECK(must_fail(await_window(clock, nights(), 2s, told.call)).code == ErrorCode::cancelled);
  CHECK(told.lines.back() == "failed");

  told.call.stop = {};
  told.call.timeout = 1h;
  const auto error = must_fail(await_window(clock, nights(), 2s, told.call));
  CHECK(error.code == ErrorCode::timed_out);
  CHECK(error.message == "the window did not open within 3600 s");
  CHECK(model::to_rfc3339(clock.now()) == "2026-11-28T18:30:00.000Z");

  told.call.timeout = {};
  clock.naps = 3600;  // half an hour before it opens, and for longer than it is open
  must(await_window(clock, nights(), 2s, told.call));
  CHECK(model::to_rfc3339(clock.now()) == "2026-12-01T01:00:00.000Z");
}

TEST_CASE("a window that has closed meanwhile is refused, and it is said when it opens") {
  const auto at = [](std::string_view text) { return must(model::parse_rfc3339(text)); };
  CHECK(check_open(nights(), at("2026-11-30T01:00:00Z"), 2s));
  const auto error = must_fail(check_open(nights(), at("2026-11-30T04:59:59Z"), 2s));
  CHECK(error.code == ErrorCode::refused);
  CHECK(error.message == "the window Mon,Tue,Wed,Thu,Fri 01:00-05:00 UTC is closed, or too short a time is left of it");
  CHECK(error.hint == "it opens at 2026-12-01 01:00 UTC");
}
