// The output of an environment's instances, line by line.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "controller/runtime.hpp"
#include "divio/requests.hpp"

namespace divio::controller {

// Called from several threads, one call at a time.
using InstanceLine = std::function<void(const std::string& instance, const std::string& line)>;

// Following also picks up instances that come later (a deployment, a restart) until `stop` is requested.
[[nodiscard]] Result<void> logs(Runtime&, const model::EnvironmentKey&, const LogsRequest&, std::stop_token stop,
                                const InstanceLine& line);

}  // namespace divio::controller
