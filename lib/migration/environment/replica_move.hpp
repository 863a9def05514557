// What services have in common whose target is a replica of the source until it is opened, and whose source becomes a replica of the
// target then. `Conversation` and `Standing` are redis:: or mariadb::; what is called with them is found in their namespace.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "migration/environment/following_move.hpp"

namespace divio::migration::environment {

template <class Conversation, class Standing>
class ReplicaMove : public FollowingMove<Conversation> {
 public:
  using FollowingMove<Conversation>::FollowingMove;

  [[nodiscard]] Result<void> copy(Steps& steps) override {
    const auto id = "follow " + this->prefix();
    return steps.step(id, fmt::format("copy '{}', and follow it", this->prefix()), [&] {
      return await_following(steps, [&](const Progress& now) { steps.tell(StepMoved{id, now.done, now.of, "bytes", now.behind}); });
    });
  }

  // The other side follows again, should it have lost the way, and has what was written.
  [[nodiscard]] Result<void> prepare(Steps& steps) override {
    const auto id = "follow " + this->prefix();
    return steps.step(id, fmt::format("see that service '{}' is followed, and has caught up", this->prefix()), [&]() -> Result<void> {
      DIVIO_CHECK(await_following(steps, {}));
      return await_written(steps, id);
    });
  }

  [[nodiscard]] Result<SeenService> look(const ServiceAttempt& attempt) override {
    DIVIO_TRY(from, standing(this->from_));
    DIVIO_TRY(to, standing(this->to_));
    return this->seen(handed_over(from, to), attempt.number, from.epoch, to.epoch);
  }

  [[nodiscard]] Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) override {
    using planning::Act;
    switch (act) {
      case Act::fence: return fence_source(attempt);
      case Act::prove: return prove(attempt, stop);
      case Act::open: return open(this->to_, attempt.number);
      case Act::become_replica: return become_replica(attempt);
      case Act::unfence: return open(this->from_, attempt.number);
      default: return fail(ErrorCode::bug, fmt::format("{} is not about a replica", to_string(act)));
    }
  }

  [[nodiscard]] Result<void> check_whole() override {
    DIVIO_TRY(to, standing(this->to_));
    return to.loading ? not_whole(this->prefix()) : Result<void>();
  }

  [[nodiscard]] Result<void> take_over(const ServiceAttempt& attempt, Steps& steps) override {
    DIVIO_CHECK(apply_received(steps));
    return open(this->to_, attempt.number);
  }

  [[nodiscard]] Result<std::optional<model::ComparedService>> compare(bool, const std::stop_token& stop) override {
    DIVIO_CHECK(await_following(stop, {}));
    DIVIO_TRY(both, look_at_both(this->from_, this->to_, std::chrono::minutes(1), this->moved_.in_there()));
    return model::ComparedService{this->prefix(), std::move(both.from), std::move(both.to), std::move(both.differences)};
  }

  // How long it takes until the other side has what this one had; more is written meanwhile, and it is never as far as that.
  [[nodiscard]] Result<RehearsedService> rehearse(const std::stop_token& stop) override {
    DIVIO_TRY(way, median_time([&]() -> Result<void> {
      DIVIO_TRY(written, standing(this->from_));
      DIVIO_TRY(arrived, await_true([&] { return standing(this->to_).map([&](const Standing& to) { return is_as_far(written, to); }); }, for_a_write, stop));
      return arrived ? Result<void>() : not_followed(this->prefix());
    }));
    return RehearsedService{.arrival_ms = way};
  }

  void add_progress(MigrationServiceView& view) override {
    const auto from = standing(this->from_);
    const auto to = standing(this->to_);
    const auto bytes = size();
    if (!from || !to || !bytes) return;
    const auto done = copied_of(*to, *bytes);
    if (!done) return;
    view.bytes = *bytes;
    view.copied_bytes = *done;
    view.lag_bytes = lag(*from, *to);
    view.following = to->stream == planning::Stream::following;
    if constexpr (requires { to->trouble; }) view.trouble = to->trouble;
  }

 protected:
  struct Progress {
    std::uint64_t done = 0;  // bytes
    std::uint64_t of = 0;
    std::optional<std::uint64_t> behind = {};  // once all have been copied
  };
  using Reported = std::function<void(const Progress& now)>;

  // Of the source's data, in bytes.
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  // How much of them has been copied, or more.
  [[nodiscard]] virtual Result<std::uint64_t> copied(const Standing& to) = 0;
  // What is to be done for the other side to follow, which does not; called again and again until it does. `told` counts what was done.
  [[nodiscard]] virtual Result<void> see_to_following(const Standing& to, int& told) = 0;
  [[nodiscard]] virtual Result<void> fence_source(const ServiceAttempt& attempt) = 0;
  [[nodiscard]] virtual Result<void> become_replica(const ServiceAttempt& attempt) = 0;
  // What has come to the other side and is not in its data yet, where that takes a while.
  [[nodiscard]] virtual Result<void> apply_received(Steps&) { return {}; }

