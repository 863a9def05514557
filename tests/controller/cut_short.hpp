// Operations whose process dies before their end, and what goes on from there.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "controller/dying_store.hpp"
#include "system/holder.hpp"

namespace divio::controller::testing {

enum class Recovery { resume, same_again };

// Lets `act`, which is called with the world and a runtime, live for `records` journal records. False if it came to its end.
template <class AnyWorld, class Act>
bool cut_short(AnyWorld& world, const Act& act, int records) {
  DyingStore store(world, records);
  Runtime dying{world.engine, world.ingress, store, *world.clock, {}, system::this_holder(), world.servers.operations()};
  const bool reached = act(world, dying).has_value();
  REQUIRE(reached != store.gone());
  return !reached;
}

// The id of the one that is still called running; empty if there is none.
[[nodiscard]] inline std::string interrupted_operation(World& world) {
  const auto operations = world.store->journal().operations(world.key, 10).value();
  for (const auto& operation : operations)
    if (operation.outcome == model::Outcome::running) return operation.id;
  return {};
}

}  // namespace divio::controller::testing
