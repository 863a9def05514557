// What every ingress promises of the words of migrations (ports/decisions.hpp), for both worlds.
#include <chrono>
#include <future>
#include <thread>

#include "haproxy/shared_world.hpp"
#include "ports/decisions.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;
using ports::Word;

namespace {

const Secret token("0123456789abcdef0123456789abcdef");

ports::Forward other_ingress() {
  return {"192.0.2.7", 8080, token};
}

// Within ten seconds.
template <class Condition>
bool becomes(Condition condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

}  // namespace

TEST_CASE("the first word stands, everybody gets it, also after a restart, and until it is forgotten") {
  auto& world = world_with_shop();
  auto& decisions = world.ingress().traffic().decisions();
  CHECK(must_fail(decisions.decision("m-1")).code == ErrorCode::not_found);
  CHECK(must_fail(decisions.decide("m-1", Word::committed)).code == ErrorCode::not_found);
  must(decisions.open("m-1", token));
  must(decisions.open("m-1", token));
  CHECK(must_fail(decisions.open("m-1", Secret("another0another0"))).code == ErrorCode::conflict);
  CHECK(must(decisions.decision("m-1")) == Word::open);
  CHECK(must(world.seen_by_another().traffic().decisions().decide("m-1", Word::aborted)) == Word::aborted);
  CHECK(must(decisions.decide("m-1", Word::committed)) == Word::aborted);
  must(decisions.open("m-1", token));
  world.stop_container();
  CHECK(must(decisions.decision("m-1")) == Word::aborted);
  ensure(world.ingress());
  CHECK(must(decisions.decision("m-1")) == Word::aborted);
  must(decisions.forget("m-1"));
  must(decisions.forget("m-1"));
  CHECK(must_fail(decisions.decision("m-1")).code == ErrorCode::not_found);
}

TEST_CASE("of two who decide at once both get the same word") {
  auto& world = world_with_shop();
  auto& decisions = world.ingress().traffic().decisions();
  for (int round = 0; round < 20; ++round) {
    const auto id = "race-" + std::to_string(round);
    must(decisions.open(id, Secret("0123456789abcdef" + std::to_string(round))));
    auto one = std::async(std::launch::async, [&] { return decisions.decide(id, Word::committed); });
    const auto other = world.seen_by_another().traffic().decisions().decide(id, Word::aborted);
    CHECK(must(one.get()) == must(other));
    CHECK(must(decisions.decision(id)) == must(other));
    must(decisions.forget(id));
  }
}

TEST_CASE("what is no id, no token and no word is refused") {
  auto& decisions = world_with_shop().ingress().traffic().decisions();
  for (const char* id : {"", "../x", "a b", ".a", "a/b", "a\n"}) {
    CAPTURE(id);
    CHECK(must_fail(decisions.open(id, token)).code == ErrorCode::invalid);
    CHECK(must_fail(decisions.decide(id, Word::committed)).code == ErrorCode::invalid);
    CHECK(must_fail(decisions.guard(id, {shop(), 1s, {}})).code == ErrorCode::invalid);
  }
  CHECK(must_fail(decisions.open("m-2", Secret("short"))).code == ErrorCode::invalid);
  CHECK(must_fail(decisions.decide("m-2", Word::open)).code == ErrorCode::invalid);
  CHECK(must_fail(decisions.guard("m-2", {shop(), 0s, {}})).code == ErrorCode::invalid);
  CHECK(must_fail(decisions.guard("m-2", {shop(), 1s, {}})).code == ErrorCode::not_found);
  must(decisions.open("m-2", token));
  CHECK(must_fail(decisions.guard("m-2", {key_of("blog", "live"), 1s, {}})).code == ErrorCode::not_found);
  must(decisions.forget("m-2"));
}

TEST_CASE(
    "a guard whose deadline is over aborts and releases; one that was prolonged waits, one that was ended does "
    "nothing") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  auto& decisions = traffic.decisions();
  must(decisions.open("m-3", token));
  must(traffic.hold(shop(), {.until = 600s}));
  must(decisions.guard("m-3", {shop(), 1h, other_ingress()}));
  must(decisions.unguard("m-3"));
  must(decisions.guard("m-3", {shop(), 1h, other_ingress()}));
  must(decisions.guard("m-3", {shop(), 1s, other_ingress()}));
  CHECK(must(traffic.state(shop())).holds);
  REQUIRE(becomes([&] { return !must(traffic.state(shop())).holds; }));
  CHECK(must(decisions.decide("m-3", Word::committed)) == Word::aborted);
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());
  must(decisions.forget("m-3"));
}

