// The words of migrations as everybody reads them, and guards at work when whoever set them is gone.
#include <doctest/doctest.h>

#include <cstdlib>

#include "haproxy/two_ingresses.hpp"
#include "ports/decisions.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;
using ports::Word;

namespace {

const Secret token("fedcba9876543210fedcba9876543210");

std::string word_at(const TwoIngresses& ingresses, const std::string& of_token = token.reveal()) {
  const auto answer = get(ingresses.port(), "any.localhost", "/.well-known/divio/migration/" + of_token);
  return status_of(answer) == 200 ? body_of(answer) : std::to_string(status_of(answer));
}

// What divioctl does before it is killed, with an ingress of its own.
template <class Act>
void act_and_vanish(TwoIngresses& ingresses, Act act) {
  const auto own = ingresses.world().make_ingress(ingresses.world().options());
  act(own->traffic());
}

}  // namespace

TEST_CASE("whoever has the token reads the word, under any host name, while requests are held, and after a restart") {
  auto& ingresses = anew();
  auto& decisions = ingresses.traffic().decisions();
  CHECK(word_at(ingresses) == "404");
  must(decisions.open("m-1", token));
  CHECK(word_at(ingresses) == "open");
  CHECK(word_at(ingresses, "fedcba9876543210fedcba9876543211") == "404");
  CHECK(word_at(ingresses, "") == "404");
  must(ingresses.traffic().hold(shop(), {.until = 60s}));
  CHECK(body_of(get(ingresses.port(), shop_host, "/.well-known/divio/migration/" + token.reveal())) == "open");
  CHECK(must(decisions.decide("m-1", Word::committed)) == Word::committed);
  CHECK(word_at(ingresses) == "committed");
  must(ingresses.here().apply(routes_of("blog", {ingresses.world().well(5, model::RouteRole::serving)})));  // a reload
  CHECK(word_at(ingresses) == "committed");
  auto& world = ingresses.world();
  world.stop_container();
  must(world.engine().containers().start(world.container()));
  REQUIRE(becomes([&] { return status_of(get(ingresses.port(), shop_host, "/")) == 200; }));
  CHECK(word_at(ingresses) == "committed");
  must(decisions.forget("m-1"));
  CHECK(word_at(ingresses) == "404");
  std::string log;
  must(world.engine().streams().logs(world.container(), {},
                                     [&](ports::Output, std::string_view bytes) { log += bytes; }, {}));
  CHECK(contains(log, "shop.localhost"));
  CHECK_FALSE(contains(log, token.reveal()));
}

TEST_CASE("divioctl is gone before the decision: the guard aborts, releases, and no visitor has failed") {
  auto& ingresses = anew();
  Traffic visitors(ingresses.port(), shop_host, 8);
  await_answered(visitors, 50);
  act_and_vanish(ingresses, [&](ports::Traffic& traffic) {
    must(traffic.decisions().open("m-2", token));
    must(traffic.decisions().guard("m-2", {shop(), 1s, ingresses.forward()}));
    must(traffic.hold(shop(), {.until = 600s}));
  });
  REQUIRE(becomes([&] { return word_at(ingresses) == "aborted"; }));
  await_answered(visitors, 100);
  visitors.stop();
  CHECK(join(visitors.failures(), "; ") == "");
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "1");
  must(ingresses.traffic().decisions().forget("m-2"));
}

TEST_CASE("divioctl is gone right after the decision: the guard forwards, releases, and no visitor has failed") {
  auto& ingresses = anew();
  Traffic visitors(ingresses.port(), shop_host, 8);
  await_answered(visitors, 50);
  int before = 0;
  act_and_vanish(ingresses, [&](ports::Traffic& traffic) {
    must(traffic.decisions().open("m-3", token));
    must(traffic.decisions().guard("m-3", {shop(), 3s, ingresses.forward()}));
    must(traffic.hold(shop(), {.until = 600s}));
    REQUIRE(becomes([&] { return must(traffic.state(shop())).in_flight == 0; }));
    before = ingresses.served_here();
    CHECK(must(traffic.decisions().decide("m-3", Word::committed)) == Word::committed);
  });
  await_answered(visitors, 100);
  visitors.stop();
  CHECK(join(visitors.failures(), "; ") == "");
  CHECK(ingresses.served_here() == before);
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
  must(ingresses.traffic().decisions().forget("m-3"));
}

TEST_CASE("divioctl is gone right after the decision: guards lead requests to the second set and back, and no visitor has failed") {
  auto& ingresses = anew();
  apply_second_set(ingresses);
  Traffic visitors(ingresses.port(), shop_host, 8);
  const auto decide_and_vanish = [&](const std::string& id, ports::ForwardTo to) {
    act_and_vanish(ingresses, [&](ports::Traffic& traffic) {
      must(traffic.decisions().open(id, token));
      must(traffic.decisions().guard(id, {shop(), 2s, ports::Forward{.to = to}}));
      must(traffic.hold(shop(), {.until = 600s, .attempt = id}));
      REQUIRE(must(traffic.decisions().decide(id, Word::committed)) == Word::committed);
    });
    REQUIRE(becomes([&] { return !must(ingresses.traffic().state(shop())).holds; }));
    must(ingresses.traffic().decisions().forget(id));
    await_answered(visitors, 50);
    return body_of(get(ingresses.port(), shop_host, "/"));
  };
  CHECK(decide_and_vanish("m-9.1", ports::ForwardTo::beside) == "3");
  CHECK(decide_and_vanish("m-9.2", ports::ForwardTo::own) == "1");
  visitors.stop();
  CHECK(join(visitors.failures(), "; ") == "");
}

