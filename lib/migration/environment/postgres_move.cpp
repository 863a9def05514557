#include "migration/environment/postgres_move.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migration/postgres/copying_trouble.hpp"
#include "migration/postgres/verification.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using planning::Act;
using planning::WayBack;

constexpr auto between_rounds = 500ms;
constexpr int rounds_to_trouble = 10;
constexpr unsigned own_tables = 1;  // the migration's own: markers

// The first of some numbers of markers that are far from those of attempts, and others each time: each takes more than a
// millisecond.
std::uint64_t free_marker(const ports::Clock& clock) { return static_cast<std::uint64_t>(clock.now().time_since_epoch().count()); }

planning::SeenHandOver handed_over(const std::string& prefix, postgres::Direction stream, const postgres::Standing& from, const postgres::Standing& to) {
  const bool there = stream == postgres::Direction::forward;
  planning::SeenHandOver seen{.prefix = prefix};
  seen.fence = from.fence;
  seen.proven = there ? to.forward_mark : to.backward_mark;
  seen.stream = there ? to.forward : to.backward;
  const auto back = there ? from.backward : from.forward;
  const bool published = there ? to.publishes_backward : to.publishes_forward;
  seen.way_back = back == planning::Stream::absent ? WayBack::absent : back == planning::Stream::following && published ? WayBack::following : WayBack::begun;
  seen.way_back_proven = there ? from.backward_mark : from.forward_mark;
  seen.open = to.fence == planning::Fence::down;
  return seen;
}

}  // namespace

Result<void> PostgresMove::begin_copying(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("begin to copy service '{}'", prefix()), [&]() -> Result<void> {
    DIVIO_TRY(source, peer());
    return postgres::begin_copying(from_, to_, source);
  });
}

// The same trouble once.
void PostgresMove::tell_trouble(Steps& steps, std::string& told) {
  auto trouble = postgres::copying_trouble(to_);
  if (trouble.empty() || trouble == told) return;
  steps.tell(Notice{Notice::Level::warning, fmt::format("copying service '{}' fails, and is tried again: {}", prefix(), trouble)});
  told = std::move(trouble);
}

Result<void> PostgresMove::await_copied(Steps& steps, const std::string& id) {
  std::string told;
  for (int round = 1;; ++round) {
    DIVIO_TRY(seen, postgres::progress(from_, to_));
    const auto copied = seen.all_copied() ? seen.bytes : std::min(seen.here, seen.bytes);  // there are no indexes there yet
    steps.tell(StepMoved{id, copied, seen.bytes, "bytes", seen.lag_bytes});
    if (seen.all_copied()) return {};
    if (round % rounds_to_trouble == 0) tell_trouble(steps, told);
    if (!moved_.here().clock.sleep(between_rounds, steps.stop())) return Failure(steps.stop_reason());
  }
}

// Closed to its application before that is started there.
Result<void> PostgresMove::copy(Steps& steps) {
  const auto id = "follow " + prefix();
  return steps.step(id, fmt::format("copy '{}', and follow it", prefix()), [&]() -> Result<void> {
    DIVIO_CHECK(await_copied(steps, id));
    DIVIO_CHECK(postgres::finish_copying(from_, to_));
    DIVIO_CHECK(postgres::fence(to_, before_attempts, 5s));
    return postgres::admit_login(to_);
  });
}

Result<void> PostgresMove::await_arrived(Steps& steps, const std::string& id) {
  auto& clock = moved_.here().clock;
  std::uint64_t marker = 0, most = 0;
  Bringer worker;
  const Backlog backlog{
      .begin = [&] {
        marker = free_marker(clock);
        return postgres::mark(from_, stream(), marker);
      },
      .arrived = [&] { return postgres::await_mark(to_, stream(), marker, 0ms); },
      .goes_on = [&]() -> Result<bool> {
        DIVIO_TRY(lag, postgres::lag(from_, stream()));
        most = std::max(most, lag);
        steps.tell(StepMoved{id, most - lag, most, "bytes"});
        DIVIO_TRY(process, postgres::follower(to_, stream()));
        return worker.goes_on(process);
      }};
  return await_caught_up(backlog, steps);
}

Result<void> PostgresMove::prepare(Steps& steps) {
  const auto catching_up = "catch up " + prefix();
  DIVIO_CHECK(steps.step(catching_up, fmt::format("wait until service '{}' has caught up", prefix()), [&] { return await_arrived(steps, catching_up); }));
  return steps.step("way back " + prefix(), fmt::format("prepare the way back of service '{}'", prefix()),
                    [&]() -> Result<void> {
                      DIVIO_TRY(target, peer());
                      return postgres::prepare_following(to_, from_, target, way_back());
                    });
}

