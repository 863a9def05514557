// What services have in common that follow on the other side, by whatever their servers replicate with: a conversation with each
// side's server, and attempts that both sides' data know of and guards watch over. `Conversation` is postgres::, redis:: or mariadb::; what is
// called with it is found in its namespace.
#pragma once

#include "migration/environment/catching_up.hpp"
#include "migration/environment/service_move.hpp"
#include "migration/relay/relay.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

inline constexpr int before_attempts = 0;                // the number of no attempt, for which the target is closed
inline constexpr std::chrono::seconds for_a_write{10};  // to arrive, where nobody waits for it

// Free functions, for the members of the class hide what they call.
template <class Conversation>
[[nodiscard]] Result<void> begin_for_both(Conversation& from, Conversation& to, const ServiceAttempt& attempt) {
  DIVIO_CHECK(begin_attempt(from, attempt.number));
  DIVIO_CHECK(begin_attempt(to, attempt.number));
  DIVIO_CHECK(guard(from, attempt.number, attempt.decisions, planning::Decision::aborted, attempt.deadline));
  return guard(to, attempt.number, attempt.decisions, planning::Decision::committed, attempt.deadline);
}

template <class Conversation>
[[nodiscard]] Result<void> end_for(Conversation& side, int attempt) {
  DIVIO_CHECK(end_guard(side));
  return end_attempt(side, attempt);
}

template <class Conversation>
class FollowingMove : public ServiceMove {
 public:
  [[nodiscard]] Result<void> begin_attempt(const ServiceAttempt& attempt) override { return begin_for_both(from_, to_, attempt); }
  [[nodiscard]] Result<void> end_attempt(const ServiceAttempt& attempt) override {
    DIVIO_CHECK(end_for(from_, attempt.number));
    return end_for(to_, attempt.number);
  }

 protected:
  FollowingMove(const MovedFrom& moved, Conversation from, Conversation to)
      : ServiceMove(from.side().instance.prefix.str()), moved_(moved), from_(std::move(from)), to_(std::move(to)) {}

  // Where either side finds the other one: the relay is called alike on both.
  [[nodiscard]] Result<Peer> peer() const {
    DIVIO_TRY(address, relay::address_of(moved_.regions.relay(), relay_name(prefix())));
    return Peer{address.host, address.port};
  }

  // What both sides' data know of the attempt, beside what else is seen.
  [[nodiscard]] static SeenService seen(planning::SeenHandOver hand_over, int attempt, const planning::Epoch& from, const planning::Epoch& to) {
    const planning::Epoch begun{attempt, false};
    const planning::Epoch ended{attempt, true};
    hand_over.over = from.attempt > attempt || from == ended;
    return {std::move(hand_over), from == begun && to == begun, from == ended && to == ended};
  }

  // Before requests wait.
  [[nodiscard]] Result<void> await_caught_up(const Backlog& backlog, Steps& steps) const {
    auto caught_up = environment::await_caught_up(backlog, moved_.here().clock, steps.stop());
    if (!caught_up && steps.stop().stop_requested()) return Failure(steps.stop_reason());
    return caught_up;
  }

  MovedFrom moved_;
  Conversation from_;
  Conversation to_;
};

// What was written does not come to the other side while requests wait.
[[nodiscard]] Failure not_arrived(const std::string& prefix);
// What the other side holds cannot be gone on with.
[[nodiscard]] Failure not_whole(const std::string& prefix);
// Nor while it is rehearsed, within for_a_write.
[[nodiscard]] Failure not_followed(const std::string& prefix);
// The median of some tries, in ms; the first that fails is the result.
[[nodiscard]] Result<double> median_time(const std::function<Result<void>()>& act);

}  // namespace divio::migration::environment