TEST_CASE("from its deadline on a guard carries out the word that stands: the forward when it is committed, and last the release") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  auto& decisions = traffic.decisions();
  must(decisions.open("m-4", token));
  must(traffic.hold(shop(), {.until = 600s}));
  must(decisions.guard("m-4", {shop(), 1h, other_ingress()}));
  CHECK(must(decisions.decide("m-4", Word::committed)) == Word::committed);
  std::this_thread::sleep_for(1s);
  CHECK_FALSE(must(traffic.state(shop())).forward.has_value());  // who decided does the rest
  const auto began = std::chrono::steady_clock::now();
  must(decisions.guard("m-4", {shop(), 1s, other_ingress()}));
  REQUIRE(becomes([&] { return !must(traffic.state(shop())).holds; }));
  CHECK(std::chrono::steady_clock::now() - began >= ports::data_opens_within);
  CHECK(must(traffic.state(shop())).forward == other_ingress());
  must(decisions.forget("m-4"));
}

TEST_CASE("a guard leads requests to the second set of the environment's instances, or back to the first, when that is committed") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  auto& decisions = traffic.decisions();
  const auto blog = key_of("blog", "live");
  const ports::Forward beside{.to = ports::ForwardTo::beside};
  must(world.ingress().apply(routes_of("blog", {})));
  must(traffic.forward(blog, beside));
  must(decisions.open("m-6.1", token));
  must(decisions.open("m-6.2", Secret("0123456789abcdefghij")));
  for (const char* id : {"m-6.1", "m-6.2"}) must(decisions.decide(id, Word::committed));
  must(decisions.guard("m-6.1", {shop(), 1s, beside}));
  must(decisions.guard("m-6.2", {blog, 1s, ports::Forward{.to = ports::ForwardTo::own}}));
  REQUIRE(becomes([&] { return must(traffic.state(shop())).forward == beside; }));
  REQUIRE(becomes([&] { return !must(traffic.state(blog)).forward.has_value(); }));
  must(traffic.unforward(blog));
  for (const char* id : {"m-6.1", "m-6.2"}) must(decisions.forget(id));
}

TEST_CASE("a hold of an attempt begins only while that is open, and is let go by nobody else's") {
  auto& world = world_with_shop();
  auto& traffic = world.ingress().traffic();
  auto& decisions = traffic.decisions();
  const ports::HoldBounds of_first{.until = 600s, .attempt = "m-5.1"};
  const ports::HoldBounds of_second{.until = 600s, .attempt = "m-5.2"};
  CHECK(must_fail(traffic.hold(shop(), of_first)).code == ErrorCode::conflict);  // never opened
  CHECK(must_fail(traffic.hold(shop(), {.attempt = "../x"})).code == ErrorCode::invalid);
  must(decisions.open("m-5.1", token));
  must(traffic.hold(shop(), of_first));
  must(decisions.guard("m-5.1", {shop(), 1s, other_ingress()}));
  must(decisions.decide("m-5.1", Word::aborted));
  REQUIRE(becomes([&] { return !must(traffic.state(shop())).holds; }));
  CHECK(must_fail(traffic.hold(shop(), of_first)).code == ErrorCode::conflict);  // late
  CHECK_FALSE(must(traffic.state(shop())).holds);

  must(decisions.open("m-5.2", Secret("0123456789abcdefghij")));
  must(traffic.hold(shop(), of_second));
  must(traffic.release(shop(), "m-5.1"));  // late
  CHECK(must_fail(traffic.hold(shop(), of_first)).code == ErrorCode::conflict);
  CHECK(must(traffic.state(shop())).holds);
  must(traffic.release(shop(), "m-5.2"));
  CHECK_FALSE(must(traffic.state(shop())).holds);
  for (const char* id : {"m-5.1", "m-5.2"}) must(decisions.forget(id));
}
