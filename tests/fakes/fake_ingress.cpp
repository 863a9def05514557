#include "fakes/fake_ingress.hpp"

#include <algorithm>

#include "support/try.hpp"

namespace divio::fakes {
namespace {

model::TargetStatus well_and_idle() {
  return {.instance = {}, .health = model::TargetStatus::Health::passing, .http_status = 200, .check = "L7OK"};
}

}  // namespace

Result<void> FakeIngress::meet_fault(const std::string& call) const {
  return fault_ ? fault_(call) : Result<void>{};
}

Result<ports::IngressState> FakeIngress::state() {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("state"));
  return state_;
}

Result<void> FakeIngress::ensure(const std::function<void(std::string_view)>&, std::stop_token) {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("ensure"));
  state_ = {.present = true, .running = true, .current = true};
  return {};
}

Result<std::optional<model::Routes>> FakeIngress::routes(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("routes"));
  const auto found = routes_.find(key);
  if (!state_.present || found == routes_.end()) return std::nullopt;
  return std::optional(found->second);
}

Result<void> FakeIngress::check(const model::Routes& routes) const {
  for (const auto& [key, other] : routes_) {
    for (const auto& host : routes.hosts) {
      if (key.original() == routes.key.original() || std::ranges::find(other.hosts, host) == other.hosts.end()) continue;
      return fail(ErrorCode::conflict, host + " belongs to " + key.original().stem() + " already");
    }
  }
  return {};
}

Result<void> FakeIngress::check_running() const {
  if (!state_.present) return fail(ErrorCode::not_found, "the region has no ingress");
  if (!state_.running) return fail(ErrorCode::failed, "the ingress does not run");
  return {};
}

IngressView FakeIngress::view() {
  IngressView view;
  view.fault = [this](const std::string& call) {
    const std::scoped_lock lock(mutex_);
    return meet_fault(call);
  };
  view.check = [this](const model::EnvironmentKey& key, bool needs_running) -> Result<void> {
    const std::scoped_lock lock(mutex_);
    if (needs_running || !state_.present) DIVIO_CHECK(check_running());
    if (!routes_.contains(key)) return fail(ErrorCode::not_found, "the ingress has no routes of " + key.stem());
    return {};
  };
  view.in_flight = [this](const model::EnvironmentKey& key) {
    const auto statuses = targets(key);
    int sum = 0;
    for (const auto& status : statuses.value_or(std::vector<model::TargetStatus>{})) sum += status.sessions;
    return sum;
  };
  return view;
}

Result<void> FakeIngress::apply(const model::Routes& routes) {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("apply"));
  DIVIO_CHECK(check_running());
  DIVIO_CHECK(check(routes));
  routes_.insert_or_assign(routes.key, routes);
  applied_.push_back(routes);
  if (seen_) seen_(routes);
  return {};
}

Result<void> FakeIngress::forget(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("forget"));
  if (state_.present) routes_.erase(key);
  return {};
}

Result<std::vector<model::TargetStatus>> FakeIngress::targets(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("targets"));
  std::vector<model::TargetStatus> statuses;
  const auto found = routes_.find(key);
  if (!state_.present || found == routes_.end()) return statuses;
  for (const auto& target : found->second.targets) {
    model::TargetStatus status;
    if (state_.running) status = examine_ ? examine_(key, target) : well_and_idle();
    status.instance = target.instance;
    statuses.push_back(std::move(status));
  }
  return statuses;
}

Result<void> FakeIngress::remove() {
  const std::scoped_lock lock(mutex_);
  DIVIO_CHECK(meet_fault("remove"));
  state_ = {};
  routes_.clear();
  traffic_.forget_all();
  return {};
}

void FakeIngress::examine_with(Examine examine) {
  const std::scoped_lock lock(mutex_);
  examine_ = std::move(examine);
}

void FakeIngress::fail_with(IngressFault fault) {
  const std::scoped_lock lock(mutex_);
  fault_ = std::move(fault);
}

void FakeIngress::on_apply(std::function<void(const model::Routes&)> seen) {
  const std::scoped_lock lock(mutex_);
  seen_ = std::move(seen);
}

Result<ports::Word> FakeIngress::answer(const Secret& token) {
  {
    const std::scoped_lock lock(mutex_);
    if (!state_.running) return fail(ErrorCode::unreachable, "the ingress does not run");
  }
  const auto word = traffic_.word_of(token);
  return word ? Result<ports::Word>(*word) : fail(ErrorCode::not_found, "the register knows no such token");
}

// Its traffic asks it while it holds its own lock, so that is not called with this one.
void FakeIngress::stop_behind_its_back() {
  {
    const std::scoped_lock lock(mutex_);
    state_.running = state_.current = false;
  }
  traffic_.forget_holds();
}

void FakeIngress::lose_container() {
  {
    const std::scoped_lock lock(mutex_);
    state_ = {};
  }
  traffic_.forget_holds();
}

std::vector<model::Routes> FakeIngress::applied() const {
  const std::scoped_lock lock(mutex_);
  return applied_;
}

}  // namespace divio::fakes
