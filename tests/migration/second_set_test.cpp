// An ingress as it is for the second set of an environment's instances.
#include "migration/environment/second_set.hpp"

#include <doctest/doctest.h>

#include "fakes/fake_ingress.hpp"
#include "fakes/outcome.hpp"
#include "fakes/within.hpp"

using namespace divio;
using migration::environment::SecondSet;
using ports::ForwardTo;
using tests::must;

namespace {

const model::EnvironmentKey doubled_key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("double")};
const model::EnvironmentKey single_key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("single")};

model::Routes routes_to(const model::EnvironmentKey& key, const std::string& instance) {
  model::Routes routes{.key = key, .hosts = {key.original().stem() + ".localhost"}};
  routes.targets = {{.instance = instance, .address = "10.200.0.2", .port = 8000, .health = {}, .role = model::RouteRole::serving}};
  return routes;
}

// Two sets of one environment, with three and five requests in flight; and another environment.
struct Doubled {
  Doubled() {
    must(ingress.ensure([](auto) {}, {}));
    ingress.examine_with([](const auto& key, const auto&) { return model::TargetStatus{.sessions = key.is_beside() ? 5 : 3}; });
    must(ingress.apply(routes_to(doubled_key, "first")));
    must(second.apply(routes_to(doubled_key, "second")));
    must(second.apply(routes_to(single_key, "single")));
  }
  [[nodiscard]] ports::TrafficState state() { return must(ingress.traffic().state(doubled_key)); }
  [[nodiscard]] ports::TrafficState seen_from_second() { return must(second.traffic().state(doubled_key)); }

  fakes::FakeIngress ingress;
  SecondSet second{ingress, doubled_key};
};

}  // namespace

TEST_CASE("routes of the second set are under a key of its own in the ingress, and under the environment's for whoever asks through it") {
  Doubled it;
  CHECK(must(it.ingress.routes(doubled_key)) == routes_to(doubled_key, "first"));
  CHECK(must(it.ingress.routes(doubled_key.beside())) == routes_to(doubled_key.beside(), "second"));
  CHECK(must(it.second.routes(doubled_key)) == routes_to(doubled_key, "second"));
  CHECK(must(it.second.targets(doubled_key)).at(0).instance == "second");
  must(it.second.forget(doubled_key));
  CHECK_FALSE(must(it.second.routes(doubled_key)));
  CHECK_FALSE(must(it.ingress.routes(doubled_key.beside())));
  CHECK(must(it.ingress.routes(doubled_key)));
}

TEST_CASE("for whoever has the second set of one environment the others are what they are") {
  Doubled it;
  CHECK(must(it.ingress.routes(single_key)) == routes_to(single_key, "single"));
  CHECK(must(it.second.routes(single_key)) == routes_to(single_key, "single"));
  CHECK_FALSE(must(it.ingress.routes(single_key.beside())));
  must(it.second.forget(single_key));
  CHECK_FALSE(must(it.ingress.routes(single_key)));
}

TEST_CASE("the second set forwards its requests where the first does not, and has its own in flight") {
  Doubled it;
  CHECK(it.state().in_flight == 3);
  CHECK(it.seen_from_second().in_flight == 5);
  CHECK_FALSE(it.state().forward);
  CHECK(it.seen_from_second().forward == ports::Forward{.to = ForwardTo::beside});
  must(it.ingress.traffic().forward(doubled_key, {.to = ForwardTo::beside}));
  CHECK(it.state().forward == ports::Forward{.to = ForwardTo::beside});
  CHECK_FALSE(it.seen_from_second().forward);
  must(it.ingress.traffic().hold(doubled_key, {.until = std::chrono::seconds(60)}));
  CHECK(it.seen_from_second().holds);
}

TEST_CASE("what the second set forwards to its other side goes to the first, and it ends no forward of the first") {
  Doubled it;
  must(it.ingress.traffic().forward(doubled_key, {.to = ForwardTo::beside}));
  must(it.second.traffic().unforward(doubled_key));
  CHECK(it.state().forward);
  must(it.second.traffic().forward(doubled_key, {.to = ForwardTo::beside}));
  CHECK_FALSE(it.state().forward);
  CHECK(it.seen_from_second().forward);
}

TEST_CASE("a guard of the second set lets requests go to the first where that is decided, and else leaves them") {
  Doubled committed;
  Doubled aborted;
  for (auto* it : {&committed, &aborted}) {
    must(it->ingress.traffic().forward(doubled_key, {.to = ForwardTo::beside}));
    auto& decisions = it->second.traffic().decisions();
    const auto word = it == &committed ? ports::Word::committed : ports::Word::aborted;
    must(decisions.open("01m-1", Secret("0123456789abcdef")));
    must(it->second.traffic().hold(doubled_key, {.until = std::chrono::seconds(60), .attempt = "01m-1"}));
    must(decisions.guard("01m-1", {doubled_key, std::chrono::milliseconds(200), ports::Forward{.to = ForwardTo::beside}}));
    CHECK(must(decisions.decide("01m-1", word)) == word);
    CHECK(must(it->ingress.traffic().decisions().decision("01m-1")) == word);
  }
  for (auto* it : {&committed, &aborted}) REQUIRE(tests::within_20_seconds([&] { return !it->state().holds; }));
  CHECK_FALSE(committed.state().forward);
  CHECK(aborted.state().forward == ports::Forward{.to = ForwardTo::beside});
}
