// Containers in the engine's JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "ports/containers.hpp"
#include "ports/streams.hpp"

namespace divio::engines {

// Bodies of POST /containers/create and POST /containers/{id}/exec.
[[nodiscard]] nlohmann::json render_container(const ports::ContainerSpec& spec);
[[nodiscard]] nlohmann::json render_exec(const ports::ExecSpec& spec);

// Answers of GET /containers/json (ordered by name) and GET /containers/{id}/json.
[[nodiscard]] std::vector<ports::Container> read_containers(const nlohmann::json& answer);
[[nodiscard]] ports::Container read_container(const nlohmann::json& answer);

}  // namespace divio::engines
