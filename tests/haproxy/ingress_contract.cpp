#include "haproxy/ingress_contract.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

using namespace divio;
using namespace divio::tests;
using Health = model::TargetStatus::Health;
using enum model::RouteRole;

namespace {

std::vector<std::string> instances_of(const std::vector<model::TargetStatus>& statuses) {
  std::vector<std::string> names;
  for (const auto& status : statuses) names.push_back(status.instance);
  std::ranges::sort(names);
  return names;
}

bool has_answered(const model::TargetStatus& status) {
  return status.health != Health::unknown && status.http_status != 0;
}

// Waits, a minute at most, until every target has answered a check.
std::vector<model::TargetStatus> examined(ports::Ingress& ingress, const model::EnvironmentKey& key) {
  std::vector<model::TargetStatus> statuses;
  for (int i = 0; i < 600; ++i) {
    statuses = must(ingress.targets(key));
    if (std::ranges::all_of(statuses, has_answered)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return statuses;
}

}  // namespace

TEST_CASE("a region without an ingress has no routes, forgets and removes without complaint, and takes no routes") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  const auto state = must(ingress.state());
  CHECK_FALSE(state.present);
  CHECK_FALSE(state.running);
  CHECK_FALSE(must(ingress.routes(key_of("shop", "live"))).has_value());
  CHECK(must(ingress.targets(key_of("shop", "live"))).empty());
  CHECK(must_fail(ingress.apply(routes_of("shop", {world->well(1, joining)}))).code == ErrorCode::not_found);
  must(ingress.forget(key_of("shop", "live")));
  must(ingress.remove());
}

TEST_CASE("an ingress that was ensured runs and is current, and ensuring it again changes nothing") {
  const auto world = make_world();
  ensure(world->ingress());
  ensure(world->ingress());
  const auto state = must(world->ingress().state());
  CHECK(state.present);
  CHECK(state.running);
  CHECK(state.current);
}

TEST_CASE("routes come back as they were applied, also to another process, and applying them again succeeds") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto shop = routes_of("shop", {world->well(1, serving), world->well(2, joining)});
  const auto blog = routes_of("blog", {});
  must(ingress.apply(shop));
  must(ingress.apply(blog));
  must(ingress.apply(shop));
  CHECK(must(ingress.routes(shop.key)) == shop);
  CHECK(must(ingress.routes(blog.key)) == blog);
  CHECK(must(world->seen_by_another().routes(shop.key)) == shop);
  CHECK_FALSE(must(ingress.routes(key_of("shop", "test"))).has_value());
}

TEST_CASE("targets are those of the routes, and their health is what their checks said") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto well = world->well(1, joining);
  const auto redirecting = world->redirecting(joining);
  const auto routes = routes_of("shop", {well, redirecting});
  must(ingress.apply(routes));
  const auto statuses = examined(ingress, routes.key);
  REQUIRE(statuses.size() == 2);
  for (const auto& status : statuses) {
    const bool is_well = status.instance == well.instance;
    CHECK(status.health == (is_well ? Health::passing : Health::failing));
    CHECK(status.http_status == (is_well ? 200 : 301));
    CHECK(status.check == (is_well ? "L7OK" : "L7STS"));
    CHECK(status.sessions == 0);
  }
  CHECK(must(ingress.targets(key_of("blog", "live"))).empty());
}

TEST_CASE("a target can join, serve, drain and leave, and come back under its name") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto key = key_of("shop", "live");
  for (int round = 0; round < 3; ++round) {
    for (const auto role : {joining, serving, draining}) {
      must(ingress.apply(routes_of("shop", {world->well(1, serving), world->well(2, role)})));
      const auto statuses = examined(ingress, key);
      CHECK(instances_of(statuses) == std::vector{world->well(1, serving).instance, world->well(2, role).instance});
      for (const auto& status : statuses) CHECK(status.health == Health::passing);
    }
    must(ingress.apply(routes_of("shop", {world->well(1, serving)})));
    CHECK(instances_of(must(ingress.targets(key))) == std::vector{world->well(1, serving).instance});
  }
}

