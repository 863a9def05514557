// The traffic of an ingress in memory. It keeps the promises of ports/traffic.hpp and moves no requests.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "fakes/fake_decisions.hpp"
#include "ports/traffic.hpp"

namespace divio::fakes {

// What it has to know of its ingress: whether it could do this for the environment now, and the requests in flight.
struct IngressView {
  std::function<Result<void>(const model::EnvironmentKey&, bool needs_running)> check;
  std::function<int(const model::EnvironmentKey&)> in_flight;
  std::function<Result<void>(const std::string& call)> fault;
};

class FakeTraffic final : public ports::Traffic {
 public:
  explicit FakeTraffic(IngressView ingress) : ingress_(std::move(ingress)) {}

  Result<void> hold(const model::EnvironmentKey& key, const ports::HoldBounds& bounds) override;
  Result<void> release(const model::EnvironmentKey& key, const std::string& attempt) override;
  Result<ports::TrafficState> state(const model::EnvironmentKey& key) override;
  Result<void> forward(const model::EnvironmentKey& key, const ports::Forward& where) override;
  Result<void> unforward(const model::EnvironmentKey& key) override;
  Result<void> trust(const model::EnvironmentKey& key, const Secret& token) override;
  Result<void> distrust(const model::EnvironmentKey& key) override;

  ports::Decisions& decisions() override { return decisions_; }

  void surround_with(const Surroundings& surroundings) {
    decisions_.surround_with(surroundings);
    now_ = surroundings.now;
  }
  // Whether requests wait, and where they are led; also where the environment has no routes.
  [[nodiscard]] ports::TrafficState met_by_visitors(const model::EnvironmentKey& key);
  // What is answered to another ingress.
  [[nodiscard]] std::optional<ports::Word> word_of(const Secret& token) { return decisions_.word_of(token); }

  // Its container was started anew, or the ingress removed.
  void forget_holds();
  void forget_all();

 private:
  void carry_out(const std::string& id, const ports::Guard& guard, ports::Word word);
  void let_go(const model::EnvironmentKey& key, const std::string& attempt);
  void end_forward(const model::EnvironmentKey& key);

  using Time = std::chrono::steady_clock::time_point;
  struct Hold {
    Time since;
    Time until;
    std::string attempt;
  };

  IngressView ingress_;
  std::mutex mutex_;
  std::map<model::EnvironmentKey, Hold> holds_;
  std::map<model::EnvironmentKey, ports::Forward> forwards_;
  std::map<model::EnvironmentKey, Secret> trusted_;
  FakeDecisions decisions_{
      {.check = ingress_.check,
       .fault = ingress_.fault,
       .carry_out = [this](const std::string& id, const ports::Guard& guard, ports::Word word) { carry_out(id, guard, word); },
       .end_forward = [this](const model::EnvironmentKey& key) { end_forward(key); }}};
  std::function<Time()> now_ = std::chrono::steady_clock::now;
};

}  // namespace divio::fakes
