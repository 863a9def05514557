#include "migration/environment/redis_move.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migration/redis/verification.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using planning::Fence;
using planning::Stream;
using planning::WayBack;

constexpr auto between_standings = 2ms;
constexpr auto between_progress = 500ms;

planning::SeenHandOver handed_over_as_replica(const std::string& prefix, const redis::Standing& from, const redis::Standing& to) {
  planning::SeenHandOver seen{.prefix = prefix, .carriage = planning::Carriage::replica};
  seen.fence = from.fence;
  seen.proven = from.fence == Fence::up && redis::has_all(from, to);
  seen.settled = true;
  seen.stream = to.stream;
  seen.way_back = from.follows.empty() ? WayBack::absent : WayBack::following;
  seen.open = to.fence == Fence::down && to.follows.empty();
  return seen;
}

// While `from` is written to.
bool is_as_far(const redis::Standing& from, const redis::Standing& to) noexcept {
  return to.stream == Stream::following && to.history == from.history && to.offset >= from.offset;
}

}  // namespace

Result<void> RedisMove::follow(redis::Conversation& replica, redis::Conversation& primary, int attempt) {
  DIVIO_TRY(where, peer());
  const auto password = replica_token(moved_.migration, prefix());
  DIVIO_CHECK(redis::admit_follower(primary, password));
  return redis::follow(replica, attempt, where, password);
}

// An attempt that was begun here only has not reached the other side, which knows an earlier one.
Result<void> RedisMove::follow_again() {
  DIVIO_TRY(to, redis::standing(to_));
  const auto newest = moved_.migration.attempts.empty() ? before_attempts : moved_.migration.attempts.back().number;
  if (to.epoch.attempt > newest) return fail(ErrorCode::conflict, fmt::format("service '{}' was handed over by somebody else meanwhile", prefix()), "see how it is: divioctl migrate show");
  return follow(to_, from_, to.epoch.attempt);
}

Result<void> RedisMove::begin_copying(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("begin to copy service '{}'", prefix()), [&]() -> Result<void> {
    DIVIO_CHECK(redis::prepare(from_));
    DIVIO_CHECK(redis::prepare(to_));
    DIVIO_CHECK(redis::fence(to_, before_attempts));  // before its application is started there, and before it is anybody's replica
    return follow(to_, from_, before_attempts);
  });
}

// Whoever starts again may have forgotten whom it followed.
Result<void> RedisMove::await_following(const std::stop_token& stop, const Reported& report) {
  auto& clock = moved_.here().clock;
  while (true) {
    DIVIO_TRY(to, redis::standing(to_));
    if (report) {
      DIVIO_TRY(bytes, redis::memory(from_));
      report(to.stream == Stream::following ? bytes : std::min(to.received, bytes), bytes);
    }
    if (to.stream == Stream::following) return {};
    if (to.stream == Stream::absent && !to.loading) DIVIO_CHECK(follow_again());
    if (!clock.sleep(between_progress, stop)) return fail(ErrorCode::cancelled, "it was broken off while data were copied", "run this again");
  }
}

Result<void> RedisMove::await_following(Steps& steps, const Reported& report) {
  auto followed = await_following(steps.stop(), report);
  if (!followed && steps.stop().stop_requested()) return Failure(steps.stop_reason());
  return followed;
}

Result<void> RedisMove::copy(Steps& steps) {
  const auto id = "follow " + prefix();
  return steps.step(id, fmt::format("copy service '{}', and follow it", prefix()), [&] {
    return await_following(steps, [&](std::uint64_t done, std::uint64_t of) { steps.tell(StepMoved{id, done, of, "bytes"}); });
  });
}

Result<void> RedisMove::prepare(Steps& steps) {
  return steps.step("follow " + prefix(), fmt::format("see that service '{}' is followed", prefix()), [&] { return await_following(steps, {}); });
}

Result<SeenService> RedisMove::look(const ServiceAttempt& attempt) {
  DIVIO_TRY(from, redis::standing(from_));
  DIVIO_TRY(to, redis::standing(to_));
  return seen(handed_over_as_replica(prefix(), from, to), attempt.number, from.epoch, to.epoch);
}

// Of what the first side has.
Result<bool> RedisMove::await_arrived(bool (*arrived)(const redis::Standing&, const redis::Standing&) noexcept, std::chrono::milliseconds patience,
                                      const std::stop_token& stop) {
  auto& clock = moved_.here().clock;
  const auto until = clock.now() + patience;
  while (true) {
    DIVIO_TRY(from, redis::standing(from_));
    DIVIO_TRY(to, redis::standing(to_));
    if (arrived(from, to)) return true;
    if (clock.now() > until || !clock.sleep(between_standings, stop)) return false;
  }
}

Result<void> RedisMove::prove(const ServiceAttempt& attempt, const std::stop_token& stop) {
  DIVIO_TRY(arrived, await_arrived(redis::has_all, attempt.pause, stop));
  return arrived ? Result<void>() : not_arrived(prefix());
}

Result<void> RedisMove::act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) {
  using planning::Act;
  switch (act) {
    case Act::fence: return redis::fence(from_, attempt.number);
    case Act::prove: return prove(attempt, stop);
    case Act::open: return redis::open(to_, attempt.number);
    case Act::become_replica: return follow(from_, to_, attempt.number);
    case Act::unfence: return redis::open(from_, attempt.number);
    default: return fail(ErrorCode::bug, fmt::format("{} is not about a replica", to_string(act)));
  }
}

Result<std::optional<model::ComparedService>> RedisMove::compare(bool, const std::stop_token& stop) {
  DIVIO_CHECK(await_following(stop, {}));
  DIVIO_TRY(both, redis::look_at_both(from_, to_, 1min, "in region " + moved_.there().region.name.str()));
  return model::ComparedService{prefix(), std::move(both.from), std::move(both.to), std::move(both.differences)};
}

// How long it takes until the other side has what this one had.
Result<RehearsedService> RedisMove::rehearse(const std::stop_token& stop) {
  DIVIO_TRY(way, median_time([&]() -> Result<void> {
    DIVIO_TRY(arrived, await_arrived(is_as_far, for_a_write, stop));
    return arrived ? Result<void>() : not_followed(prefix());
  }));
  return RehearsedService{.arrival_ms = way};
}

void RedisMove::add_progress(MigrationServiceView& view) {
  const auto from = redis::standing(from_);
  const auto to = redis::standing(to_);
  const auto bytes = redis::memory(from_);
  if (!from || !to || !bytes) return;
  view.bytes = *bytes;
  view.lag_bytes = from->history == to->history && from->offset > to->offset ? from->offset - to->offset : 0;
  view.following = to->stream == Stream::following;
}

}  // namespace divio::migration::environment