TEST_CASE("forgetting an environment leaves the others") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  must(ingress.apply(routes_of("shop", {world->well(1, serving)})));
  must(ingress.apply(routes_of("blog", {world->well(2, serving)})));
  must(ingress.forget(key_of("shop", "live")));
  must(ingress.forget(key_of("shop", "live")));
  CHECK_FALSE(must(ingress.routes(key_of("shop", "live"))).has_value());
  CHECK(must(ingress.targets(key_of("shop", "live"))).empty());
  CHECK(must(ingress.routes(key_of("blog", "live"))).has_value());
}

TEST_CASE("a host that another environment has is a conflict that names it, and changes nothing") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  must(ingress.apply(routes_of("shop", {world->well(1, serving)})));
  auto thief = routes_of("blog", {world->well(2, serving)});
  thief.hosts.emplace_back("shop.localhost");
  const auto error = must_fail(ingress.apply(thief));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(contains(error.message, "shop.localhost"));
  CHECK_FALSE(must(ingress.routes(thief.key)).has_value());
}

TEST_CASE("a second set of an environment's instances is applied, examined and forgotten, and the first stays as it is") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto first = routes_of("shop", {world->well(1, serving)});
  const auto second = second_set_of("shop", {world->well(2, serving), world->redirecting(joining)});
  must(ingress.apply(first));
  must(ingress.apply(second));
  must(ingress.apply(first));
  CHECK(must(ingress.routes(first.key)) == first);
  CHECK(must(world->seen_by_another().routes(second.key)) == second);
  CHECK(must_fail(ingress.apply({key_of("blog", "live"), second.hosts, {}})).code == ErrorCode::conflict);
  for (const auto& status : examined(ingress, second.key)) {
    CHECK(status.health == (status.instance == world->well(2, serving).instance ? Health::passing : Health::failing));
  }
  CHECK(instances_of(examined(ingress, first.key)) == std::vector{world->well(1, serving).instance});
  must(ingress.forget(second.key));
  CHECK_FALSE(must(ingress.routes(second.key)).has_value());
  CHECK(must(ingress.targets(second.key)).empty());
  CHECK(must(ingress.routes(first.key)) == first);
  CHECK(examined(ingress, first.key).front().health == Health::passing);
}

TEST_CASE("an ingress that was stopped says so, keeps its routes, and takes none until it is ensured") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto shop = routes_of("shop", {world->well(1, serving)});
  must(ingress.apply(shop));
  world->stop_container();
  const auto state = must(ingress.state());
  CHECK(state.present);
  CHECK_FALSE(state.running);
  CHECK(must(ingress.routes(shop.key)) == shop);
  const auto statuses = must(ingress.targets(shop.key));
  REQUIRE(statuses.size() == 1);
  CHECK(statuses.front().health == Health::unknown);
  CHECK(must_fail(ingress.apply(shop)).code == ErrorCode::failed);
  ensure(ingress);
  CHECK(examined(ingress, shop.key).front().health == Health::passing);
}

TEST_CASE("an ingress whose container is gone remembers its routes when it is ensured again") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  const auto shop = routes_of("shop", {world->well(1, serving)});
  must(ingress.apply(shop));
  world->lose_container();
  CHECK_FALSE(must(ingress.state()).present);
  ensure(ingress);
  CHECK(must(ingress.routes(shop.key)) == shop);
  CHECK(examined(ingress, shop.key).front().health == Health::passing);
}

TEST_CASE("an ingress that was removed has forgotten its routes") {
  const auto world = make_world();
  auto& ingress = world->ingress();
  ensure(ingress);
  must(ingress.apply(routes_of("shop", {})));
  must(ingress.remove());
  CHECK_FALSE(must(ingress.state()).present);
  ensure(ingress);
  CHECK_FALSE(must(ingress.routes(key_of("shop", "live"))).has_value());
}
