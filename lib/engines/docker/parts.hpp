// The parts that make up a Docker engine, each an adapter of one port to the Engine API. They share one Api, which
// outlives them.
#pragma once

#include <memory>

#include "engines/docker/api.hpp"
#include "ports/engine.hpp"

namespace divio::engines {

[[nodiscard]] std::unique_ptr<ports::Containers> make_containers(Api& api);
[[nodiscard]] std::unique_ptr<ports::Streams> make_streams(Api& api);
[[nodiscard]] std::unique_ptr<ports::Images> make_images(Api& api, BuildWith build, std::string logins);
[[nodiscard]] std::unique_ptr<ports::Networks> make_networks(Api& api);
[[nodiscard]] std::unique_ptr<ports::Volumes> make_volumes(Api& api);

}  // namespace divio::engines
