#include "migration/environment/mariadb_move.hpp"

#include <fmt/format.h>

#include <limits>

#include "migration/mariadb/copying.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;

constexpr auto while_it_applies = 100ms;

}  // namespace

Secret MariadbMove::password() const { return replica_token(moved_.migration, prefix()); }

// What the other side holds is replaced.
Result<void> MariadbMove::copy_anew(int attempt) {
  DIVIO_TRY(where, peer());
  DIVIO_CHECK(mariadb::admit_follower(from_, password()));
  DIVIO_TRY(collation, mariadb::collation(from_));
  return mariadb::begin_copying(to_, attempt, where, password(), collation);
}

Result<void> MariadbMove::begin_copying(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("begin to copy service '{}'", prefix()), [&]() -> Result<void> {
    DIVIO_CHECK(mariadb::prepare(from_));
    DIVIO_CHECK(mariadb::prepare(to_));
    DIVIO_TRY(to, mariadb::standing(to_));
    if (to.holds_copy && to.trouble.empty()) return {};
    // Before its application is started there, and before anything is copied into it.
    if (!to.loading) DIVIO_CHECK(mariadb::fence(to_, before_attempts, 5s));
    return copy_anew(before_attempts);
  });
}

Result<std::uint64_t> MariadbMove::size() { return mariadb::bytes(from_); }

// What was written meanwhile comes after the copy.
Result<std::uint64_t> MariadbMove::copied(const mariadb::Standing& to) {
  return to.holds_copy && !to.loading ? Result<std::uint64_t>(std::numeric_limits<std::uint64_t>::max()) : mariadb::bytes(to_);
}

// A server that has started again goes on when it is told to, a copying that has broken off begins again, and what cannot go on any
// more is copied again: once, for then it is no accident.
Result<void> MariadbMove::see_to_following(const mariadb::Standing& to, int& told) {
  DIVIO_TRY(attempt, attempt_of(to));
  if (to.loading) {
    DIVIO_TRY(goes_on, mariadb::is_copying(to_));
    return goes_on ? Result<void>() : copy_anew(attempt);
  }
  if (to.trouble.empty() && to.stream != planning::Stream::absent) return {};
  if (to.trouble.empty() && to.holds_copy) return mariadb::go_on_following(to_, attempt);
  if (++told > 1) return fail(ErrorCode::failed, fmt::format("service '{}' cannot be copied and followed", prefix()), to.trouble.empty() ? "run this again" : to.trouble);
  return copy_anew(attempt);
}

Result<void> MariadbMove::fence_source(const ServiceAttempt& attempt) { return mariadb::fence(from_, attempt.number, attempt.pause / 4); }

Result<void> MariadbMove::become_replica(const ServiceAttempt& attempt) {
  DIVIO_TRY(where, peer());
  DIVIO_TRY(to, mariadb::standing(to_));
  DIVIO_CHECK(mariadb::admit_follower(to_, password()));
  return mariadb::follow(from_, attempt.number, where, password(), to.noted);
}

// Its server writes what it receives to a log, and applies that one after the other. The end of that log may be half a transaction, which nobody
// will ever have the rest of. A server that has started again since has let go what it had not applied.
Result<void> MariadbMove::apply_received(Steps& steps) {
  while (true) {
    DIVIO_TRY(to, mariadb::standing(to_));
    if (!to.trouble.empty())
      steps.tell(Notice{Notice::Level::warning, fmt::format("service '{}' has had nothing new for a while: {}", prefix(), to.trouble)});
    const bool applies = to.trouble.empty() && to.stream != planning::Stream::absent;
    if (!applies || to.idle || mariadb::reaches(to.applied, to.received)) return {};
    if (!moved_.here().clock.sleep(while_it_applies, steps.stop())) return Failure(steps.stop_reason());
  }
}

}  // namespace divio::migration::environment
