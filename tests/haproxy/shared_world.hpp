// One ingress with a project for several cases, since making one takes seconds.
#pragma once

#include "haproxy/ingress_contract.hpp"
#include "ports/traffic.hpp"

namespace divio::tests {

[[nodiscard]] inline model::EnvironmentKey shop() {
  return key_of("shop", "live");
}

// Serves shop from its first target; whatever an earlier case did with its traffic is undone.
[[nodiscard]] inline IngressWorld& world_with_shop() {
  static const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  for (const auto& key : {key_of("blog", "live"), shop().beside()}) must(ingress.forget(key));
  must(ingress.apply(routes_of("shop", {world->well(1, model::RouteRole::serving)})));
  must(ingress.traffic().release(shop(), {}));
  must(ingress.traffic().unforward(shop()));
  must(ingress.traffic().distrust(shop()));
  return *world;
}

}  // namespace divio::tests
