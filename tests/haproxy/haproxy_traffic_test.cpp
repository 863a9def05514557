// What visitors notice of a real HAProxy, and of changes to it: nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <future>

#include "haproxy/real_ingress.hpp"
#include "haproxy/traffic.hpp"
#include "haproxy/visitor.hpp"
#include "ingress/haproxy/agent.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::tests;
using enum model::RouteRole;

namespace {

constexpr const char* shop_host = "shop.localhost";

int sessions_of(ports::Ingress& ingress, const std::string& instance) {
  for (const auto& status : must(ingress.targets(key_of("shop", "live")))) {
    if (status.instance == instance) return status.sessions;
  }
  return -1;
}

int dropped_log_lines(RealWorld& world) {
  constexpr std::string_view word = "DroppedLogs: ";
  const auto info = must(ingress::Agent(world.open_session()).command({"@1 show info"})).front();
  const auto begin = info.find(word);
  REQUIRE(begin != std::string::npos);
  return std::stoi(info.substr(begin + word.size()));
}

// Waits, ten seconds at most, until the target has so many requests in flight.
bool comes_to(ports::Ingress& ingress, const std::string& instance, int sessions) {
  for (int i = 0; i < 500; ++i) {
    if (sessions_of(ingress, instance) == sessions) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

int count(const std::string& text, const std::string& part) {
  int times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

std::string log_of(RealWorld& world) {
  std::string log;
  must(world.engine().streams().logs(world.container(), {}, [&](ports::Output, std::string_view bytes) { log += bytes; }, {}));
  return log;
}

}  // namespace

TEST_CASE("visitors reach serving targets only, by host name in any spelling, with forwarded headers") {
  RealWorld world;
  ensure(world.ingress());
  must(world.ingress().apply(
      routes_of("shop", {world.well(1, serving), world.well(2, joining), world.well(3, draining)})));
  const auto port = world.options().http_port;
  for (const char* host : {"shop.localhost", "SHOP.localhost", "shop.localhost:8080", "shop.localhost."}) {
    CAPTURE(host);
    for (int i = 0; i < 5; ++i) CHECK(body_of(get(port, host, "/")) == "1");
  }
  const auto head =
      body_of(get(port, shop_host, "/head", "X-Forwarded-Proto: https\r\nProxy: evil\r\nX_Forwarded_For: evil\r\n"));
  CHECK(contains(head, "x-forwarded-for: "));
  CHECK(contains(head, "x-forwarded-proto: http\r\n"));
  CHECK(contains(head, "x-forwarded-host: shop.localhost\r\n"));
  CHECK(contains(head, "x-forwarded-port: " + std::to_string(port) + "\r\n"));
  CHECK(contains(head, "x-request-id: "));
  CHECK_FALSE(contains(head, "evil"));
  CHECK(contains(body_of(get(port, shop_host, "/head", "X-Request-Id: mine\r\n")), "mine"));
}

TEST_CASE("a target that joined while HAProxy ran gets further requests on connections that are there") {
  RealWorld world;
  ensure(world.ingress());
  must(world.ingress().apply(routes_of("shop", {world.well(1, serving)})));
  must(world.ingress().apply(routes_of("shop", {world.well(2, serving)})));
  Visitor visitor;
  std::string answer;
  for (int i = 0; i < 5; ++i)
    answer = visitor.ask(world.options().http_port, "GET /kept HTTP/1.1\r\nHost: shop.localhost\r\n\r\n");
  CHECK(body_of(answer) == "5");
}

TEST_CASE("the access log has a line for each request, or HAProxy counts it as dropped, and the engine's logs show it") {
  RealWorld world;
  ensure(world.ingress());
  must(world.ingress().apply(routes_of("shop", {world.well(1, serving)})));
  const auto begin = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  Traffic traffic(world.options().http_port, shop_host, 8);
  await_answered(traffic, 2000);
  traffic.stop();
  CHECK(traffic.failures() == std::vector<std::string>());
  const auto logged = [&] { return count(log_of(world), "\"GET / HTTP/1.1\" 200 "); };
  const auto dropped = dropped_log_lines(world);
  for (int i = 0; i < 300 && logged() + dropped < traffic.answered(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(logged() + dropped == traffic.answered());
  CHECK(dropped * 50 < traffic.answered());

  const auto requests = must(world.ingress().requests({shop_host, "blog.localhost"}, begin));
  CHECK(static_cast<int>(requests.size()) == logged());
  CHECK(std::ranges::all_of(requests, [&](const auto& one) { return one.status == 200 && one.at >= begin && !one.id.empty(); }));
  CHECK(must(world.ingress().requests({"blog.localhost"}, begin)).empty());
  CHECK(must(world.ingress().requests({shop_host}, begin + std::chrono::hours(1))).empty());
}

TEST_CASE("a host that nobody has, a project that does not run, and a request that is too large get a clear page") {
  RealWorld world;
  ensure(world.ingress());
  const auto port = world.options().http_port;
  must(world.ingress().apply(routes_of("shop", {world.well(1, joining)})));
  const auto unknown = get(port, "<b>nobody.localhost", "/", "Accept: text/html\r\n");
  CHECK(status_of(unknown) == 404);
  CHECK(contains(unknown, "?b?nobody.localhost"));
  CHECK(contains(unknown, "<h1>"));
  const auto stopped = get(port, shop_host, "/");
  CHECK(status_of(stopped) == 503);
  CHECK(contains(stopped, "shop.localhost is stopped"));
  CHECK_FALSE(contains(stopped, "<h1>"));
  must(world.ingress().apply(routes_of("shop", {world.redirecting(serving)})));
  REQUIRE([&] {
    for (int i = 0; i < 200 && status_of(get(port, shop_host, "/")) != 503; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return contains(get(port, shop_host, "/"), "No instance of shop (live)");
  }());
  CHECK(status_of(get(port, shop_host, "/", "Content-Length: 500000001\r\n")) != 413);
  CHECK(status_of(get(port, shop_host, "/", "Content-Length: 524288001\r\n")) == 413);
}

TEST_CASE("a body whose length nobody said reaches the application whole up to 500 MB, and gets a 413 beyond") {
  constexpr std::uint64_t most = 524'288'000;
  RealWorld world;
  ensure(world.ingress());
  must(world.ingress().apply(routes_of("shop", {world.well(1, serving)})));
  const auto port = world.options().http_port;
  CHECK(body_of(post_chunks(port, shop_host, "/taken", 0)) == "0");
  CHECK(body_of(post_chunks(port, shop_host, "/taken", most)) == std::to_string(most));
  const auto refused = post_chunks(port, shop_host, "/taken", most + 1);
  CHECK(status_of(refused) == 413);
  CHECK(contains(refused, "up to 500 MB"));

  const auto visitor_in = [](const std::string& head) {
    const auto at = head.find("x-forwarded-for: ");
    REQUIRE(at != std::string::npos);
    return head.substr(at, head.find('\r', at) - at);
  };
  const auto head = body_of(post_chunks(port, shop_host, "/head", 3));
  CHECK(visitor_in(head) == visitor_in(body_of(get(port, shop_host, "/head"))));
  CHECK(contains(head, "x-forwarded-host: shop.localhost\r\n"));
  CHECK(contains(head, "x-forwarded-port: " + std::to_string(port) + "\r\n"));
  for (int i = 0; i < 100 && count(log_of(world), "POST /head ") == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(count(log_of(world), "\"POST /head HTTP/1.1\" ") == 1);
  CHECK(count(log_of(world), "\"POST /taken HTTP/1.1\" 413 ") == 1);
}

TEST_CASE("no request fails while targets come and go, other environments arrive, and the configuration is read anew") {
  RealWorld world;
  auto& ingress = world.ingress();
  ensure(ingress);
  must(ingress.apply(routes_of("shop", {world.well(1, serving)})));
  Traffic traffic(world.options().http_port, shop_host, 8);
  await_answered(traffic, 100);
  for (int round = 0; round < 5; ++round) {
    const int now = round % 4 + 1;
    const int next = now % 4 + 1;
    must(ingress.apply(routes_of("shop", {world.well(now, serving), world.well(next, joining)})));
    if (round == 1) must(ingress.apply(routes_of("blog", {world.well(5, serving)})));
    if (round == 2) must(ingress.forget(key_of("blog", "live")));
    must(ingress.apply(routes_of("shop", {world.well(now, draining), world.well(next, serving)})));
    REQUIRE(comes_to(ingress, world.well(now, draining).instance, 0));
    must(ingress.apply(routes_of("shop", {world.well(next, serving)})));
    await_answered(traffic, 50);
  }
  auto other_path = world.well(3, serving);
  other_path.health.path = "/";
  must(ingress.apply(routes_of("shop", {other_path})));
  await_answered(traffic, 100);
  auto options = world.options();
  options.access_log = false;
  const auto changed = world.make_ingress(options);
  CHECK_FALSE(must(changed->state()).current);
  ensure(*changed);
  CHECK(must(changed->state()).current);
  await_answered(traffic, 100);
  traffic.stop();
  CHECK(join(traffic.failures(), "; ") == "");
}

TEST_CASE("a visitor who keeps a connection over reloads reaches what serves now, not what served then") {
  RealWorld world;
  auto& ingress = world.ingress();
  ensure(ingress);
  const auto port = world.options().http_port;
  const std::string request = "GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n";
  must(ingress.apply(routes_of("shop", {world.well(1, serving)})));
  Visitor early;
  Visitor next;
  Visitor patient;
  REQUIRE(body_of(next.ask(port, request)) == "1");
  REQUIRE(body_of(early.ask(port, request)) == "1");
  REQUIRE(body_of(patient.ask(port, request)) == "1");
  must(ingress.apply(routes_of("blog", {})));
  must(ingress.apply(routes_of("blog", {world.well(5, serving)})));  // reads the configuration anew
  must(ingress.apply(routes_of("shop", {world.well(1, draining), world.well(2, serving)})));
  must(ingress.apply(routes_of("shop", {world.well(2, serving)})));
  const auto head =
      body_of(early.ask(port, "GET /head HTTP/1.1\r\nHost: shop.localhost\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n"));
  CHECK(early.was_sent_away());
  CHECK(count(head, "x-forwarded-for: ") == 2);  // the visitor's own and one of ours
  CHECK(contains(head, "x-forwarded-port: " + std::to_string(port) + "\r\n"));
  CHECK(body_of(next.ask(port, request)) == "2");
  auto other_path = world.well(3, serving);
  other_path.health.path = "/";
  must(ingress.apply(routes_of("shop", {other_path})));  // and again, with another backend
  CHECK(body_of(patient.ask(port, request)) == "3");
  CHECK(body_of(get(port, shop_host, "/")) == "3");
}

TEST_CASE(
    "requests in flight are counted, also after a reload, and end well after their target was drained and taken out") {
  RealWorld world;
  auto& ingress = world.ingress();
  ensure(ingress);
  const auto port = world.options().http_port;
  must(ingress.apply(routes_of("shop", {world.well(1, serving), world.well(2, joining)})));
  const auto instance = world.well(1, serving).instance;
  auto slow = std::async(std::launch::async, [&] { return get(port, shop_host, "/slow/4000"); });
  REQUIRE(comes_to(ingress, instance, 1));
  must(ingress.apply(routes_of("shop", {world.well(1, draining), world.well(2, serving)})));
  CHECK(sessions_of(ingress, instance) == 1);
  must(ingress.apply(
      routes_of("blog", {world.well(3, serving)})));  // a new backend: the proxy reads its configuration anew
  CHECK(sessions_of(ingress, instance) == 1);
  CHECK(body_of(get(port, shop_host, "/")) == "2");
  must(ingress.apply(routes_of("shop", {world.well(2, serving)})));
  CHECK(body_of(slow.get()) == "1");
  must(ingress.apply(routes_of("shop", {world.well(1, joining), world.well(2, serving)})));
  CHECK(comes_to(ingress, instance, 0));
}

TEST_CASE("routes are in force again after the proxy was restarted, and an ingress that talked to it goes on") {
  RealWorld world;
  auto& ingress = world.ingress();
  ensure(ingress);
  must(ingress.apply(routes_of("shop", {world.well(1, serving)})));
  world.stop_container();
  must(world.engine().containers().start(world.container()));
  const auto port = world.options().http_port;
  for (int i = 0; i < 100 && status_of(get(port, shop_host, "/")) != 200; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(body_of(get(port, shop_host, "/")) == "1");
  must(ingress.apply(routes_of("shop", {world.well(2, serving)})));
  CHECK(body_of(get(port, shop_host, "/")) == "2");
}
