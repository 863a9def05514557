#include <cstdlib>

#include "docker/ground_docker.hpp"

namespace divio::contract {

std::unique_ptr<ports::Engine> open_test_engine(engines::BuildWith build) {
  const auto variable = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto address = variable("DIVIO_TEST_ENGINE");
  REQUIRE_MESSAGE(address.has_value(), "run this with tests/run.sh: it gives the tests an engine (DIVIO_TEST_ENGINE)");
  const auto endpoint = engines::find_endpoint(*address, variable);
  REQUIRE_OK(endpoint);
  auto engine = engines::open_docker(*endpoint, build);
  REQUIRE_OK(engine);
  return std::move(*engine);
}

std::unique_ptr<Ground> open_ground() {
  return std::make_unique<Ground>(open_test_engine(engines::BuildWith::best));
}

}  // namespace divio::contract
