// The engine itself, its networks and volumes, in its JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "ports/engine.hpp"

namespace divio::engines {

// Answer of GET /info; the versions of the API are not in it.
[[nodiscard]] ports::EngineInfo read_info(const nlohmann::json& answer);

// Body of POST /networks/create and answer of GET /networks.
[[nodiscard]] nlohmann::json render_network(const ports::NetworkSpec& spec);
[[nodiscard]] std::vector<ports::Network> read_networks(const nlohmann::json& answer);

// Answer of GET /volumes.
[[nodiscard]] std::vector<ports::Volume> read_volumes(const nlohmann::json& answer);

// The name images give an architecture that the kernel calls `machine`: "x86_64" -> "amd64".
[[nodiscard]] std::string architecture_of(const std::string& machine);

}  // namespace divio::engines
