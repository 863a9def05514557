#include "ingress/haproxy/change_lease.hpp"

namespace divio::ingress {
namespace {

constexpr std::chrono::seconds length{30};
constexpr std::chrono::seconds lease_patience{35};  // longer than a dead process's lease
constexpr std::chrono::milliseconds between_tries{50};

}  // namespace

Result<std::unique_ptr<ChangeLease>> ChangeLease::take(const Surroundings& with, const std::string& region,
                                                       const std::string& reason, std::stop_token stop) {
  std::unique_ptr<ChangeLease> held(new ChangeLease(with, {"ingress " + region, with.holder, reason, {}}));
  const auto until = with.clock.now() + lease_patience;
  while (true) {
    auto taken = held->renew();
    if (taken) return held;
    const bool is_busy = taken.error().code == ErrorCode::conflict;
    held->lease_.expires_at = {};
    if (!is_busy || with.clock.now() >= until) return Failure(std::move(taken).error());
    if (!with.clock.sleep(between_tries, stop)) return fail(ErrorCode::cancelled, "waiting for the ingress was cancelled");
  }
}

Result<void> ChangeLease::renew() {
  const auto now = with_.clock.now();
  lease_.expires_at = now + length;
  return with_.leases.acquire(lease_, now);
}

ChangeLease::~ChangeLease() {
  // Should this fail, the lease runs out by itself.
  if (lease_.expires_at != model::TimePoint{}) static_cast<void>(with_.leases.release(lease_.subject, lease_.holder));
}

}  // namespace divio::ingress
