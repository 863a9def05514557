// A Redis that moves as a replica of the one it comes from (migration/redis/moving.hpp).
#pragma once

#include "migration/environment/following_move.hpp"
#include "migration/redis/guard.hpp"
#include "migration/redis/moving.hpp"

namespace divio::migration::environment {

class RedisMove final : public FollowingMove<redis::Conversation> {
 public:
  RedisMove(const MovedFrom& moved, redis::Conversation from, redis::Conversation to) : FollowingMove(moved, std::move(from), std::move(to)) {}

  [[nodiscard]] Result<void> begin_copying(Steps& steps) override;
  [[nodiscard]] Result<void> copy(Steps& steps) override;
  // The other side follows again, should it have lost the way.
  [[nodiscard]] Result<void> prepare(Steps& steps) override;

  [[nodiscard]] Result<SeenService> look(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) override;

  [[nodiscard]] Result<std::optional<model::ComparedService>> compare(bool arrived, const std::stop_token& stop) override;
  [[nodiscard]] Result<RehearsedService> rehearse(const std::stop_token& stop) override;
  void add_progress(MigrationServiceView& view) override;

 private:
  using Reported = std::function<void(std::uint64_t done, std::uint64_t of)>;

  [[nodiscard]] Result<void> follow(redis::Conversation& replica, redis::Conversation& primary, int attempt);
  [[nodiscard]] Result<void> follow_again();
  [[nodiscard]] Result<void> await_following(const std::stop_token& stop, const Reported& report);
  [[nodiscard]] Result<void> await_following(Steps& steps, const Reported& report);
  [[nodiscard]] Result<bool> await_arrived(bool (*arrived)(const redis::Standing& from, const redis::Standing& to) noexcept,
                                           std::chrono::milliseconds patience, const std::stop_token& stop);
  [[nodiscard]] Result<void> prove(const ServiceAttempt& attempt, const std::stop_token& stop);
};

}  // namespace divio::migration::environment
