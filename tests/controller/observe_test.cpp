// What is seen of an environment that has two sets of instances, while a service of it moves within its region.
#include "controller/observe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "controller/migrations.hpp"
#include "controller/world.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;
using tests::must;

namespace {

// The first set is of generation 0; the second one, of generation 1, has an ingress of its own here.
struct TwoSets : World {
  TwoSets() {
    must(deploy("one"));
    must(beside.ensure([](auto) {}, {}));
  }
  void run_second() {
    auto environment = *must(store->projects().environment(key));
    environment.generation = 1;
    must(store->projects().put_environment(environment));
    model::Migration moving{.id = "01m", .key = key, .source = environment.region, .target = environment.region};
    moving.phase = model::MigrationPhase::soaking;
    moving.there = true;
    moving.services = {{"default", "divio-postgres-15", "divio-shop-live-default", "postgres"}};
    must(put_migration(*store, moving));
    must(reconcile(second, key, call()));
  }
  planning::Seen see(model::Generations generations) {
    auto some = *runtime;
    some.generations = generations;
    return must(observe(some, key));
  }

  fakes::FakeIngress beside;
  Runtime second{engine, beside, *store, *clock, runtime->region, runtime->holder, {}, {}, {}, {.first = 1}};
};

std::vector<std::string> addresses(const planning::Seen& seen) {
  std::vector<std::string> found;
  for (const auto& instance : seen.instances) found.push_back(instance.address);
  return found;
}

}  // namespace

TEST_CASE("whoever is about some generations sees the instances of these, and of the others only what addresses they have") {
  TwoSets world;
  const auto first = addresses(world.see({}));
  REQUIRE(first.size() == 2);
  CHECK(world.see({}).other_addresses.empty());
  CHECK(addresses(world.see({.last = 0})) == first);
  CHECK(world.see({.last = 0}).other_addresses.empty());
  const auto none = world.see({.first = 1});
  CHECK(none.instances.empty());
  CHECK(none.other_addresses == first);
}

TEST_CASE("a second set of instances comes up beside the first, at other addresses, and each is seen for itself") {
  TwoSets world;
  const auto first = world.containers();
  world.run_second();
  const auto all = world.containers();
  CHECK(all.size() == 4);
  CHECK(std::ranges::includes(all, first));
  auto both = addresses(world.see({}));
  CHECK(std::set(both.begin(), both.end()).size() == 4);
  const auto of_first = world.see({.last = 0});
  const auto of_second = world.see({.first = 1});
  CHECK(of_first.other_addresses == addresses(of_second));
  CHECK(of_second.other_addresses == addresses(of_first));
  CHECK(std::ranges::all_of(of_second.instances, [](const auto& one) { return one.generation == 1; }));
}
