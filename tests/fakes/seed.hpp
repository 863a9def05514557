// Where the random numbers of a property test begin: DIVIO_TEST_SEED, or another number each time, which is said.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

namespace divio::tests {

inline unsigned long long seed() {
  const char* given = std::getenv("DIVIO_TEST_SEED");
  const auto first = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  MESSAGE("seed " << first << " (repeat with DIVIO_TEST_SEED=" << first << ")");
  return first;
}

}  // namespace divio::tests
