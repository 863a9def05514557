#include "controller/operation_run.hpp"

#include "controller/lease_times.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr auto between_questions = 200ms;

Result<void> take(Runtime& runtime, ports::Lease& lease) {
  const auto now = runtime.clock.now();
  lease.expires_at = now + lease_lifetime;
  return runtime.store.leases().acquire(lease, now);
}

}  // namespace

HeldLease::HeldLease(Runtime& runtime, ports::Lease lease)
    : runtime_(runtime), lease_(std::move(lease)), renewal_([this](std::stop_token stop) { renew(std::move(stop)); }) {}

HeldLease::~HeldLease() {
  renewal_.request_stop();
  renewal_.join();
  // Whatever hinders giving it back, it runs out by itself.
  [[maybe_unused]] const auto released = runtime_.store.leases().release(lease_.subject, lease_.holder);
}

Result<std::unique_ptr<HeldLease>> HeldLease::acquire(Runtime& runtime, ports::Lease lease,
                                                      std::chrono::milliseconds wait, const Call& call) {
  const auto give_up = runtime.clock.now() + wait;
  bool told = false;
  while (true) {
    auto taken = take(runtime, lease);
    if (taken) return std::unique_ptr<HeldLease>(new HeldLease(runtime, std::move(lease)));
    if (taken.error().code != ErrorCode::conflict || runtime.clock.now() >= give_up) return Failure(taken.error());
    if (!told && call.listener) call.listener(Notice{Notice::Level::info, "waiting: " + taken.error().message});
    told = true;
    if (!runtime.clock.sleep(between_questions, call.stop)) return fail(ErrorCode::cancelled, "the wait was cancelled");
  }
}

void HeldLease::renew(std::stop_token stop) {
  auto last = runtime_.clock.now();
  while (runtime_.clock.sleep(lease_renewal, stop)) {
    const auto renewed = take(runtime_, lease_);
    if (renewed) last = runtime_.clock.now();
    // A store that fails for a moment is tried again; a lease that may have run out is lost.
    const bool gone = !renewed && renewed.error().code == ErrorCode::conflict;
    if (gone || runtime_.clock.now() - last > lease_lifetime) {
      lost_.request_stop();
      return;
    }
  }
}

}  // namespace divio::controller
