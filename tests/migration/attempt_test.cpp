#include "migration/attempt.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace divio;
using namespace divio::migration;
using namespace divio::planning;
using namespace std::chrono_literals;

namespace {

// Two sides at which every step succeeds at once, unless `before` says otherwise.
class NearSides final : public Sides {
 public:
  std::function<Result<void>(Act)> before = [](Act) { return Result<void>{}; };
  std::function<Result<void>()> before_look = [] { return Result<void>{}; };
  std::vector<Act> done;
  bool stop_reached_it = false;
  SeenCutOver seen{.background_at_source = true, .services = {{.prefix = "default", .stream = Stream::following}}};

  Result<SeenCutOver> look() override {
    if (auto able = before_look(); !able) return Failure(able.error());
    return seen;
  }

  Result<Decision> decision() override {
    return look().map([](const SeenCutOver& all) { return all.decision; });
  }

  Result<void> act(const std::vector<CutOverStep>& steps, std::stop_token stop) override {
    for (const auto& step : steps) {
      if (auto able = before(step.act); !able) return able;
      stop_reached_it = stop_reached_it || stop.stop_requested();
      done.push_back(step.act);
      seen = after(seen, step);
      if (step.act == Act::commit && seen.decision == Decision::open) seen.decision = Decision::committed;
      if (step.act == Act::abort && seen.decision == Decision::open) seen.decision = Decision::aborted;
    }
    return {};
  }
};

class Timepiece final : public ports::Clock {
 public:
  mutable model::TimePoint time{};
  model::TimePoint now() const override { return time += 1ms; }
  bool sleep(std::chrono::milliseconds length, std::stop_token) override { return time += length, true; }
};

Result<AttemptEnded> carry_out(NearSides& sides, std::stop_token stop = {}, AttemptLimits limits = {}) {
  Timepiece clock;
  return carry_out_attempt(sides, clock, limits, {}, stop);
}

}  // namespace

TEST_CASE("an attempt ends committed, and says for how long requests waited") {
  NearSides sides;
  const auto ended = carry_out(sides);
  REQUIRE(ended);
  CHECK(ended->decision == Decision::committed);
  CHECK(ended->pause > 0ms);
  CHECK(sides.seen.ended);
}

TEST_CASE("one that has ended is left as it is") {
  NearSides sides;
  (void)carry_out(sides);
  sides.done.clear();
  CHECK(carry_out(sides)->decision == Decision::committed);
  CHECK(sides.done.empty());
}

TEST_CASE("a step that fails before the decision undoes the attempt, which is told with its cause") {
  for (const auto failing : {Act::hold, Act::fence, Act::prove, Act::begin_way_back}) {
    NearSides sides;
    sides.before = [&](Act act) {
      return act == failing ? Result<void>(fail(ErrorCode::failed, "the disk is full")) : Result<void>{};
    };
    const auto ended = carry_out(sides);
    REQUIRE(ended);
    CHECK(ended->decision == Decision::aborted);
    CHECK(ended->cause.message == "the disk is full");
    CHECK_FALSE(sides.seen.holding);
    CHECK(sides.seen.background_at_source);
  }
}

TEST_CASE("a step that takes its time and fails then is undone like another one") {
  NearSides sides;
  Timepiece clock;
  sides.before = [&](Act act) {
    if (act != Act::prove) return Result<void>{};
    clock.time += 5min;
    return Result<void>(fail(ErrorCode::failed, "the copy is another one"));
  };
  const auto ended = carry_out_attempt(sides, clock, {.pause = 10min}, {}, {});
  REQUIRE(ended);
  CHECK(ended->decision == Decision::aborted);
  CHECK(ended->cause.message == "the copy is another one");
  CHECK_FALSE(sides.seen.holding);
}

TEST_CASE("what cannot be reached for a moment is tried again") {
  NearSides sides;
  int failures = 3;
  sides.before = [&](Act act) {
    return act == Act::prove && failures-- > 0 ? Result<void>(fail(ErrorCode::unreachable, "no answer")) : Result<void>{};
  };
  CHECK(carry_out(sides)->decision == Decision::committed);
}

TEST_CASE("requests do not wait for longer than they may") {
  NearSides sides;
  sides.before = [&](Act act) {
    return act == Act::fence ? Result<void>(fail(ErrorCode::unreachable, "no answer")) : Result<void>{};
  };
  const auto ended = carry_out(sides, {}, {.pause = 500ms});
  REQUIRE(ended);
  CHECK(ended->decision == Decision::aborted);
  CHECK(ended->cause.code == ErrorCode::timed_out);
  CHECK(ended->pause < 1000ms);
}

TEST_CASE("whoever cancels undoes what is not decided, and carries out what is") {
  std::stop_source stop;
  NearSides early;
  early.before = [&](Act act) { return act == Act::fence && stop.request_stop(), Result<void>{}; };
  CHECK(carry_out(early, stop.get_token())->decision == Decision::aborted);

  std::stop_source late_stop;
  NearSides late;
  late.before = [&](Act act) { return act == Act::open && late_stop.request_stop(), Result<void>{}; };
  CHECK(carry_out(late, late_stop.get_token())->decision == Decision::committed);
  CHECK_FALSE(late.stop_reached_it);
}

TEST_CASE("what others have decided meanwhile is carried out") {
  NearSides sides;
  sides.before = [&](Act act) {
    if (act != Act::commit) return Result<void>{};
    sides.seen.decision = Decision::aborted;  // the guards were quicker
    return Result<void>{};
  };
  CHECK(carry_out(sides)->decision == Decision::aborted);
  CHECK_FALSE(sides.seen.holding);
}

TEST_CASE("sides that stay out of reach are an error, after the time that was given") {
  NearSides sides;
  sides.before_look = [] { return Result<void>(fail(ErrorCode::unreachable, "no answer")); };
  const auto ended = carry_out(sides, {}, {.patience = 3s});
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == ErrorCode::unreachable);
}
