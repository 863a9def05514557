// The time of this computer.
#pragma once

#include <memory>

#include "ports/clock.hpp"

namespace divio::system {

// Never null. Safe from any thread. Sleeping follows the monotonic clock, so a change of the time of day does not
// lengthen or shorten it; longer than ten years is ten years.
[[nodiscard]] std::unique_ptr<ports::Clock> make_system_clock();

}  // namespace divio::system
