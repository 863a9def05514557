// The real engine that tests are given: DIVIO_TEST_ENGINE, by the way that DIVIO_TEST_TRANSPORT names.
#pragma once

#include "docker/engine_contract.hpp"
#include "engines/docker/docker.hpp"

namespace divio::contract {

[[nodiscard]] std::unique_ptr<ports::Engine> open_test_engine(engines::BuildWith build);

}  // namespace divio::contract
