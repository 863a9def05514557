#include <cstdlib>

#include "docker/engine_contract.hpp"
#include "engines/docker/docker.hpp"

namespace divio::contract {

std::unique_ptr<Ground> open_ground() {
  const char* address = std::getenv("DIVIO_TEST_ENGINE");
  REQUIRE_MESSAGE(address != nullptr, "run this with tests/run.sh: it gives the tests an engine (DIVIO_TEST_ENGINE)");
  engines::Endpoint endpoint;
  endpoint.address = address;
  auto engine = engines::open_docker(endpoint);
  REQUIRE_OK(engine);
  return std::make_unique<Ground>(std::move(*engine));
}

}  // namespace divio::contract
