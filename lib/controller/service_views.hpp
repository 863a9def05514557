// Services as people and scripts see them, and ways into them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/logs.hpp"
#include "controller/runtime.hpp"
#include "divio/platform.hpp"
#include "divio/views.hpp"
#include "model/names.hpp"

namespace divio::controller {

// By prefix. Their servers are looked at, side by side.
[[nodiscard]] Result<std::vector<ServiceView>> services(Runtime&, const model::EnvironmentKey&);
[[nodiscard]] Result<ServiceView> service(Runtime&, const model::EnvironmentKey&, const std::string& prefix);

// What the service's variables hold, in the clear.
[[nodiscard]] Result<ServiceCredentials> service_credentials(Runtime&, const model::EnvironmentKey&, const std::string& prefix);

// The client of the service's server, in the server's container, logged in as the service; its exit code.
[[nodiscard]] Result<int> service_shell(Runtime&, const model::EnvironmentKey&, const std::string& prefix, const Console&,
                                        std::stop_token stop);

// What a server of the service's own wrote; refused for one that others use too.
[[nodiscard]] Result<void> service_logs(Runtime&, const model::EnvironmentKey&, const ServiceLogsRequest&, std::stop_token stop,
                                        const InstanceLine& line);

}  // namespace divio::controller