Result<SeenService> PostgresMove::look(const ServiceAttempt& attempt) {
  const auto marker = static_cast<std::uint64_t>(attempt.number);
  DIVIO_TRY(from, postgres::standing(from_, marker));
  DIVIO_TRY(to, postgres::standing(to_, marker));
  return seen(handed_over(prefix(), stream(), from, to), attempt.number, from.epoch, to.epoch);
}

Result<void> PostgresMove::prove(const ServiceAttempt& attempt, bool back) {
  const auto direction = back ? way_back() : stream();
  const auto marker = static_cast<std::uint64_t>(attempt.number);
  DIVIO_CHECK(postgres::mark(back ? to_ : from_, direction, marker));
  DIVIO_TRY(arrived, postgres::await_mark(back ? from_ : to_, direction, marker, attempt.pause));
  if (arrived) return {};
  return not_arrived(prefix());
}

Result<void> PostgresMove::act(const ServiceAttempt& attempt, Act act, const std::stop_token&) {
  switch (act) {
    case Act::fence: return postgres::fence(from_, attempt.number, attempt.pause / 4).map([](unsigned) {});
    case Act::prove: return prove(attempt, false);
    case Act::settle: return postgres::copy_sequences(from_, to_);
    case Act::suspend: return postgres::suspend_following(to_, stream(), attempt.number);
    case Act::begin_way_back: return postgres::begin_following(to_, from_, way_back(), attempt.number);
    case Act::prove_way_back: return prove(attempt, true);
    case Act::open: return postgres::unfence(to_, attempt.number);
    case Act::unfence: return postgres::unfence(from_, attempt.number);
    case Act::end_stream: return postgres::end_following(from_, to_, stream());
    case Act::end_way_back: return postgres::end_following(to_, from_, way_back());
    case Act::resume: return postgres::resume_following(to_, stream());
    default: return fail(ErrorCode::bug, fmt::format("{} is not about a service", to_string(act)));
  }
}

Result<void> PostgresMove::check_whole() {
  DIVIO_TRY(to, postgres::standing(to_, 0));
  const auto there = stream() == postgres::Direction::forward ? to.forward : to.backward;
  return there == planning::Stream::copying ? not_whole(prefix()) : Result<void>();
}

Result<void> PostgresMove::take_over(const ServiceAttempt& attempt, Steps& steps) {
  DIVIO_TRY(unknown, postgres::take_over(to_, attempt.number));
  if (!unknown.empty())
    steps.tell(Notice{Notice::Level::warning, fmt::format("no column of service '{}' takes its numbers from {}, so see whether it should go on further than it does", prefix(), join(unknown, ", "))});
  return {};
}

std::optional<unsigned> sequences_ahead(const model::Migration& migration, bool arrived) {
  if (arrived) return {};
  const bool was_tried = !migration.attempts.empty() && migration.attempts.back().decision != "committed";
  return was_tried ? postgres::sequence_slack : 0;
}

Result<std::optional<model::ComparedService>> PostgresMove::compare(bool arrived, const std::stop_token&) {
  DIVIO_TRY(both, postgres::look_at_both(from_, to_, stream(), free_marker(moved_.here().clock)));
  auto differences = postgres::differences(both, moved_.in_there(), sequences_ahead(moved_.migration, arrived));
  auto sequences = postgres::positions(both);
  return model::ComparedService{prefix(), std::move(both.from.evidence), std::move(both.to.evidence), std::move(differences), std::move(sequences)};
}

Result<RehearsedService> PostgresMove::rehearse(const std::stop_token&) {
  auto number = free_marker(moved_.here().clock);
  DIVIO_TRY(way, median_time([&]() -> Result<void> {
    DIVIO_CHECK(postgres::mark(from_, stream(), number));
    DIVIO_TRY(arrived, postgres::await_mark(to_, stream(), number++, for_a_write));
    return arrived ? Result<void>() : not_followed(prefix());
  }));
  return RehearsedService{.arrival_ms = way};
}

void PostgresMove::add_progress(MigrationServiceView& view) {
  if (moved_.migration.phase == model::MigrationPhase::soaking) {
    const auto to = postgres::standing(to_, 0);
    const auto lag = postgres::lag(from_, stream());
    const auto bytes = postgres::bytes(from_);
    if (!to || !lag || !bytes) return;
    view.bytes = view.copied_bytes = *bytes;
    view.lag_bytes = *lag;
    view.following = (stream() == postgres::Direction::forward ? to->forward : to->backward) == planning::Stream::following;
    return;
  }
  const auto seen = postgres::progress(from_, to_);
  if (!seen) return;
  view.bytes = seen->bytes;
  view.copied_bytes = seen->all_copied() ? seen->bytes : std::min(seen->here, seen->bytes);
  view.tables = seen->tables - std::min(seen->tables, own_tables);
  view.copied = seen->copied - std::min(seen->copied, own_tables);
  view.lag_bytes = seen->lag_bytes;
  view.following = seen->following;
  if (!seen->following) view.trouble = postgres::copying_trouble(to_);
}

}  // namespace divio::migration::environment
