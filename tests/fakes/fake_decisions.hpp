// The words of migrations of an ingress in memory, and their guards, who act when somebody looks.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "ports/decisions.hpp"

namespace divio::fakes {

struct DecisionsView {
  std::function<Result<void>(const model::EnvironmentKey&, bool needs_running)> check;
  std::function<Result<void>(const std::string& call)> fault;
  std::function<void(const std::string& id, const ports::Guard&, ports::Word)> carry_out;
};

// invalid for what cannot be the id of a migration.
[[nodiscard]] Result<void> check_id(const std::string& id);

class FakeDecisions final : public ports::Decisions {
 public:
  explicit FakeDecisions(DecisionsView ingress) : ingress_(std::move(ingress)) {}

  Result<void> open(const std::string& id, const Secret& token) override;
  Result<ports::Word> decide(const std::string& id, ports::Word word) override;
  Result<ports::Word> decision(const std::string& id) override;
  Result<void> forget(const std::string& id) override;
  Result<void> guard(const std::string& id, const ports::Guard& guard) override;
  // Another ingress is nowhere near.
  Result<ports::Word> elsewhere(const ports::Elsewhere& where) override;
  Result<void> follow(const std::string& id, const ports::Follower& follower) override;
  Result<void> unguard(const std::string& id) override;

  // Guards do what is due.
  void watch();
  // Does it, and nobody decides meanwhile; or it does not, for the migration is not open.
  [[nodiscard]] bool while_open(const std::string& id, const std::function<void()>& act);
  void forget_all();

 private:
  struct Migration {
    Secret token;
    ports::Word word = ports::Word::open;
    std::optional<ports::Guard> guard;
    std::chrono::steady_clock::time_point deadline{};
  };

  DecisionsView ingress_;
  std::mutex mutex_;
  std::map<std::string, Migration> migrations_;
};

}  // namespace divio::fakes
