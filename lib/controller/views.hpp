// What an environment looks like to people: status, releases.
#pragma once

#include <vector>

#include "controller/runtime.hpp"
#include "divio/views.hpp"

namespace divio::controller {

[[nodiscard]] Result<StatusView> status(Runtime&, const model::EnvironmentKey&);
[[nodiscard]] Result<std::vector<ReleaseView>> releases(Runtime&, const model::EnvironmentKey&);

// Pure: "serving", "degraded", "down", "stopped" or "not deployed".
[[nodiscard]] std::string overall_state(const StatusView& status, bool stopped);

[[nodiscard]] OperationView view_of(const model::Operation& operation, bool interrupted);

}  // namespace divio::controller
