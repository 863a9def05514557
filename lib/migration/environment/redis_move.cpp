#include "migration/environment/redis_move.hpp"

#include <fmt/format.h>

#include <limits>

#include "support/try.hpp"

namespace divio::migration::environment {

Result<void> RedisMove::follow(redis::Conversation& replica, redis::Conversation& primary, int attempt) {
  DIVIO_TRY(where, peer());
  const auto password = replica_token(moved_.migration, prefix());
  DIVIO_CHECK(redis::admit_follower(primary, password));
  return redis::follow(replica, attempt, where, password);
}

Result<void> RedisMove::begin_copying(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("begin to copy service '{}'", prefix()), [&]() -> Result<void> {
    DIVIO_CHECK(redis::prepare(from_));
    DIVIO_CHECK(redis::prepare(to_));
    DIVIO_CHECK(redis::fence(to_, before_attempts));  // before its application is started there, and before it is anybody's replica
    return follow(to_, from_, before_attempts);
  });
}

Result<std::uint64_t> RedisMove::size() { return redis::memory(from_); }

// What has arrived as a file is read from it next, and then made to outlive a kill.
Result<std::uint64_t> RedisMove::copied(const redis::Standing& to) {
  const bool has_arrived = to.loading || (to.received == 0 && to.keys > 0);
  return has_arrived ? std::numeric_limits<std::uint64_t>::max() : to.received;
}

// Whoever starts again may have forgotten whom it followed.
Result<void> RedisMove::see_to_following(const redis::Standing& to, int& told) {
  if (to.stream != planning::Stream::absent || to.loading) return {};
  DIVIO_TRY(attempt, attempt_of(to));
  ++told;
  return follow(to_, from_, attempt);
}

Result<void> RedisMove::fence_source(const ServiceAttempt& attempt) { return redis::fence(from_, attempt.number); }

Result<void> RedisMove::become_replica(const ServiceAttempt& attempt) { return follow(from_, to_, attempt.number); }

}  // namespace divio::migration::environment
