#include "docker/ground_docker.hpp"

#include "docker/remote_host.hpp"

namespace divio::contract {

std::unique_ptr<ports::Engine> open_test_engine(engines::BuildWith build) {
  auto engine = engines::open_docker(test_endpoint(), build);
  REQUIRE_OK(engine);
  return std::move(*engine);
}

std::unique_ptr<Ground> open_ground() {
  return std::make_unique<Ground>(open_test_engine(engines::BuildWith::best));
}

}  // namespace divio::contract
