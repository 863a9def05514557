// A service's port on its engine's host, for whoever asked for one: a container of its own in the environment's network, which
// leads each connection to wherever the service is then. The server is not touched, and a shared one shows nothing of its
// other users. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "model/service.hpp"
#include "ports/containers.hpp"

namespace divio::services {

struct Publication {
  model::EnvironmentKey environment;
  model::ServicePrefix prefix;
  model::ServiceType type;
  std::string network;      // the environment's
  std::string image;        // HAProxy 2.6 or newer: that of the region's ingress
  model::Labels labels;     // of everything in the environment
  std::string address;      // IPv4 of the host; "0.0.0.0": all of them
  std::uint16_t port = 0;   // of the host
};

// "127.0.0.1:5432", as the container's label says it too.
[[nodiscard]] std::string published_at(const Publication& publication);

// Its name is another one for another place: "divio-shop-live-default-published-127.0.0.1-5432".
[[nodiscard]] ports::ContainerSpec container_of(const Publication& publication);

}  // namespace divio::services
