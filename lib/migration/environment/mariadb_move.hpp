// A MariaDB database that moves by its server's replication (migration/mariadb/moving.hpp).
#pragma once

#include "migration/environment/replica_move.hpp"
#include "migration/mariadb/guard.hpp"
#include "migration/mariadb/moving.hpp"
#include "migration/mariadb/verification.hpp"

namespace divio::migration::environment {

class MariadbMove final : public ReplicaMove<mariadb::Conversation, mariadb::Standing> {
 public:
  MariadbMove(const MovedFrom& moved, mariadb::Conversation from, mariadb::Conversation to) : ReplicaMove(moved, std::move(from), std::move(to)) {}

  [[nodiscard]] Result<void> begin_copying(Steps& steps) override;

 private:
  [[nodiscard]] Result<std::uint64_t> size() override;
  [[nodiscard]] Result<std::uint64_t> copied(const mariadb::Standing& to) override;
  [[nodiscard]] Result<void> see_to_following(const mariadb::Standing& to, int& told) override;
  [[nodiscard]] Result<void> fence_source(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> become_replica(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> apply_received(Steps& steps) override;

  [[nodiscard]] Result<void> copy_anew(int attempt);
  [[nodiscard]] Secret password() const;
};

}  // namespace divio::migration::environment
