// A conversation with a side of a test's move, whose servers are there.
#pragma once

#include <utility>

#include "docker/engine_contract.hpp"
#include "migration/side.hpp"

namespace divio::test {

template <class Conversation>
Conversation conversing(const migration::Side& side, const char* id) {
  auto with = Conversation::with(side, id);
  REQUIRE_OK(with);
  return std::move(*with);
}

}  // namespace divio::test
