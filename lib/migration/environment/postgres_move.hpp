// A PostgreSQL database that moves by logical replication (migration/postgres/moving.hpp).
#pragma once

#include "migration/environment/following_move.hpp"
#include "migration/postgres/guard.hpp"
#include "migration/postgres/moving.hpp"

namespace divio::migration::environment {

// By how many steps sequences of the side that does not serve may be further (postgres::differences): where they stand tells something of a
// side that was left, and what an attempt to go back there has set stays when it is undone. `arrived`: nothing was handed over yet. Pure.
[[nodiscard]] std::optional<unsigned> sequences_ahead(const model::Migration& migration, bool arrived);

class PostgresMove final : public FollowingMove<postgres::Conversation> {
 public:
  PostgresMove(const MovedFrom& moved, postgres::Conversation from, postgres::Conversation to) : FollowingMove(moved, std::move(from), std::move(to)) {}

  [[nodiscard]] Result<void> begin_copying(Steps& steps) override;
  [[nodiscard]] Result<void> copy(Steps& steps) override;
  // What is on its way arrives, and the way back is there, so that nothing connects in the pause.
  [[nodiscard]] Result<void> prepare(Steps& steps) override;

  [[nodiscard]] Result<SeenService> look(const ServiceAttempt& attempt) override;
  [[nodiscard]] Result<void> act(const ServiceAttempt& attempt, planning::Act act, const std::stop_token& stop) override;
  [[nodiscard]] Result<void> check_whole() override;
  [[nodiscard]] Result<void> take_over(const ServiceAttempt& attempt, Steps& steps) override;

  [[nodiscard]] Result<std::optional<model::ComparedService>> compare(bool arrived, const std::stop_token& stop) override;
  [[nodiscard]] Result<RehearsedService> rehearse(const std::stop_token& stop) override;
  void add_progress(MigrationServiceView& view) override;

 private:
  void tell_trouble(Steps& steps, std::string& told);
  [[nodiscard]] Result<void> await_copied(Steps& steps, const std::string& id);
  [[nodiscard]] Result<void> await_arrived(Steps& steps, const std::string& id);
  [[nodiscard]] Result<void> prove(const ServiceAttempt& attempt, bool back);
  [[nodiscard]] postgres::Direction stream() const { return moved_.from == Side::source ? postgres::Direction::forward : postgres::Direction::backward; }
  [[nodiscard]] postgres::Direction way_back() const { return moved_.from == Side::source ? postgres::Direction::backward : postgres::Direction::forward; }
};

}  // namespace divio::migration::environment
