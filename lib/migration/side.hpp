// The two sides of a service's move, as they are reached. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "services/server.hpp"

namespace divio::migration {

// An instance on its server, which has to be serving. Keeps references, as its place does.
struct Side {
  services::Place place;
  services::Server server;
  model::ServiceInstance instance;
};

// Where one side's server is reached from within the other one's container.
struct Peer {
  std::string host;
  std::uint16_t port = 0;
};

// What becomes of a side that is closed to its application when all else that the migration made there is removed: where the environment
// serves it is opened; where its data go next it stays closed, or what is written meanwhile would go with them.
enum class Left { opened, closed };

}  // namespace divio::migration
