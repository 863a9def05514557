// Where Podman's Docker-compatible API (https://docs.podman.io/en/v4.3/_static/api.html, version 1.41) differs from
// Docker's and the difference is in what is sent or read. What it calls its errors is in errors.cpp. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ports/containers.hpp"
#include "ports/images.hpp"

namespace divio::engines {

// Makes the body of POST /containers/create what Podman needs to do what Docker does. What it does not tell again later
// is kept in labels of the container.
void ask_podman(nlohmann::json& body, const ports::ContainerSpec& spec);

// Makes what was read from Podman's answers what Docker would have answered.
void as_docker_tells(ports::Container& container);
void as_docker_tells(ports::Image& image);

// What newer ones (4.9) call the network of a container that is in none, by the name of its mode; no network can be called so.
inline constexpr const char* no_network = "bridge";

// "docker.io/library/debian:12" and "localhost/divio/shop:1" as Docker calls them: "debian:12", "divio/shop:1".
[[nodiscard]] std::string docker_name(std::string name);

}  // namespace divio::engines
