#include "migration/environment/copy_move.hpp"

#include <fmt/format.h>

namespace divio::migration::environment {

CopyMove::CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to)
    : PausedMove(moved, from.prefix.str()), from_(std::move(from)), to_(std::move(to)) {}

Result<void> CopyMove::copy(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("copy service '{}' for a first time", prefix()), [&] { return settle(steps.stop()); });
}

Result<void> CopyMove::settle(const std::stop_token& stop) { return moved_.regions.copy(from_, to_, moved_.from, stop); }

}  // namespace divio::migration::environment
