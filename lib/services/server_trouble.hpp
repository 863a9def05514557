// Why a server does not serve, in words: evidence in, cause and remedy out. Pure.
#pragma once

#include <string>
#include <vector>

#include "ports/containers.hpp"
#include "services/server.hpp"

namespace divio::services {

// ErrorCode::failed for a container that ended or keeps ending, timed_out for one that runs. The most telling cause
// first: memory, disk, data of another version, what the engine said, the exit code. `last_lines` are of its log.
[[nodiscard]] Error explain_server(const Server& server, const ports::Container& container,
                                   const std::vector<std::string>& last_lines);

}  // namespace divio::services
