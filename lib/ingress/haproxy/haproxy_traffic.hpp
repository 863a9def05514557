// The requests of an environment that moves (ports/traffic.hpp), at HAProxy.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingress/haproxy/agent.hpp"
#include "model/routes.hpp"
#include "ports/traffic.hpp"

namespace divio::ingress {

enum class Needs { proxy, files };  // that HAProxy runs, or its files only

// Calls with the program in the ingress's container, one at a time; once more if the conversation broke off.
using Talk = std::function<Result<void>(Needs, const std::function<Result<void>(Agent&)>&)>;

// Host names of an environment's routes and, where those are gone, of its forward; not_found without either.
[[nodiscard]] Result<std::vector<std::string>> hosts_of(Agent& agent, const model::EnvironmentKey& key);

[[nodiscard]] std::unique_ptr<ports::Traffic> make_traffic(Talk talk);

// Before routes with other host names come into force: an environment that is forwarded, or trusted, is so under all
// of them, and none that has become somebody else's stays behind. Not for those of a second set: the hosts are its environment's.
[[nodiscard]] Result<void> follow_hosts(Agent& agent, const model::Routes& routes);

}  // namespace divio::ingress
