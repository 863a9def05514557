// What every ingress promises of an environment's requests while it moves (ports/traffic.hpp), for both worlds.
#include <chrono>
#include <thread>

#include "haproxy/shared_world.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;
using enum model::RouteRole;

namespace {

ports::Forward elsewhere(std::uint16_t port) {
  return {"192.0.2.7", port, Secret("0123456789abcdef0123456789abcdef")};
}

}  // namespace

TEST_CASE("a hold lasts until it is released, for this environment only, and both can be said again") {
  auto& world = world_with_shop();
  must(world.ingress().apply(routes_of("blog", {world.well(2, serving)})));
  auto& traffic = world.ingress().traffic();
  CHECK_FALSE(must(traffic.state(shop())).holds);
  must(traffic.hold(shop(), {.until = 60s, .waiting = 5}));
  must(traffic.hold(shop(), {.until = 120s, .waiting = 5}));
  const auto state = must(world.seen_by_another().traffic().state(shop()));
  CHECK(state.holds);
  CHECK(state.left > 60s);
  CHECK(state.left <= 120s);
  CHECK(state.waiting == 0);
  CHECK(state.in_flight == 0);
  CHECK_FALSE(must(traffic.state(key_of("blog", "live"))).holds);
  must(world.seen_by_another().traffic().release(shop(), {}));
  must(traffic.release(shop(), {}));
  CHECK_FALSE(must(traffic.state(shop())).holds);
}

TEST_CASE("a hold ends by itself, and how long it has lasted is counted from its beginning") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  must(traffic.hold(shop(), {.until = 60s}));
  std::this_thread::sleep_for(100ms);
  must(traffic.hold(shop(), {.until = 200ms}));
  const auto state = traffic.state(shop());
  if (must(state).holds) CHECK(must(state).held >= 90ms);
  std::this_thread::sleep_for(250ms);
  CHECK_FALSE(must(traffic.state(shop())).holds);
}

TEST_CASE("an ingress that is started anew holds nothing and forwards what it forwarded") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  must(traffic.hold(shop(), {.until = 60s}));
  must(traffic.forward(shop(), elsewhere(8080)));
  world.stop_container();
  CHECK(must_fail(traffic.hold(shop(), {})).code == ErrorCode::failed);
  must(traffic.forward(shop(), elsewhere(8081)));
  ensure(world.ingress());
  const auto state = must(traffic.state(shop()));
  CHECK_FALSE(state.holds);
  CHECK(state.forward == elsewhere(8081));
}

TEST_CASE("a forward stays while routes come and go, and ends when that is said") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());
  must(traffic.forward(shop(), elsewhere(8080)));
  must(traffic.forward(shop(), elsewhere(8081)));
  must(world.ingress().apply(routes_of("shop", {})));
  CHECK(must(world.ingress().routes(shop())) == routes_of("shop", {}));
  CHECK(must(world.seen_by_another().traffic().state(shop())).forward == elsewhere(8081));
  auto for_a_time = elsewhere(8081);
  for_a_time.until_s = 4'000'000'000;
  must(traffic.forward(shop(), for_a_time));
  CHECK(must(traffic.state(shop())).forward == for_a_time);
  must(traffic.unforward(shop()));
  must(traffic.unforward(shop()));
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());
}

TEST_CASE("requests are led to the second set and back, and neither set's routes change where they are led") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  const ports::Forward beside{.to = ports::ForwardTo::beside};
  CHECK(must_fail(traffic.state(shop().beside())).code == ErrorCode::not_found);
  must(traffic.forward(shop(), elsewhere(8080)));
  must(world.ingress().apply(second_set_of("shop", {world.well(2, serving)})));
  CHECK(must(traffic.state(shop())).forward == elsewhere(8080));
  must(traffic.forward(shop(), {"192.0.2.7", 8080, elsewhere(80).token, 0, ports::ForwardTo::beside}));
  CHECK(must(world.seen_by_another().traffic().state(shop())).forward == beside);
  must(world.ingress().apply(second_set_of("shop", {})));
  must(world.ingress().apply(routes_of("shop", {})));
  CHECK(must(traffic.state(shop())).forward == beside);
  must(traffic.hold(shop(), {}));
  const auto second = must(traffic.state(shop().beside()));
  CHECK_FALSE(second.forward.has_value());
  CHECK_FALSE(second.holds);
  CHECK(second.in_flight == 0);
  world.stop_container();
  ensure(world.ingress());
  CHECK(must(traffic.state(shop())).forward == beside);
  must(traffic.forward(shop(), {.to = ports::ForwardTo::own}));
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());
  must(traffic.forward(shop(), beside));
  must(traffic.unforward(shop()));
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());
}

TEST_CASE("what cannot be held, forwarded or trusted is refused") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  CHECK(must_fail(traffic.hold(shop(), {.until = 0s})).code == ErrorCode::invalid);
  CHECK(must_fail(traffic.hold(shop(), {.until = 1h})).code == ErrorCode::invalid);
  CHECK(must_fail(traffic.hold(shop(), {.waiting = 0})).code == ErrorCode::invalid);
  CHECK(must_fail(traffic.hold(key_of("blog", "live"), {})).code == ErrorCode::not_found);
  CHECK(must_fail(traffic.forward(key_of("blog", "live"), elsewhere(80))).code == ErrorCode::not_found);
  CHECK(must_fail(traffic.forward(shop(), elsewhere(0))).code == ErrorCode::invalid);
  auto named = elsewhere(80);
  named.address = "eu.example.com";
  CHECK(must_fail(traffic.forward(shop(), named)).code == ErrorCode::invalid);
  auto unknown = elsewhere(80);
  unknown.token = Secret("short");
  CHECK(must_fail(traffic.forward(shop(), unknown)).code == ErrorCode::invalid);
  CHECK(must_fail(traffic.trust(shop(), Secret("no spaces in tokens"))).code == ErrorCode::invalid);
  must(traffic.trust(shop(), elsewhere(80).token));
  must(traffic.distrust(shop()));
  must(traffic.distrust(shop()));
  CHECK_FALSE(must(traffic.state(shop())).holds);
}

TEST_CASE("a region without an ingress has no traffic") {
  const auto world = make_world();
  CHECK(must_fail(world->ingress().traffic().hold(shop(), {})).code == ErrorCode::not_found);
  CHECK(must_fail(world->ingress().traffic().forward(shop(), elsewhere(80))).code == ErrorCode::not_found);
  CHECK(must_fail(world->ingress().traffic().state(shop())).code == ErrorCode::not_found);
}
