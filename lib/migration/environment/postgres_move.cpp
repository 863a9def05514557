#include "migration/environment/postgres_move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migration/postgres/guard.hpp"
#include "migration/postgres/verification.hpp"
#include "migration/relay/relay.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using planning::Act;
using planning::WayBack;

constexpr auto between_rounds = 500ms;
constexpr auto for_a_marker = 10s;
constexpr int before_attempts = 0;  // the number of no attempt, for which the target is closed
constexpr unsigned own_tables = 1;  // the migration's own: markers

// The first of some numbers of markers that are far from those of attempts, and others each time: each takes more than a
// millisecond.
std::uint64_t free_marker(const ports::Clock& clock) { return static_cast<std::uint64_t>(clock.now().time_since_epoch().count()); }

planning::SeenHandOver handed_over(const std::string& prefix, const ServiceAttempt& attempt, postgres::Direction stream,
                                   const postgres::Standing& from, const postgres::Standing& to) {
  const bool there = stream == postgres::Direction::forward;
  planning::SeenHandOver seen{.prefix = prefix};
  seen.fence = from.fence;
  seen.over = from.epoch.attempt > attempt.number || (from.epoch.attempt == attempt.number && from.epoch.ended);
  seen.proven = there ? to.forward_mark : to.backward_mark;
  seen.stream = there ? to.forward : to.backward;
  const auto back = there ? from.backward : from.forward;
  const bool published = there ? to.publishes_backward : to.publishes_forward;
  seen.way_back = back == planning::Stream::absent ? WayBack::absent : back == planning::Stream::following && published ? WayBack::following : WayBack::begun;
  seen.way_back_proven = there ? from.backward_mark : from.forward_mark;
  seen.open = to.fence == planning::Fence::down;
  return seen;
}

bool knows(const planning::Epoch& epoch, int attempt, bool ended) { return epoch.attempt == attempt && epoch.ended == ended; }

}  // namespace

PostgresMove::PostgresMove(const MovedFrom& moved, postgres::Conversation from, postgres::Conversation to)
    : ServiceMove(from.side().instance.prefix.str()), moved_(moved), from_(std::move(from)), to_(std::move(to)) {}

postgres::Peer PostgresMove::peer() const {
  const auto address = relay::address_of(moved_.regions.relay(), relay_name(prefix()));
  return address ? postgres::Peer{address->host, address->port} : postgres::Peer{};
}

Result<void> PostgresMove::begin_copying(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("begin to copy service '{}'", prefix()), [&] { return postgres::begin_copying(from_, to_, peer()); });
}

Result<void> PostgresMove::await_copied(Steps& steps, const std::string& id) {
  while (true) {
    DIVIO_TRY(seen, postgres::progress(from_, to_));
    steps.tell(StepMoved{id, std::min(seen.here, seen.bytes), seen.bytes, "bytes"});
    if (seen.all_copied()) return {};
    if (!moved_.here().clock.sleep(between_rounds, steps.stop())) return Failure(steps.stop_reason());
  }
}

// Closed to its application before that is started there.
Result<void> PostgresMove::copy(Steps& steps) {
  const auto id = "follow " + prefix();
  return steps.step(id, fmt::format("copy service '{}', and follow it", prefix()), [&]() -> Result<void> {
    DIVIO_CHECK(await_copied(steps, id));
    DIVIO_CHECK(postgres::finish_copying(from_, to_));
    return postgres::fence(to_, before_attempts, 5s).map([](unsigned) {});
  });
}

Result<void> PostgresMove::prepare(Steps& steps) {
  return steps.step("way back " + prefix(), fmt::format("prepare the way back of service '{}'", prefix()),
                    [&] { return postgres::prepare_following(to_, from_, peer(), way_back()); });
}

Result<void> PostgresMove::begin_attempt(const ServiceAttempt& attempt) {
  DIVIO_CHECK(postgres::begin_attempt(from_, attempt.number));
  DIVIO_CHECK(postgres::begin_attempt(to_, attempt.number));
  DIVIO_CHECK(postgres::guard(from_, attempt.number, attempt.decisions, postgres::Decision::aborted, attempt.deadline));
  return postgres::guard(to_, attempt.number, attempt.decisions, postgres::Decision::committed, attempt.deadline);
}

Result<void> PostgresMove::end_attempt(const ServiceAttempt& attempt) {
  for (auto* side : {&from_, &to_}) {
    DIVIO_CHECK(postgres::end_guard(*side));
    DIVIO_CHECK(postgres::end_attempt(*side, attempt.number));
  }
  return {};
}

Result<SeenService> PostgresMove::look(const ServiceAttempt& attempt) {
  const auto marker = static_cast<std::uint64_t>(attempt.number);
  DIVIO_TRY(from, postgres::standing(from_, marker));
  DIVIO_TRY(to, postgres::standing(to_, marker));
  return SeenService{handed_over(prefix(), attempt, stream(), from, to),
                     knows(from.epoch, attempt.number, false) && knows(to.epoch, attempt.number, false),
                     knows(from.epoch, attempt.number, true) && knows(to.epoch, attempt.number, true)};
}

Result<void> PostgresMove::prove(const ServiceAttempt& attempt, bool back) {
  const auto direction = back ? way_back() : stream();
  const auto marker = static_cast<std::uint64_t>(attempt.number);
  DIVIO_CHECK(postgres::mark(back ? to_ : from_, direction, marker));
  DIVIO_TRY(arrived, postgres::await_mark(back ? from_ : to_, direction, marker, attempt.pause));
  if (arrived) return {};
  return fail(ErrorCode::timed_out, fmt::format("what was written to service '{}' does not arrive on the other side in time", prefix()),
              "allow a longer pause (--max-pause), or choose a quieter time");
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

Result<std::optional<model::ComparedService>> PostgresMove::compare(bool, const std::stop_token&) {
  DIVIO_TRY(both, postgres::look_at_both(from_, to_, stream(), free_marker(moved_.here().clock)));
  auto differences = postgres::differences(both.from, both.to, "in region " + moved_.there().region.name.str());
  return model::ComparedService{prefix(), std::move(both.from.evidence), std::move(both.to.evidence), std::move(differences)};
}

// The median of some markers.
Result<double> PostgresMove::way_of_a_write() {
  std::array<double, 5> ways{};
  auto number = free_marker(moved_.here().clock);
  for (auto& way : ways) {
    const auto begin = std::chrono::steady_clock::now();
    DIVIO_CHECK(postgres::mark(from_, stream(), number));
    DIVIO_TRY(arrived, postgres::await_mark(to_, stream(), number++, for_a_marker));
    if (!arrived)
      return fail(ErrorCode::timed_out, fmt::format("what is written to service '{}' does not arrive within 10 s", prefix()),
                  "see how far behind it is: divioctl migrate show");
    way = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  std::ranges::sort(ways);
  return ways[ways.size() / 2];
}

Result<RehearsedService> PostgresMove::rehearse(const std::stop_token&) {
  DIVIO_TRY(way, way_of_a_write());
  return RehearsedService{.arrival_ms = way};
}

void PostgresMove::add_progress(MigrationServiceView& view) {
  const auto seen = postgres::progress(from_, to_);
  if (!seen) return;
  view.bytes = seen->bytes;
  view.tables = seen->tables - std::min(seen->tables, own_tables);
  view.copied = std::min<std::uint64_t>(seen->copied, view.tables);
  view.lag_bytes = seen->lag_bytes;
  view.following = seen->following;
}

}  // namespace divio::migration::environment
