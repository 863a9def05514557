#include "migration/environment/paused_move.hpp"

#include <fmt/format.h>

namespace divio::migration::environment {

Result<SeenService> PausedMove::look(const ServiceAttempt&) {
  using planning::Fence;
  return SeenService{{.prefix = prefix(), .carriage = planning::Carriage::copy, .fence = fenced_ ? Fence::up : Fence::down, .over = over_, .open = open_}};
}

Result<void> PausedMove::act(const ServiceAttempt&, planning::Act act, const std::stop_token& stop) {
  using planning::Act;
  switch (act) {
    case Act::fence: fenced_ = true; return {};
    case Act::settle: return settle(stop);
    case Act::open: open_ = true; return {};
    case Act::unfence: fenced_ = false, over_ = true; return {};
    default: return fail(ErrorCode::bug, fmt::format("{} is not about what is handed over in a pause", to_string(act)));
  }
}

}  // namespace divio::migration::environment
