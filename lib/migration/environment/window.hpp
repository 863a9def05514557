// Waiting for the time at which an environment may be handed over.
#pragma once

#include <chrono>

#include "controller/runtime.hpp"
#include "model/window.hpp"

namespace divio::migration::environment {

// Waits until the window is open for a cut-over that may take `needed`, telling when that will be. No lease is held meanwhile.
// cancelled or timed_out, as the call wants it.
[[nodiscard]] Result<model::Opening> await_window(ports::Clock& clock, const model::Window& window, std::chrono::milliseconds needed,
                                                  const controller::Call& call);

// Refused where it is not open for that now.
[[nodiscard]] Result<void> check_open(const model::Window& window, model::TimePoint now, std::chrono::milliseconds needed);

}  // namespace divio::migration::environment
