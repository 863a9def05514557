#include "fakes/fake_traffic.hpp"

#include <algorithm>

#include "support/try.hpp"

namespace divio::fakes {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

Result<void> check_token(const Secret& token) {
  const auto size = token.reveal().size();
  const bool is_plain = std::ranges::all_of(token.reveal(), [](unsigned char c) { return std::isalnum(c) != 0; });
  if (size >= 16 && size <= 128 && is_plain) return {};
  return fail(ErrorCode::invalid, "a token of the ingress has 16 to 128 letters and digits");
}

Result<void> check_forward(const ports::Forward& where) {
  if (where.to != ports::ForwardTo::elsewhere) return {};
  if (where.port == 0 || std::ranges::count(where.address, '.') != 3)
    return fail(ErrorCode::invalid, "requests cannot be forwarded there");
  return check_token(where.token);
}

// Of a way within the ingress nothing else is kept.
ports::Forward as_kept(const ports::Forward& where) {
  return where.to == ports::ForwardTo::elsewhere ? where : ports::Forward{.to = where.to};
}

}  // namespace

Result<void> FakeTraffic::hold(const model::EnvironmentKey& key, const ports::HoldBounds& bounds) {
  DIVIO_CHECK(ingress_.fault("hold"));
  if (bounds.until < milliseconds(1) || bounds.until > std::chrono::minutes(10) || bounds.waiting < 1)
    return fail(ErrorCode::invalid, "requests cannot be held like that");
  if (!bounds.attempt.empty()) DIVIO_CHECK(check_id(bounds.attempt));
  DIVIO_CHECK(ingress_.check(key, true));
  const auto begin = [&] {
    const std::scoped_lock lock(mutex_);
    const auto now = now_();
    const auto found = holds_.find(key);
    const bool holds = found != holds_.end() && now < found->second.until;
    holds_.insert_or_assign(key, Hold{holds ? found->second.since : now, now + bounds.until, bounds.attempt});
  };
  if (bounds.attempt.empty()) {
    begin();
    return {};
  }
  if (decisions_.while_open(bounds.attempt, begin)) return {};
  return fail(ErrorCode::conflict, "the migration " + bounds.attempt + " is decided: no requests wait for it");
}

Result<void> FakeTraffic::release(const model::EnvironmentKey& key, const std::string& attempt) {
  DIVIO_CHECK(ingress_.fault("release"));
  let_go(key, attempt);
  return {};
}

void FakeTraffic::let_go(const model::EnvironmentKey& key, const std::string& attempt) {
  const std::scoped_lock lock(mutex_);
  const auto found = holds_.find(key);
  if (found == holds_.end()) return;
  const auto& whose = found->second.attempt;
  if (attempt.empty() || whose.empty() || whose == attempt) holds_.erase(found);
}

Result<ports::TrafficState> FakeTraffic::state(const model::EnvironmentKey& key) {
  DIVIO_CHECK(ingress_.fault("traffic state"));
  DIVIO_CHECK(ingress_.check(key, true));
  auto met = met_by_visitors(key);
  met.in_flight = ingress_.in_flight(key);
  return met;
}

ports::TrafficState FakeTraffic::met_by_visitors(const model::EnvironmentKey& key) {
  decisions_.watch();
  decisions_.watch_elsewhere();
  const std::scoped_lock lock(mutex_);
  ports::TrafficState state;
  const auto now = now_();
  if (const auto found = holds_.find(key); found != holds_.end() && now < found->second.until) {
    state.holds = true;
    state.held = duration_cast<milliseconds>(now - found->second.since);
    state.left = duration_cast<milliseconds>(found->second.until - now);
  }
  if (const auto found = forwards_.find(key); found != forwards_.end() && found->second.to != ports::ForwardTo::own) state.forward = found->second;
  return state;
}

Result<void> FakeTraffic::forward(const model::EnvironmentKey& key, const ports::Forward& where) {
  DIVIO_CHECK(ingress_.fault("forward"));
  DIVIO_CHECK(check_forward(where));
  const std::scoped_lock lock(mutex_);
  if (!forwards_.contains(key)) DIVIO_CHECK(ingress_.check(key, false));
  forwards_.insert_or_assign(key, as_kept(where));
  return {};
}

Result<void> FakeTraffic::unforward(const model::EnvironmentKey& key) {
  DIVIO_CHECK(ingress_.fault("unforward"));
  end_forward(key);
  return {};
}

void FakeTraffic::end_forward(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  forwards_.erase(key);
}

Result<void> FakeTraffic::trust(const model::EnvironmentKey& key, const Secret& token) {
  DIVIO_CHECK(ingress_.fault("trust"));
  DIVIO_CHECK(check_token(token));
  DIVIO_CHECK(ingress_.check(key, false));
  const std::scoped_lock lock(mutex_);
  trusted_.insert_or_assign(key, token);
  return {};
}

Result<void> FakeTraffic::distrust(const model::EnvironmentKey& key) {
  DIVIO_CHECK(ingress_.fault("distrust"));
  const std::scoped_lock lock(mutex_);
  trusted_.erase(key);
  return {};
}

void FakeTraffic::forget_holds() {
  const std::scoped_lock lock(mutex_);
  holds_.clear();
}

void FakeTraffic::carry_out(const std::string& id, const ports::Guard& guard, ports::Word word) {
  {
    const std::scoped_lock lock(mutex_);
    if (word == ports::Word::committed && guard.forward) forwards_.insert_or_assign(guard.key, as_kept(*guard.forward));
  }
  let_go(guard.key, id);
}

void FakeTraffic::forget_all() {
  decisions_.forget_all();
  const std::scoped_lock lock(mutex_);
  holds_.clear();
  forwards_.clear();
  trusted_.clear();
}

}  // namespace divio::fakes
