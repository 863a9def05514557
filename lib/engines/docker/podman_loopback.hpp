// Podman leaves a container that is in no network without its loopback interface, too: nothing in it could be reached at
// 127.0.0.1. Docker always sets it up.
#pragma once

#include <functional>
#include <string>

#include "engines/docker/api.hpp"

namespace divio::engines {

// Calls `start`, which starts the container. One that does not run and is in no network is, meanwhile, alone in one
// that is gone afterwards; its loopback interface stays.
[[nodiscard]] Result<void> start_with_loopback(Api& api, const std::string& container, const std::function<Result<void>()>& start);

}  // namespace divio::engines
