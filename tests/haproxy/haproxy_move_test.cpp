// What visitors notice of an environment that moves to another ingress: a wait, and nothing else.
#include <doctest/doctest.h>

#include <future>

#include "haproxy/two_ingresses.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;
using enum model::RouteRole;

namespace {

const std::string request = "GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n";

const std::string websocket =
    "GET /socket HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

}  // namespace

TEST_CASE(
    "32 visitors in a closed loop are held, forwarded and released: none fails, none reaches an instance between") {
  auto& ingresses = anew();
  auto& traffic = ingresses.traffic();
  Traffic visitors(ingresses.port(), shop_host, 32);
  await_answered(visitors, 200);
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    must(traffic.hold(shop(), {.until = 60s}));
    REQUIRE(becomes([&] { return must(traffic.state(shop())).in_flight == 0; }));
    const auto before = ingresses.served_here();
    REQUIRE(becomes([&] { return must(traffic.state(shop())).waiting == 32; }));
    if (round == 1) must(ingresses.here().apply(routes_of("blog", {ingresses.world().well(5, serving)})));  // a reload
    CHECK(ingresses.served_here() == before);
    must(traffic.forward(shop(), ingresses.forward()));
    std::this_thread::sleep_for(50ms);
    CHECK(ingresses.served_here() == before);
    must(traffic.release(shop(), {}));
    await_answered(visitors, 200);
    CHECK(ingresses.served_here() == before);
    must(traffic.unforward(shop()));
    await_answered(visitors, 200);
    CHECK(ingresses.served_here() > before);
  }
  visitors.stop();
  CHECK(join(visitors.failures(), "; ") == "");
}

TEST_CASE("a hold that nobody ends ends by itself, and who waited is answered") {
  auto& ingresses = anew();
  must(ingresses.traffic().hold(shop(), {.until = 1500ms}));
  auto held = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/"); });
  REQUIRE(becomes([&] { return must(ingresses.traffic().state(shop())).waiting == 1; }));
  CHECK(body_of(held.get()) == "1");
  CHECK_FALSE(must(ingresses.traffic().state(shop())).holds);
}

TEST_CASE("more requests than may wait get a page that says when to come again, other environments go on") {
  auto& ingresses = anew();
  must(ingresses.here().apply(routes_of("blog", {ingresses.world().well(5, serving)})));
  must(ingresses.traffic().hold(shop(), {.until = 60s, .waiting = 1}));
  auto held = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/"); });
  REQUIRE(becomes([&] { return must(ingresses.traffic().state(shop())).waiting == 1; }));
  const auto refused = get(ingresses.port(), shop_host, "/");
  CHECK(status_of(refused) == 503);
  CHECK(contains(refused, "retry-after: 5"));
  CHECK(body_of(get(ingresses.port(), "blog.localhost", "/")) == "5");
  must(ingresses.traffic().release(shop(), {}));
  CHECK(body_of(held.get()) == "1");
}

TEST_CASE("a request that is with an instance when the hold begins goes on, and is counted until it is answered") {
  auto& ingresses = anew();
  auto slow = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/slow/1000"); });
  REQUIRE(becomes([&] { return must(ingresses.traffic().state(shop())).in_flight == 1; }));
  must(ingresses.traffic().hold(shop(), {.until = 60s}));
  CHECK(must(ingresses.traffic().state(shop())).in_flight == 1);
  CHECK(body_of(slow.get()) == "1");
  CHECK(becomes([&] { return must(ingresses.traffic().state(shop())).in_flight == 0; }));
}

TEST_CASE("connections that were kept over reloads are held and forwarded too, whichever worker has them") {
  auto& ingresses = anew();
  Visitor before;
  Visitor meanwhile;
  REQUIRE(body_of(before.ask(ingresses.port(), request)) == "1");
  REQUIRE(body_of(meanwhile.ask(ingresses.port(), request)) == "1");
  must(ingresses.here().apply(routes_of("blog", {ingresses.world().well(5, serving)})));  // a reload
  must(ingresses.traffic().hold(shop(), {.until = 60s}));
  auto first = std::async(std::launch::async, [&] { return before.ask(ingresses.port(), request); });
  REQUIRE(becomes([&] { return must(ingresses.traffic().state(shop())).waiting == 1; }));
  must(ingresses.here().apply(routes_of("wiki", {ingresses.world().well(6, serving)})));  // and another
  CHECK(must(ingresses.traffic().state(shop())).holds);
  auto second = std::async(std::launch::async, [&] { return meanwhile.ask(ingresses.port(), request); });
  auto third = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/"); });
  REQUIRE(becomes([&] { return must(ingresses.traffic().state(shop())).waiting == 3; }));
  must(ingresses.traffic().forward(shop(), ingresses.forward()));
  must(ingresses.traffic().release(shop(), {}));
  CHECK(body_of(first.get()) == "2");
  CHECK(body_of(second.get()) == "2");
  CHECK(body_of(third.get()) == "2");
}

