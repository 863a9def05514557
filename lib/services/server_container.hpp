// The container of a server, as it is made. Pure.
#pragma once

#include <string>

#include "ports/containers.hpp"
#include "services/server.hpp"

namespace divio::services {

// Its image: the one that the server names, else the official one.
[[nodiscard]] std::string image_of(const Server& server);

// What tells its volume and its container apart from others of the engine, beside server.labels.
[[nodiscard]] model::Labels labels_of(const Server& server);

// What a container has to be made of to be the server's: image and limits, as one word. What else divioctl puts into a
// container may change from version to version, and is no reason to stop a server that runs.
[[nodiscard]] std::string made_of(const Server& server);

[[nodiscard]] ports::ContainerSpec container_of(const Server& server);

// Whether the server can serve (and, with `complete`, has been marked as whole), as a command in its container.
[[nodiscard]] ports::ExecSpec probe_of(const Server& server, bool complete);

// Marks the volume as whole, which ends the time in which a start may begin again on it.
[[nodiscard]] ports::ExecSpec completion_of(const Server& server);

// A command in the container, with the administrator's password where its client takes one.
[[nodiscard]] ports::ExecSpec administration(const Server& server, std::vector<std::string> command);

}  // namespace divio::services
