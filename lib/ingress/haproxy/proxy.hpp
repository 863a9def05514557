// A running HAProxy, made to agree with a layout.
#pragma once

#include <stop_token>
#include <vector>

#include "ingress/haproxy/agent.hpp"
#include "ingress/haproxy/diff.hpp"
#include "ingress/haproxy/layout.hpp"
#include "ingress/haproxy/running.hpp"
#include "ports/clock.hpp"

namespace divio::ingress {

// What is running now. fingerprint is empty while no worker answers.
[[nodiscard]] Result<Running> see(Agent& agent);

// The workers that there are, those that a reload has replaced among them.
[[nodiscard]] Result<Workers> see_workers(Agent& agent);

// By commands, and where they do not do, by a reload; the files in force say the same already. Workers that reloads
// have replaced are made to hand their visitors over.
[[nodiscard]] Result<void> converge(Agent& agent, ports::Clock& clock, const Layout& wanted,
                                    const std::string& fingerprint);

// Has HAProxy read its files anew and waits until the new worker serves. Nobody's connection is refused or broken off.
[[nodiscard]] Result<void> reload(Agent& agent, ports::Clock& clock);

// The current worker's servers, with requests in flight of workers that a reload has replaced added to them.
[[nodiscard]] Result<RunningBackends> see_sessions(Agent& agent);

}  // namespace divio::ingress
