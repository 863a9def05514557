// An ingress as it is for the second set of an environment's instances (ports/ingress.hpp): their routes are those of the environment
// there, and its requests are forwarded when they go to the first set.
#pragma once

#include "controller/runtime.hpp"
#include "model/migration.hpp"
#include "ports/decisions.hpp"
#include "ports/ingress.hpp"

namespace divio::migration::environment {

// Keeps a reference, and is as safe from several threads as that. For one environment; others are what they are.
class SecondSet final : public ports::Ingress {
 public:
  SecondSet(ports::Ingress& ingress, const model::EnvironmentKey& key) : base_(ingress), key_(key) {}

  void prepare() override { base_.prepare(); }
  Result<ports::IngressState> state() override { return base_.state(); }
  Result<void> ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) override { return base_.ensure(line, std::move(stop)); }
  Result<std::optional<model::Routes>> routes(const model::EnvironmentKey& key) override;
  Result<void> apply(const model::Routes& routes) override;
  Result<void> forget(const model::EnvironmentKey& key) override { return base_.forget(set_of(key)); }
  Result<std::vector<model::TargetStatus>> targets(const model::EnvironmentKey& key) override { return base_.targets(set_of(key)); }
  Result<std::vector<ports::LoggedRequest>> requests(const std::vector<std::string>& hosts, model::TimePoint since) override { return base_.requests(hosts, since); }
  ports::Traffic& traffic() override { return traffic_; }
  Result<void> remove() override { return base_.remove(); }

 private:
  // What is told to the region as a whole is told as ever, but where a guard lets requests go.
  struct Words final : ports::Decisions {
    explicit Words(ports::Ingress& of) : base(of) {}
    Result<void> open(const std::string& id, const Secret& token) override { return decisions().open(id, token); }
    Result<ports::Word> decide(const std::string& id, ports::Word word) override { return decisions().decide(id, word); }
    Result<ports::Word> decision(const std::string& id) override { return decisions().decision(id); }
    Result<void> forget(const std::string& id) override { return decisions().forget(id); }
    Result<void> guard(const std::string& id, const ports::Guard& guard) override;
    Result<ports::Word> elsewhere(const ports::Elsewhere& where) override { return decisions().elsewhere(where); }
    Result<void> follow(const std::string& id, const ports::Follower& follower) override { return decisions().follow(id, follower); }
    Result<void> unguard(const std::string& id) override { return decisions().unguard(id); }
    [[nodiscard]] ports::Decisions& decisions() const { return base.traffic().decisions(); }
    ports::Ingress& base;
  };
  struct Requests final : ports::Traffic {
    explicit Requests(ports::Ingress& of) : base(of), words(of) {}
    Result<void> hold(const model::EnvironmentKey& key, const ports::HoldBounds& bounds) override { return base.traffic().hold(key, bounds); }
    Result<void> release(const model::EnvironmentKey& key, const std::string& attempt) override { return base.traffic().release(key, attempt); }
    Result<ports::TrafficState> state(const model::EnvironmentKey& key) override;
    Result<void> forward(const model::EnvironmentKey& key, const ports::Forward& where) override;
    // They leave it by being forwarded from the first set, of which this is the other side.
    Result<void> unforward(const model::EnvironmentKey&) override { return {}; }
    Result<void> trust(const model::EnvironmentKey& key, const Secret& token) override { return base.traffic().trust(key, token); }
    Result<void> distrust(const model::EnvironmentKey& key) override { return base.traffic().distrust(key); }
    ports::Decisions& decisions() override { return words; }
    ports::Ingress& base;
    Words words;
  };

  [[nodiscard]] model::EnvironmentKey set_of(const model::EnvironmentKey& key) const { return key == key_ ? key.beside() : key; }

  ports::Ingress& base_;
  model::EnvironmentKey key_;
  Requests traffic_{base_};
};

// The parts of the region for who works with the set of instances that serves, while a service moves within it. Keeps references.
class ServingSet {
 public:
  ServingSet(controller::Runtime& region, const model::Migration& migration);
  ServingSet(const ServingSet&) = delete;
  ServingSet& operator=(const ServingSet&) = delete;
  [[nodiscard]] controller::Runtime& runtime() { return runtime_; }

 private:
  SecondSet second_;
  controller::Runtime runtime_;
};

}  // namespace divio::migration::environment
