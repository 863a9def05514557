// What the steps of an attempt do (planning/cut_over.hpp).
#include <fmt/format.h>

#include <algorithm>

#include "controller/console.hpp"
#include "migration/environment/sides.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using planning::Act;

constexpr auto between_looks = 2ms;
constexpr auto after_deadline = 15s;  // a hold outlasts the guards, who let go
constexpr int most_waiting = 10'000;

ports::Traffic& traffic(AttemptParts& parts, Side side) { return parts.regions.at(side).ingress.traffic(); }

// A command that somebody runs in a container of its own would go on with data that nobody looks at any more.
Result<void> stop_background(AttemptParts& parts, const std::stop_token& stop) {
  DIVIO_TRY(ended, controller::end_runs(parts.regions.at(parts.from), parts.regions.key()));
  for (const auto& name : ended)
    parts.run.tell(Notice{Notice::Level::warning, fmt::format("the command in container {} was ended, since the environment is handed over: run it again afterwards", name)});
  return parts.regions.run(parts.from, Runs::web, parts.run, stop);
}

Result<void> begin(AttemptParts& parts) {
  auto& decisions = traffic(parts, parts.from).decisions();
  DIVIO_CHECK(decisions.open(parts.id(), register_token(parts.migration, parts.number)));
  const auto attempt = parts.for_services();
  for (const auto& service : parts.services) DIVIO_CHECK(service->begin_attempt(attempt));
  DIVIO_TRY(there, forward_to(parts.regions, parts.migration, parts.to()));
  if (!parts.migration.in_place()) {  // else both sides have one ingress, which decides
    DIVIO_TRY(here, forward_to(parts.regions, parts.migration, parts.from));
    DIVIO_CHECK(traffic(parts, parts.to()).decisions().follow(
        parts.id(), {parts.regions.key(), parts.deadline(), {here.address, here.port, register_token(parts.migration, parts.number)}}));
  }
  return decisions.guard(parts.id(), {parts.regions.key(), parts.deadline(), there});
}

Result<void> end(AttemptParts& parts) {
  for (const auto side : relay::both_sides) DIVIO_CHECK(traffic(parts, side).decisions().unguard(parts.id()));
  const auto attempt = parts.for_services();
  for (const auto& service : parts.services) DIVIO_CHECK(service->end_attempt(attempt));
  return {};
}

Result<void> await_quiet(AttemptParts& parts, const std::stop_token& stop) {
  auto& runtime = parts.regions.at(parts.from);
  const auto until = runtime.clock.now() + parts.pause / 2;
  while (true) {
    DIVIO_TRY(state, traffic(parts, parts.from).state(parts.regions.key()));
    const int left = unanswered(parts, state);
    if (left == 0) return {};
    if (runtime.clock.now() > until)
      return fail(ErrorCode::timed_out, fmt::format("{} requests were not answered in time{}", left, left == state.in_flight && state.upgraded > 0 ? ", WebSockets among them" : ""),
                  "allow a longer pause (--max-pause), or choose a quieter time");
    if (!runtime.clock.sleep(between_looks, stop)) return fail(ErrorCode::cancelled, "the cut-over was cancelled");
  }
}

Result<void> decide(AttemptParts& parts, ports::Word word) {
  return traffic(parts, parts.from).decisions().decide(parts.id(), word).map([](ports::Word) {});
}

// Where a service is copied while nobody writes, the hold is all that keeps them from it, and the ingress's container may have been
// started anew meanwhile, which ends it.
Result<void> commit(AttemptParts& parts) {
  const bool held_back = std::ranges::any_of(parts.services, [](const auto& service) { return service->needs_quiet(); });
  if (held_back) {
    DIVIO_TRY(state, traffic(parts, parts.from).state(parts.regions.key()));
    if (!state.holds) return fail(ErrorCode::failed, "requests did not wait until the end, so what was copied may be older than what was written");
  }
  return decide(parts, ports::Word::committed);
}

Result<void> forward(AttemptParts& parts) {
  DIVIO_TRY(there, forward_to(parts.regions, parts.migration, parts.to()));
  DIVIO_CHECK(traffic(parts, parts.from).forward(parts.regions.key(), there));
  return traffic(parts, parts.to()).unforward(parts.regions.key());
}

}  // namespace

ServiceAttempt AttemptParts::for_services() const {
  const auto token = register_token(migration, number);
  return {number, pause, deadline(), {register_host, regions.at(from).region.http_port, fmt::format("/.well-known/divio/migration/{}", token.reveal())}};
}

int unanswered(const AttemptParts& parts, const ports::TrafficState& state) {
  const bool all_wait = std::ranges::any_of(parts.services, [](const auto& service) { return service->needs_quiet(); });
  return all_wait ? state.in_flight : std::max(0, state.in_flight - state.upgraded);
}

Result<void> act_for_all(AttemptParts& parts, Act act, const std::stop_token& stop) {
  const auto& key = parts.regions.key();
  switch (act) {
    case Act::stop_background: return stop_background(parts, stop);
    case Act::begin_attempt: return begin(parts);
    case Act::hold: return traffic(parts, parts.from).hold(key, {parts.deadline() + after_deadline, most_waiting, parts.id()});
    case Act::await_quiet: return await_quiet(parts, stop);
    case Act::commit: return commit(parts);
    case Act::abort: return decide(parts, ports::Word::aborted);
    case Act::forward: return forward(parts);
    case Act::release: return traffic(parts, parts.from).release(key, parts.id());
    case Act::start_at_target: return parts.regions.run(parts.to(), Runs::all, parts.run, stop);
    case Act::start_at_source: return parts.regions.run(parts.from, Runs::all, parts.run, stop);
    case Act::end_attempt: return end(parts);
    default: return fail(ErrorCode::bug, fmt::format("{} is about a service", to_string(act)));
  }
}

}  // namespace divio::migration::environment
