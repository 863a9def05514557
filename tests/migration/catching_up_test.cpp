// What is waited for before requests wait, with a clock that goes when somebody sleeps.
#include "migration/environment/catching_up.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::migration::environment;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using tests::must;
using tests::must_fail;

namespace {

class Ticking final : public ports::Clock {
 public:
  [[nodiscard]] model::TimePoint now() const override { return now_; }
  bool sleep(milliseconds time, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    now_ += time;
    return true;
  }

 private:
  model::TimePoint now_{};
};

// What is written takes `first` to arrive, and then a share of what it took before.
struct Written {
  explicit Written(milliseconds first, int percent = 10) : takes(first), share(percent) {}

  Ticking clock;
  milliseconds takes;
  int share;
  int writes = 0;
  model::TimePoint there{};
  bool brought = true;
  std::stop_source stop;

  Result<void> wait() {
    return await_caught_up({.begin = [&]() -> Result<void> {
                              if (++writes > 1) takes = takes * share / 100;
                              there = clock.now() + takes;
                              return {};
                            },
                            .arrived = [&]() -> Result<bool> { return clock.now() >= there; },
                            .goes_on = [&]() -> Result<bool> { return brought; }},
                           clock, stop.get_token());
  }
};

}  // namespace

TEST_CASE("whoever has caught up is waited for no longer than one write takes") {
  Written written(40ms);
  must(written.wait());
  CHECK(written.writes == 1);
  CHECK(written.clock.now() - model::TimePoint{} <= 60ms);
}

TEST_CASE("what is far behind is waited for until what is written arrives at once") {
  Written written(10min, 20);
  must(written.wait());
  CHECK(written.takes <= 250ms);
  CHECK(written.clock.now() - model::TimePoint{} > 12min);
}

TEST_CASE("where more is written than arrives the waiting ends, and where nobody brings it") {
  Written faster(30s, 110);
  must(faster.wait());
  CHECK(faster.writes == 2);
  Written abandoned(1h);
  abandoned.brought = false;
  must(abandoned.wait());
  CHECK(abandoned.clock.now() - model::TimePoint{} < 1s);
}

TEST_CASE("the waiting can be broken off") {
  Written written(1h);
  written.stop.request_stop();
  CHECK(must_fail(written.wait()).code == ErrorCode::cancelled);
}

TEST_CASE("a process that stays brings what was written, and one that fails again and again does not") {
  Bringer steady, failing, gone;
  for (int look = 0; look < 1000; ++look) CHECK(steady.goes_on(17));
  CHECK(steady.goes_on(0));
  CHECK(steady.goes_on(18));  // its connection broke
  int looks = 0;
  while (failing.goes_on(looks % 12 == 0 ? 100 + looks : 0)) REQUIRE(++looks < 100);
  CHECK(looks == 36);
  looks = 0;
  while (gone.goes_on(0)) REQUIRE(++looks < 100);
}