TEST_CASE("a guard goes on after its container was started anew with nobody there") {
  auto& ingresses = anew();
  auto& world = ingresses.world();
  must(ingresses.traffic().decisions().open("m-4", token));
  must(ingresses.traffic().decisions().guard("m-4", {shop(), 6s, ingresses.forward()}));
  world.stop_container();
  CHECK(must(ingresses.traffic().decisions().decide("m-4", Word::committed)) == Word::committed);
  must(world.engine().containers().start(world.container()));
  CHECK(becomes([&] { return body_of(get(ingresses.port(), shop_host, "/")) == "2"; }));
  must(ingresses.traffic().decisions().forget("m-4"));
}

TEST_CASE("divioctl is gone: who follows ends its own forward once the other ingress says committed, and else keeps it") {
  auto& ingresses = anew();
  auto& here = ingresses.traffic();
  auto& there = ingresses.there().traffic();
  // Requests come to this one and go to the other, as after a first move; now they are to stay here.
  must(here.forward(shop(), ingresses.forward()));
  CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
  must(there.decisions().open("m-5", token));
  const ports::Elsewhere where{ingresses.forward().address, ingresses.forward().port, token};
  const ports::Follower follower{shop(), 1s, where};
  CHECK(must(here.decisions().elsewhere(where)) == Word::open);
  CHECK(must_fail(here.decisions().elsewhere({where.address, 1, token})).code == ErrorCode::unreachable);
  CHECK(must_fail(here.decisions().elsewhere({where.address, where.port, Secret("0123456789abcdef")})).code == ErrorCode::unreachable);
  must(here.decisions().follow("m-5", follower));
  std::this_thread::sleep_for(2s);
  CHECK(must(here.state(shop())).forward.has_value());  // nothing is decided
  CHECK(must(there.decisions().decide("m-5", Word::committed)) == Word::committed);
  CHECK(becomes([&] { return !must(here.state(shop())).forward.has_value(); }));
  CHECK(becomes([&] { return body_of(get(ingresses.port(), shop_host, "/")) == "1"; }));

  must(here.forward(shop(), ingresses.forward()));
  must(there.decisions().open("m-6", Secret("0123456789abcdef0123456789abcdff")));
  must(there.decisions().decide("m-6", Word::aborted));
  must(here.decisions().follow("m-6", {shop(), 1s, {where.address, where.port, Secret("0123456789abcdef0123456789abcdff")}}));
  std::this_thread::sleep_for(2500ms);
  CHECK(must(here.state(shop())).forward.has_value());
  CHECK(must_fail(here.decisions().follow("m-7", {shop(), 0s, where})).code == ErrorCode::invalid);
  for (const char* id : {"m-5", "m-6"}) must(there.decisions().forget(id));
}

// HAProxy reads its tables a while before it can be told of changes.
TEST_CASE("who follows ends its forward while HAProxy is being started: it is known to that HAProxy too") {
  auto& ingresses = anew();
  auto& here = ingresses.traffic();
  auto& there = ingresses.there().traffic();
  auto& world = ingresses.world();
  for (int round = 0; round < 5; ++round) {
    const auto id = "n-" + std::to_string(round);
    const Secret word_token("fedcba9876543210fedcba987654320" + std::to_string(round));
    must(here.forward(shop(), ingresses.forward()));
    must(there.decisions().open(id, word_token));
    must(here.decisions().follow(id, {shop(), 1s, {ingresses.forward().address, ingresses.forward().port, word_token}}));
    world.stop_container();
    must(there.decisions().decide(id, Word::committed));
    std::this_thread::sleep_for(1s);
    must(world.engine().containers().start(world.container()));
    CHECK(becomes([&] { return body_of(get(ingresses.port(), shop_host, "/")) == "1"; }));
    must(there.decisions().forget(id));
  }
}

// Whoever finds no running container changes the files; the engine may be starting HAProxy on them at that very moment.
TEST_CASE("a forward that is ended while the engine starts the ingress anew is ended there too") {
  auto& ingresses = anew();
  auto& here = ingresses.traffic();
  const std::string script = "kill -KILL \"$(docker -H $DIVIO_TEST_ENGINE inspect -f '{{.State.Pid}}' " + ingresses.world().container() + ")\"";
  for (int round = 0; round < 4; ++round) {  // the engine waits for longer each time
    must(here.forward(shop(), ingresses.forward()));
    CHECK(body_of(get(ingresses.port(), shop_host, "/")) == "2");
    REQUIRE(std::system(script.c_str()) == 0);
    REQUIRE(becomes([&] { return here.unforward(shop()).has_value(); }));
    CHECK(becomes([&] { return body_of(get(ingresses.port(), shop_host, "/")) == "1"; }));
  }
}