TEST_CASE("what is forwarded keeps its host and its visitor, and only an ingress with the token is believed") {
  auto& ingresses = anew();
  const auto direct = body_of(get(ingresses.port(), shop_host, "/head"));
  const auto at = direct.find("x-forwarded-for: ");
  REQUIRE(at != std::string::npos);
  const auto visitor = direct.substr(at, direct.find("\r\n", at) - at);
  must(ingresses.traffic().forward(shop(), ingresses.forward()));
  const auto ask = [&](std::uint16_t port, const std::string& headers) {
    return body_of(get(port, "SHOP.localhost", "/head", headers));
  };
  const auto forwarded = ask(ingresses.port(), "X-Divio-Visitor: 192.0.2.66\r\nX-Divio-Forward: none\r\n");
  CHECK(contains(forwarded, visitor + "\r\n"));
  CHECK(contains(forwarded, "x-forwarded-host: SHOP.localhost\r\n"));
  CHECK(contains(forwarded, "x-forwarded-port: " + std::to_string(ingresses.port()) + "\r\n"));
  CHECK(contains(forwarded, "host: SHOP.localhost\r\n"));
  CHECK_FALSE(contains(forwarded, "divio"));
  CHECK_FALSE(contains(forwarded, "192.0.2.66"));
  const auto stranger =
      ask(ingresses.forward().port,
          "X-Divio-Visitor: 192.0.2.66\r\nX-Divio-Forward: 0123456789abcdef\r\nX-Forwarded-Proto: x\r\n");
  CHECK_FALSE(contains(stranger, "192.0.2.66"));
  CHECK(contains(stranger, "x-forwarded-proto: http\r\n"));
  must(ingresses.there().traffic().distrust(shop()));
  CHECK(contains(ask(ingresses.port(), {}), "x-forwarded-port: " + std::to_string(ingresses.forward().port) + "\r\n"));
}

TEST_CASE("a forward with an end leads on until then and nowhere afterwards, with nobody there") {
  auto& ingresses = anew();
  auto where = ingresses.forward();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  where.until_s = now + 3600;
  must(ingresses.traffic().forward(shop(), where));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
  where.until_s = now + 2;
  must(ingresses.traffic().forward(shop(), where));
  CHECK(becomes([&] { return body_of(get(ingresses.port(), shop_host, "/")) == "1"; }));
  must(ingresses.traffic().unforward(shop()));
}

TEST_CASE("a WebSocket goes through a forward") {
  auto& ingresses = anew();
  must(ingresses.traffic().forward(shop(), ingresses.forward()));
  Visitor visitor;
  CHECK(status_of(visitor.ask(ingresses.port(), websocket)) == 101);
  CHECK(visitor.ask(ingresses.port(), "hello\r\n\r\n") == "2 hello\r\n\r\n");
}

TEST_CASE("WebSockets are told from requests in flight, in whichever worker they are, until they end") {
  auto& ingresses = anew();
  const auto in_flight = [&](int all, int upgraded) {
    return becomes([&] {
      const auto state = must(ingresses.traffic().state(shop()));
      return state.in_flight == all && state.upgraded == upgraded;
    });
  };
  Visitor one, another;
  CHECK(status_of(one.ask(ingresses.port(), websocket)) == 101);
  CHECK(in_flight(1, 1));
  auto slow = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/slow/1500"); });
  CHECK(in_flight(2, 1));
  CHECK(body_of(slow.get()) == "1");
  must(ingresses.here().apply(routes_of("blog", {ingresses.world().well(5, serving)})));  // a reload
  CHECK(status_of(another.ask(ingresses.port(), websocket)) == 101);
  CHECK(in_flight(2, 2));
  one.leave();
  CHECK(in_flight(1, 1));
  another.leave();
  CHECK(in_flight(0, 0));
}