  // The number of the newest attempt that the other side knows: one that was begun here only has not reached it, which knows an earlier one.
  [[nodiscard]] Result<int> attempt_of(const Standing& to) const {
    const auto& attempts = this->moved_.migration.attempts;
    const auto newest = attempts.empty() ? before_attempts : attempts.back().number;
    if (to.epoch.attempt > newest) return fail(ErrorCode::conflict, fmt::format("service '{}' was handed over by somebody else meanwhile", this->prefix()), "see how it is: divioctl migrate show");
    return to.epoch.attempt;
  }

 private:
  static constexpr std::chrono::milliseconds between_standings{2};
  static constexpr std::chrono::milliseconds between_progress{500};

  [[nodiscard]] planning::SeenHandOver handed_over(const Standing& from, const Standing& to) const {
    using planning::Fence;
    planning::SeenHandOver seen{.prefix = this->prefix(), .carriage = planning::Carriage::replica};
    seen.fence = from.fence;
    seen.proven = from.fence == Fence::up && has_all(from, to);
    seen.settled = true;
    seen.stream = to.stream;
    seen.way_back = from.follows.empty() ? planning::WayBack::absent : planning::WayBack::following;
    seen.open = to.fence == Fence::down && to.follows.empty();
    return seen;
  }

  [[nodiscard]] Result<std::uint64_t> copied_of(const Standing& to, std::uint64_t all) {
    if (to.stream == planning::Stream::following) return all;
    DIVIO_TRY(done, copied(to));
    return std::min(done, all);
  }

  [[nodiscard]] Result<Progress> seen_progress(const Standing& to) {
    DIVIO_TRY(bytes, size());
    DIVIO_TRY(done, copied_of(to, bytes));
    if (done < bytes) return Progress{done, bytes};
    DIVIO_TRY(from, standing(this->from_));
    return Progress{done, bytes, lag(from, to)};
  }

  [[nodiscard]] Result<void> await_following(const std::stop_token& stop, const Reported& report) {
    int told = 0;
    while (true) {
      DIVIO_TRY(to, standing(this->to_));
      const bool follows = to.stream == planning::Stream::following;
      if (report) {
        DIVIO_TRY(now, seen_progress(to));
        report(now);
      }
      if (follows) return {};
      DIVIO_CHECK(see_to_following(to, told));
      if (!this->moved_.here().clock.sleep(between_progress, stop)) return fail(ErrorCode::cancelled, "it was broken off while data were copied", "run this again");
    }
  }

  [[nodiscard]] Result<void> await_following(Steps& steps, const Reported& report) {
    auto followed = await_following(steps.stop(), report);
    if (!followed && steps.stop().stop_requested()) return Failure(steps.stop_reason());
    return followed;
  }

  // What has been written so far.
  [[nodiscard]] Result<void> await_written(Steps& steps, const std::string& id) {
    Standing written, there;
    std::uint64_t most = 0;
    const auto look = [](Conversation& side, Standing& seen) -> Result<void> {
      DIVIO_ASSIGN(seen, standing(side));
      return {};
    };
    const auto goes_on = [&]() -> Result<bool> {
      const auto behind = lag(written, there);
      most = std::max(most, behind);
      steps.tell(StepMoved{id, most - behind, most, "bytes"});
      return there.stream == planning::Stream::following;
    };
    return this->await_caught_up({.begin = [&] { return look(this->from_, written); },
                                  .arrived = [&] { return look(this->to_, there).map([&] { return is_as_far(written, there); }); },
                                  .goes_on = goes_on}, steps);
  }

  [[nodiscard]] Result<bool> await_true(const std::function<Result<bool>()>& question, std::chrono::milliseconds patience, const std::stop_token& stop) {
    auto& clock = this->moved_.here().clock;
    const auto until = clock.now() + patience;
    while (true) {
      DIVIO_TRY(is_so, question());
      if (is_so) return true;
      if (clock.now() > until || !clock.sleep(between_standings, stop)) return false;
    }
  }

  [[nodiscard]] Result<void> prove(const ServiceAttempt& attempt, const std::stop_token& stop) {
    // Nobody writes there any more, but its server may write down what it does by itself.
    const auto has_arrived = [&]() -> Result<bool> {
      DIVIO_TRY(from, standing(this->from_));
      DIVIO_TRY(to, standing(this->to_));
      return has_all(from, to);
    };
    DIVIO_TRY(arrived, await_true(has_arrived, attempt.pause, stop));
    return arrived ? Result<void>() : not_arrived(this->prefix());
  }
};

}  // namespace divio::migration::environment
