#include "migration/environment/copy_move.hpp"

#include <fmt/format.h>

namespace divio::migration::environment {

CopyMove::CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to)
    : ServiceMove(from.prefix.str()), moved_(moved), from_(std::move(from)), to_(std::move(to)) {}

Result<void> CopyMove::copy(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("copy service '{}' for a first time", prefix()), [&] { return CopyMove::settle(steps.stop()); });
}

Result<void> CopyMove::settle(const std::stop_token& stop) { return moved_.regions.copy(from_, to_, moved_.from, stop); }

Result<SeenService> CopyMove::look(const ServiceAttempt&) {
  using planning::Fence;
  return SeenService{{.prefix = prefix(), .carriage = planning::Carriage::copy, .fence = fenced_ ? Fence::up : Fence::down, .over = over_, .open = open_}};
}

Result<void> CopyMove::act(const ServiceAttempt&, planning::Act act, const std::stop_token& stop) {
  using planning::Act;
  switch (act) {
    case Act::fence: fenced_ = true; return {};
    case Act::settle: return settle(stop);
    case Act::open: open_ = true; return {};
    case Act::unfence: fenced_ = false, over_ = true; return {};
    default: return fail(ErrorCode::bug, fmt::format("{} is not about a service that is copied", to_string(act)));
  }
}

}  // namespace divio::migration::environment
