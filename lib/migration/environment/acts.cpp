// What the steps of an attempt do (planning/cut_over.hpp).
#include <fmt/format.h>

#include <algorithm>

#include "migration/environment/sides.hpp"
#include "migration/postgres/guard.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using planning::Act;

constexpr auto between_looks = 2ms;
constexpr auto after_deadline = 15s;  // a hold outlasts the guards, who let go
constexpr int most_waiting = 10'000;

ports::Traffic& traffic(AttemptParts& parts, Side side) { return parts.regions.at(side).ingress.traffic(); }

postgres::Register where_decided(AttemptParts& parts) {
  const auto& region = parts.regions.at(parts.from).region;
  const auto token = register_token(parts.migration, parts.number);
  return {model::host_of(region), region.http_port, fmt::format("/.well-known/divio/migration/{}", token.reveal())};
}

Result<void> begin(AttemptParts& parts) {
  auto& decisions = traffic(parts, parts.from).decisions();
  DIVIO_CHECK(decisions.open(parts.id(), register_token(parts.migration, parts.number)));
  const auto where = where_decided(parts);
  for (auto& database : parts.databases) {
    DIVIO_CHECK(postgres::begin_attempt(database.from, parts.number));
    DIVIO_CHECK(postgres::begin_attempt(database.to, parts.number));
    DIVIO_CHECK(postgres::guard(database.from, parts.number, where, postgres::Decision::aborted, parts.deadline()));
    DIVIO_CHECK(postgres::guard(database.to, parts.number, where, postgres::Decision::committed, parts.deadline()));
  }
  DIVIO_TRY(there, forward_to(parts.regions, parts.migration, parts.to()));
  DIVIO_TRY(here, forward_to(parts.regions, parts.migration, parts.from));
  DIVIO_CHECK(traffic(parts, parts.to()).decisions().follow(
      parts.id(), {parts.regions.key(), parts.deadline(), {here.address, here.port, register_token(parts.migration, parts.number)}}));
  return decisions.guard(parts.id(), {parts.regions.key(), parts.deadline(), there});
}

Result<void> end(AttemptParts& parts) {
  for (const auto side : relay::both_sides) DIVIO_CHECK(traffic(parts, side).decisions().unguard(parts.id()));
  for (auto& database : parts.databases)
    for (auto* side : {&database.from, &database.to}) {
      DIVIO_CHECK(postgres::end_guard(*side));
      DIVIO_CHECK(postgres::end_attempt(*side, parts.number));
    }
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

Result<void> forward(AttemptParts& parts) {
  DIVIO_TRY(there, forward_to(parts.regions, parts.migration, parts.to()));
  DIVIO_CHECK(traffic(parts, parts.from).forward(parts.regions.key(), there));
  return traffic(parts, parts.to()).unforward(parts.regions.key());
}

Result<void> prove(MovingDatabase& database, postgres::Direction direction, AttemptParts& parts, bool back) {
  auto& writer = back ? database.to : database.from;
  auto& reader = back ? database.from : database.to;
  const auto marker = static_cast<std::uint64_t>(parts.number);
  DIVIO_CHECK(postgres::mark(writer, direction, marker));
  DIVIO_TRY(arrived, postgres::await_mark(reader, direction, marker, parts.pause));
  if (arrived) return {};
  return fail(ErrorCode::timed_out, fmt::format("what was written to service '{}' does not arrive on the other side in time", database.prefix),
              "allow a longer pause (--max-pause), or choose a quieter time");
}

// Nobody writes any more: one pass makes both sides the same.
Result<void> settle(AttemptParts& parts, CopiedService& service, const std::stop_token& stop) {
  if (!service.is_files()) return parts.regions.copy(service.from, service.to, parts.from, stop);
  DIVIO_CHECK(open_mirror(parts.regions, service.from, service.to, parts.from, service.files));
  return pass(service.files, stop).map([](const auto&) {});
}

}  // namespace

int unanswered(const AttemptParts& parts, const ports::TrafficState& state) {
  const bool all_wait = std::ranges::any_of(parts.copies, [](const auto& one) { return !one.is_files(); });
  return all_wait ? state.in_flight : std::max(0, state.in_flight - state.upgraded);
}

Result<void> act_for_all(AttemptParts& parts, Act act, const std::stop_token& stop) {
  const auto& key = parts.regions.key();
  switch (act) {
    case Act::stop_background: return parts.regions.run(parts.from, Runs::web, parts.run, stop);
    case Act::begin_attempt: return begin(parts);
    case Act::hold: return traffic(parts, parts.from).hold(key, {parts.deadline() + after_deadline, most_waiting, parts.id()});
    case Act::await_quiet: return await_quiet(parts, stop);
    case Act::commit: return decide(parts, ports::Word::committed);
    case Act::abort: return decide(parts, ports::Word::aborted);
    case Act::forward: return forward(parts);
    case Act::release: return traffic(parts, parts.from).release(key, parts.id());
    case Act::start_at_target: return parts.regions.run(parts.to(), Runs::all, parts.run, stop);
    case Act::start_at_source: return parts.regions.run(parts.from, Runs::all, parts.run, stop);
    case Act::end_attempt: return end(parts);
    default: return fail(ErrorCode::bug, fmt::format("{} is about a service", to_string(act)));
  }
}

Result<void> act_for(AttemptParts& parts, MovingDatabase& database, Act act) {
  switch (act) {
    case Act::fence: return postgres::fence(database.from, parts.number, parts.pause / 4).map([](unsigned) {});
    case Act::prove: return prove(database, parts.stream(), parts, false);
    case Act::settle: return postgres::copy_sequences(database.from, database.to);
    case Act::suspend: return postgres::suspend_following(database.to, parts.stream(), parts.number);
    case Act::begin_way_back: return postgres::begin_following(database.to, database.from, parts.way_back(), parts.number);
    case Act::prove_way_back: return prove(database, parts.way_back(), parts, true);
    case Act::open: return postgres::unfence(database.to, parts.number);
    case Act::unfence: return postgres::unfence(database.from, parts.number);
    case Act::end_stream: return postgres::end_following(database.from, database.to, parts.stream());
    case Act::end_way_back: return postgres::end_following(database.to, database.from, parts.way_back());
    case Act::resume: return postgres::resume_following(database.to, parts.stream());
    default: return fail(ErrorCode::bug, fmt::format("{} is not about a service", to_string(act)));
  }
}

Result<void> act_for(AttemptParts& parts, CopiedService& service, Act act, const std::stop_token& stop) {
  switch (act) {
    case Act::fence: service.fenced = true; return {};
    case Act::settle: return settle(parts, service, stop);
    case Act::open: service.open = true; return {};
    case Act::unfence: service.fenced = false, service.over = true; return {};
    default: return fail(ErrorCode::bug, fmt::format("{} is not about a service that is copied", to_string(act)));
  }
}

}  // namespace divio::migration::environment