TEST_CASE("16 visitors are led to the second set of instances and back: none fails, and each is answered by the set whose turn it is") {
  auto& ingresses = anew();
  auto& traffic = ingresses.traffic();
  apply_second_set(ingresses);
  const std::string of_first = "counter.localhost", of_second = "blog.localhost";
  Traffic visitors(ingresses.port(), shop_host, 16);
  const auto lead = [&](ports::ForwardTo to, const model::EnvironmentKey& left, const std::string& counted) {
    must(traffic.hold(shop(), {.until = 60s}));
    REQUIRE(becomes([&] { return must(traffic.state(left)).in_flight == 0 && must(traffic.state(shop())).waiting == 16; }));
    const auto before = ingresses.served_at(counted);
    must(traffic.forward(shop(), {.to = to}));
    must(traffic.release(shop(), {}));
    await_answered(visitors, 200);
    CHECK(ingresses.served_at(counted) == before);
  };
  const auto before = ingresses.served_at(of_second);
  await_answered(visitors, 200);
  CHECK(ingresses.served_at(of_second) == before);
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    lead(ports::ForwardTo::beside, shop(), of_first);
    if (round == 1) must(ingresses.here().apply(routes_of("wiki", {ingresses.world().well(6, serving)})));  // a reload
    lead(ports::ForwardTo::own, shop().beside(), of_second);
  }
  visitors.stop();
  CHECK(join(visitors.failures(), "; ") == "");
}

TEST_CASE("connections kept over reloads are led to the second set too, after a restart it still has the requests, and they are its") {
  auto& ingresses = anew();
  auto& traffic = ingresses.traffic();
  Visitor kept;
  REQUIRE(body_of(kept.ask(ingresses.port(), request)) == "1");
  apply_second_set(ingresses);  // reloads
  CHECK(status_of(get(ingresses.port(), "beside/shop.localhost", "/")) == 404);
  must(traffic.forward(shop(), {.to = ports::ForwardTo::beside}));
  CHECK(body_of(kept.ask(ingresses.port(), request)) == "3");
  auto& world = ingresses.world();
  world.stop_container();
  must(world.engine().containers().start(world.container()));
  REQUIRE(becomes([&] { return status_of(get(ingresses.port(), shop_host, "/")) == 200; }));
  Visitor visitor;
  CHECK(visitor.ask(ingresses.port(), websocket).starts_with("HTTP/1.1 101"));
  CHECK(visitor.ask(ingresses.port(), "hello\r\n\r\n") == "3 hello\r\n\r\n");
  CHECK(becomes([&] { return must(traffic.state(shop().beside())).upgraded == 1; }));
  CHECK(must(traffic.state(shop().beside())).in_flight == 1);
  CHECK(must(traffic.state(shop())).in_flight == 0);
  must(ingresses.here().forget(shop()));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "3");
  must(ingresses.here().forget(shop().beside()));
  CHECK(contains(get(ingresses.port(), shop_host, "/"), "shop.localhost is stopped"));
}

TEST_CASE("a forward is in force after a restart with nobody there, and under host names that came later") {
  auto& ingresses = anew();
  must(ingresses.traffic().forward(shop(), ingresses.forward()));
  auto& world = ingresses.world();
  world.stop_container();
  must(world.engine().containers().start(world.container()));
  REQUIRE(becomes([&] { return status_of(get(ingresses.port(), shop_host, "/")) == 200; }));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
  auto routes = routes_of("shop", {});
  routes.hosts.emplace_back("shop.example.com");
  must(ingresses.there().apply({routes.key, routes.hosts, {world.well(2, serving)}}));
  must(ingresses.here().apply(routes));
  CHECK(body_of(get(ingresses.port(), "shop.example.com", "/")) == "2");
  must(ingresses.here().forget(shop()));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
  must(ingresses.here().apply({key_of("blog", "live"), {shop_host}, {world.well(5, serving)}}));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "5");
}

TEST_CASE(
    "a request that finds the other ingress being started anew is tried again, and one that finds none gets a page") {
  auto& ingresses = anew();
  auto nowhere = ingresses.forward();
  nowhere.port = 1;
  must(ingresses.traffic().forward(shop(), ingresses.forward()));
  must(ingresses.traffic().forward(key_of("counter", "live"), nowhere));
  auto& containers = ingresses.world().engine().containers();
  const auto other = ingresses.world().container() + "-b";
  must(containers.stop(other, 1s));
  auto patient = std::async(std::launch::async, [&] { return get(ingresses.port(), shop_host, "/"); });
  std::this_thread::sleep_for(50ms);
  must(containers.start(other));
  const auto answer = get(ingresses.port(), "counter.localhost", "/");
  CHECK(status_of(answer) == 503);
  CHECK(contains(answer, "could not be reached"));
  CHECK(body_of(patient.get()) == "2");
}
