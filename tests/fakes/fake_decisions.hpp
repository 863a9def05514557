// The words of migrations of an ingress in memory, and their guards, who act when somebody looks.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "ports/decisions.hpp"

namespace divio::fakes {

// Time as fakes see it, and how an ingress reaches others'. By default it is the machine's, and nobody is near.
struct Surroundings {
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  std::function<Result<ports::Word>(const ports::Elsewhere&)> ask = {};
};

struct DecisionsView {
  std::function<Result<void>(const model::EnvironmentKey&, bool needs_running)> check;
  std::function<Result<void>(const std::string& call)> fault;
  std::function<void(const std::string& id, const ports::Guard&, ports::Word)> carry_out;
  std::function<void(const model::EnvironmentKey&)> end_forward;
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
  Result<ports::Word> elsewhere(const ports::Elsewhere& where) override;
  Result<void> follow(const std::string& id, const ports::Follower& follower) override;
  Result<void> unguard(const std::string& id) override;

  void surround_with(Surroundings surroundings) { surroundings_ = std::move(surroundings); }
  // What is answered to whoever asks with this token.
  [[nodiscard]] std::optional<ports::Word> word_of(const Secret& token);

  // Guards do what is due; and followers, who ask another ingress.
  void watch();
  void watch_elsewhere();
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
  struct Following {
    ports::Follower follower;
    std::chrono::steady_clock::time_point deadline{};
  };

  DecisionsView ingress_;
  std::mutex mutex_;
  std::map<std::string, Migration> migrations_;
  std::map<std::string, Following> followers_;
  Surroundings surroundings_;
};

}  // namespace divio::fakes
