#include <chrono>

#include "docker/engine_contract.hpp"

using namespace divio;
using namespace divio::contract;

TEST_CASE("An engine tells what it is, what time it has, and how far away it is") {
  const auto ground = open_ground();
  const auto info = ground->engine().info();
  REQUIRE_OK(info);
  CHECK_FALSE(info->name.empty());
  CHECK_FALSE(info->version.empty());
  CHECK(info->api_version.starts_with("1."));
  CHECK(info->cores > 0);
  CHECK(info->memory_bytes > 0);
  REQUIRE(info->clock.has_value());
  // The test's engines have this machine's clock; the rest is what asking took.
  CHECK(std::chrono::abs(*info->clock - std::chrono::system_clock::now()) < std::chrono::minutes(1));
  CHECK(std::chrono::abs(info->clock_ahead) < std::chrono::minutes(1));
  CHECK(info->round_trip > std::chrono::microseconds(0));
}
