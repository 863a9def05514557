#include "migration/attempt.hpp"

#include <optional>

#include "support/try.hpp"

namespace divio::migration {
namespace {

using namespace std::chrono_literals;
using planning::Act;
using planning::CutOverStep;
using planning::Decision;
using planning::SeenCutOver;
using planning::Wish;

using Steps = std::vector<CutOverStep>;

constexpr auto before_next_try = 100ms;
constexpr int most_rounds = 500;  // an attempt takes some twenty

bool decides(const Steps& steps) { return steps.front().act == Act::commit || steps.front().act == Act::abort; }

bool is_decided(const SeenCutOver& seen) {
  return seen.decision == Decision::committed || seen.decision == Decision::aborted;
}

struct Attempt {
  Sides& sides;
  ports::Clock& clock;
  const AttemptLimits& limits;
  const Rounds& tell;
  std::stop_token stop;

  std::optional<SeenCutOver> seen = {};  // absent: has to be looked at
  bool looked = false;                   // `seen` is what was looked at, not what was concluded
  std::optional<Error> cause = {};
  std::optional<model::TimePoint> held_since = {};
  std::optional<model::TimePoint> held_at = {};
  std::chrono::milliseconds pause{0};
  std::optional<model::TimePoint> failing_since = {};  // of steps and looks, one after the other

  [[nodiscard]] Result<AttemptEnded> carry_out();

 private:
  [[nodiscard]] Result<void> look();
  [[nodiscard]] Wish wish();
  [[nodiscard]] Result<void> round(const Steps& steps);
  [[nodiscard]] Result<void> learn_decision();
  [[nodiscard]] Result<void> wait_after(const Error& error);
  void measure(const Steps& done);
};

// Whoever has to know what stands keeps asking as long as that may help.
Result<void> Attempt::look() {
  while (true) {
    auto found = sides.look();
    if (found) {
      seen = std::move(*found);
      looked = true;
      if (seen->holding && !held_since) held_since = clock.now();
      return {};
    }
    DIVIO_CHECK(wait_after(found.error()));
  }
}

// What took long before it failed has not failed for that long.
Result<void> Attempt::wait_after(const Error& error) {
  const auto now = clock.now();
  if (!failing_since) failing_since = now;
  if (now - *failing_since > limits.patience) return Failure(error);
  clock.sleep(before_next_try, {});
  return {};
}

Wish Attempt::wish() {
  if (!cause && stop.stop_requested()) cause = Error{ErrorCode::cancelled, "the cut-over was cancelled", "start it again when you like"};
  if (!cause && held_since && clock.now() - *held_since > limits.pause)
    cause = Error{ErrorCode::timed_out, "requests would have had to wait for longer than they may",
                  "allow a longer pause (--max-pause), or choose a quieter time"};
  return cause ? Wish::undo : Wish::cut_over;
}

void Attempt::measure(const Steps& done) {
  const auto act = done.front().act;
  if (act == Act::hold) held_since = clock.now();
  if (act != Act::release || !held_since) return;
  pause = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - *held_since);
  held_at = held_since;
  held_since.reset();
}

// Steps towards a commit are broken off by whoever cancels; what is decided is carried out. What cannot be reached is tried again
// as long as requests may wait.
Result<void> Attempt::round(const Steps& steps) {
  if (tell) tell(steps);
  const bool undoing = cause.has_value();
  auto done = sides.act(steps, undoing || is_decided(*seen) || decides(steps) ? std::stop_token{} : stop);
  if (!done) {
    if (!cause && done.error().code != ErrorCode::unreachable) cause = done.error();
    seen.reset();
    return wait_after(done.error());
  }
  failing_since.reset();
  measure(steps);
  if (decides(steps)) return learn_decision();
  for (const auto& step : steps) seen = planning::after(std::move(*seen), step);
  looked = false;
  return {};
}

// Another word may stand.
Result<void> Attempt::learn_decision() {
  const auto word = sides.decision();
  looked = false;
  if (word) seen->decision = *word;
  else seen.reset();
  return {};
}

Result<AttemptEnded> Attempt::carry_out() {
  for (int rounds = 0; rounds < most_rounds; ++rounds) {
    if (!seen) DIVIO_CHECK(look());
    const auto steps = planning::next_steps(*seen, wish());
    if (!steps.empty()) {
      DIVIO_CHECK(round(steps));
      continue;
    }
    if (looked) return AttemptEnded{seen->decision, held_at, pause, cause.value_or(Error{})};
    seen.reset();
  }
  return fail(ErrorCode::bug, "the two sides do not become what the steps of the cut-over promise",
              "resume the migration; if that is no help, report this with the journal of its operation");
}

}  // namespace

Result<AttemptEnded> carry_out_attempt(Sides& sides, ports::Clock& clock, const AttemptLimits& limits, const Rounds& tell,
                                       std::stop_token stop) {
  return Attempt{sides, clock, limits, tell, std::move(stop)}.carry_out();
}

}  // namespace divio::migration
