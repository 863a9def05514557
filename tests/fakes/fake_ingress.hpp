// An ingress in memory, for tests of what uses one. It keeps the promises of ports/ingress.hpp and balances nothing.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fakes/fake_traffic.hpp"
#include "ports/ingress.hpp"

namespace divio::fakes {

// Health and requests in flight of a target, as this test wants them; `instance` is filled in afterwards. By default
// every target is well and idle.
using Examine = std::function<model::TargetStatus(const model::EnvironmentKey&, const model::RouteTarget&)>;

// Called before each call with its name ("ensure", "apply", ...); an error is what the call then ends in, with nothing
// done.
using IngressFault = std::function<Result<void>(const std::string& call)>;

class FakeIngress final : public ports::Ingress {
 public:
  void prepare() override {}
  Result<ports::IngressState> state() override;
  Result<void> ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) override;
  Result<std::optional<model::Routes>> routes(const model::EnvironmentKey& key) override;
  Result<void> apply(const model::Routes& routes) override;
  Result<void> forget(const model::EnvironmentKey& key) override;
  Result<std::vector<model::TargetStatus>> targets(const model::EnvironmentKey& key) override;
  Result<std::vector<ports::LoggedRequest>> requests(const std::vector<std::string>&, model::TimePoint) override {
    return std::vector<ports::LoggedRequest>();
  }
  Result<void> remove() override;
  ports::Traffic& traffic() override { return traffic_; }

  void examine_with(Examine examine);
  void fail_with(IngressFault fault);
  // Called with the routes at each apply that succeeds, while nobody else can change them.
  void on_apply(std::function<void(const model::Routes&)> seen);

  // Time, and other ingresses, as it sees them from now on.
  void surround_with(const Surroundings& surroundings) { traffic_.surround_with(surroundings); }
  [[nodiscard]] ports::TrafficState met_by_visitors(const model::EnvironmentKey& key) { return traffic_.met_by_visitors(key); }
  // What its register answers to another ingress; unreachable where it does not run.
  [[nodiscard]] Result<ports::Word> answer(const Secret& token);

  // Somebody stops its container, or removes it while its memory (the volume) stays.
  void stop_behind_its_back();
  void lose_container();

  // All that were applied, in order.
  [[nodiscard]] std::vector<model::Routes> applied() const;

 private:
  [[nodiscard]] Result<void> meet_fault(const std::string& call) const;
  [[nodiscard]] Result<void> check(const model::Routes& routes) const;
  [[nodiscard]] Result<void> check_running() const;
  [[nodiscard]] IngressView view();

  mutable std::mutex mutex_;
  ports::IngressState state_;
  std::map<model::EnvironmentKey, model::Routes> routes_;
  std::vector<model::Routes> applied_;
  Examine examine_;
  IngressFault fault_;
  std::function<void(const model::Routes&)> seen_;
  FakeTraffic traffic_{view()};
};

}  // namespace divio::fakes
