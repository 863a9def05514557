// A Redis that moves as a replica of the one it comes from (migration/redis/moving.hpp).
#pragma once

#include "migration/environment/replica_move.hpp"
#include "migration/redis/guard.hpp"
#include "migration/redis/moving.hpp"
#include "migration/redis/verification.hpp"

namespace divio::migration::environment {

class RedisMove final : public ReplicaMove<redis::Conversation, redis::Standing> {
 public:
  RedisMove(const MovedFrom& moved, redis::Conversation from, redis::Conversation to) : ReplicaMove(moved, std::move(from), std::move(to)) {}

  [[nodiscard]] Result<void> begin_copying(Steps& steps) override;

 private:
  [[nodiscard]] Result<std::uint64_t> size() override;
  [[nodiscard]] Result<std::uint64_t> copied(const redis::Standing& to) override;
  [[nodiscard]] Result<void> see_to_following(const redis::Standing& to, int& told) override;
  [[nodiscard]] Result<void> fence_source(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> become_replica(const ServiceAttempt& attempt) override;

  [[nodiscard]] Result<void> follow(redis::Conversation& replica, redis::Conversation& primary, int attempt);
};

}  // namespace divio::migration::environment
