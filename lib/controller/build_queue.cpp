#include "controller/build_queue.hpp"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr int slots = 2;
constexpr std::chrono::milliseconds limit = 30min;
constexpr std::chrono::milliseconds between_looks = 500ms;

Result<std::unique_ptr<HeldLease>> take_slot(Runtime& runtime, const OperationRun& run, const Listener& tell) {
  bool told = false;
  while (true) {
    for (int slot = 1; slot <= slots; ++slot) {
      ports::Lease lease{fmt::format("build {} {}", runtime.region.name.str(), slot), runtime.holder, "build, operation " + run.id(), {}};
      auto taken = HeldLease::acquire(runtime, std::move(lease), 0ms, Call{});
      if (taken || taken.error().code != ErrorCode::conflict) return taken;
    }
    if (!told && tell) tell(Notice{Notice::Level::info, fmt::format("waiting: {} builds are running in region {}", slots, runtime.region.name.str())});
    told = true;
    if (!runtime.clock.sleep(between_looks, run.stop())) return Failure(run.stop_reason());
  }
}

}  // namespace

Result<builder::BuiltImage> build_in_queue(Runtime& runtime, const builder::BuildPlan& plan, const builder::BuildOrder& order,
                                           const Listener& tell, OperationRun& run, const Call&) {
  const bool needs_slot = !plan.existing || order.mode == BuildMode::force;
  std::unique_ptr<HeldLease> slot;
  if (needs_slot) {
    DIVIO_ASSIGN(slot, take_slot(runtime, run, tell));
  }
  std::stop_source stop;
  std::stop_callback<std::function<void()>> on_stop(run.stop(), [&] { stop.request_stop(); });
  bool too_long = false;
  std::jthread timer([&](std::stop_token done) {
    if (!runtime.clock.sleep(limit, done)) return;
    too_long = true;
    stop.request_stop();
  });
  auto built = builder::build_image(runtime.engine, plan, order, tell, stop.get_token());
  timer.request_stop();
  timer.join();
  if (built || built.error().code != ErrorCode::cancelled) return built;
  if (too_long)
    return fail(ErrorCode::timed_out, "the build took longer than 30 minutes and was cancelled",
                "run it again, which goes on after the layers that are done; what always takes long belongs into a base image");
  return Failure(run.stop_reason());
}

}  // namespace divio::controller
