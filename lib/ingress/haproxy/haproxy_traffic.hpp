// The requests of an environment that moves (ports/traffic.hpp), at HAProxy.
#pragma once

#include <functional>
#include <memory>

#include "ingress/haproxy/agent.hpp"
#include "model/routes.hpp"
#include "ports/traffic.hpp"

namespace divio::ingress {

enum class Needs { proxy, files };  // that HAProxy runs, or its files only

// Calls with the program in the ingress's container, one at a time; once more if the conversation broke off.
using Talk = std::function<Result<void>(Needs, const std::function<Result<void>(Agent&)>&)>;

[[nodiscard]] std::unique_ptr<ports::Traffic> make_traffic(Talk talk);

// Before routes with other host names come into force: an environment that is forwarded, or trusted, is so under all
// of them, and none that has become somebody else's stays behind.
[[nodiscard]] Result<void> follow_hosts(Agent& agent, const model::Routes& routes);

}  // namespace divio::ingress
