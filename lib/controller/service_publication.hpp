// Services' ports on the host (services/publication.hpp): what is there is what the engine has; the catalogue knows nothing of it.
#pragma once

#include <string>
#include <vector>

#include "controller/runtime.hpp"
#include "divio/requests.hpp"
#include "model/service.hpp"

namespace divio::controller {

// Makes a service reachable at a port of its engine's host, in place of another one that it has, which stays if this fails. refused for media and for a
// service that is not made yet, conflict where the port is taken, invalid for what is no IPv4 address.
[[nodiscard]] Result<void> publish_service(Runtime&, const model::EnvironmentKey&, const ServicePublishRequest&, const Call&);

// Takes it away; where there is none that succeeds.
[[nodiscard]] Result<void> unpublish_service(Runtime&, const model::EnvironmentKey&, const std::string& prefix, const Call&);

// Of a service, whoever holds the environment's lease.
[[nodiscard]] Result<void> remove_publications(Runtime&, const model::EnvironmentKey&, const std::string& prefix);

struct SeenPublication {
  std::string prefix;
  std::string at;  // "127.0.0.1:5432"
  bool running = false;
  std::string container;
};
[[nodiscard]] Result<std::vector<SeenPublication>> see_publications(Runtime&, const model::EnvironmentKey&);

}  // namespace divio::controller
