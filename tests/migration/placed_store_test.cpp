// The catalogue as it is for one region of a migration.
#include "migration/environment/placed_store.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "store/samples.hpp"

using namespace divio;
using migration::environment::PlacedStore;
using migration::environment::Placement;
using tests::environment_key;
using tests::must;
using tests::must_fail;
using tests::process_name;

namespace {

using Scale = std::map<model::ProcessName, int>;

const model::EnvironmentKey live = environment_key("shop", "live");
const model::EnvironmentKey test = environment_key("shop", "test");

model::RegionName region(const char* name) { return must(model::RegionName::parse(name)); }

model::ServiceInstance database(const model::EnvironmentKey& key, const std::string& prefix) {
  auto made = model::new_instance(model::local_region(), key,
                                  {.prefix = must(model::ServicePrefix::parse(prefix)), .type = model::ServiceType::postgres, .version = "15"});
  made.state = model::ServiceState::attached;
  made.server = "here-" + prefix;
  made.role = "shop";
  made.password = Secret("one");
  return made;
}

// Two environments with a service "default" each; live has one more, which does not move. Live is placed in region ch.
struct Moving {
  Moving() {
    must(base->projects().put_environment({.key = live, .release = 3, .scale = {{process_name("web"), 4}}}));
    must(base->projects().put_environment({.key = test, .scale = {{process_name("web"), 2}}}));
    for (const auto& one : {database(live, "default"), database(live, "other"), database(test, "default")}) must(base->services().put_service(one));
  }

  [[nodiscard]] static model::Environment environment(ports::Store& store, const model::EnvironmentKey& key) {
    const auto found = must(store.projects().environment(key));
    REQUIRE(found);
    return *found;
  }
  [[nodiscard]] static model::ServiceInstance service(ports::Store& store, const model::EnvironmentKey& key, const std::string& prefix) {
    const auto all = must(store.services().services(key));
    const auto found = std::ranges::find(all, prefix, [](const auto& one) { return one.prefix.str(); });
    REQUIRE(found != all.end());
    return *found;
  }

  tests::TemporaryFolder folder;
  std::unique_ptr<ports::Store> base = tests::open_with(folder, live);
  PlacedStore placed{*base, Placement{.key = live, .region = region("ch"), .servers = {{"default", "there-default"}}}};
};

const model::ServicePlace beside{"here-default.2", "16", model::Scope::shared, "default-service-2"};

// The same service within its region, and the environment's instances there of generation 4.
Placement within_its_region() {
  return {.key = live, .region = model::local_region(), .servers = {{"default", beside.server}}, .places = {{"default", beside}}, .generation = 4};
}

}  // namespace

TEST_CASE("a placed environment is in its region, on the servers there, and all else is as the catalogue has it") {
  Moving it;
  auto expected = Moving::environment(*it.base, live);
  expected.region = region("ch");
  CHECK(Moving::environment(it.placed, live) == expected);
  const auto all = must(it.placed.projects().environments(live.project));
  REQUIRE(all.size() == 2);
  CHECK(std::ranges::find(all, live, &model::Environment::key)->region == region("ch"));

  auto service = database(live, "default");
  service.server = "there-default";
  CHECK(Moving::service(it.placed, live, "default") == service);
  CHECK(Moving::service(it.placed, live, "other") == database(live, "other"));  // has no server there

  CHECK(Moving::environment(*it.base, live).region == model::local_region());
  CHECK(Moving::service(*it.base, live, "default") == database(live, "default"));
  CHECK(it.placed.catalogue_id() == it.base->catalogue_id());
}

TEST_CASE("a placed environment has as many instances as it may have there, from the next question on") {
  Moving it;
  it.placed.set_scale({{process_name("worker"), 0}});
  CHECK(Moving::environment(it.placed, live).scale == Scale{{process_name("web"), 4}, {process_name("worker"), 0}});
  it.placed.set_scale({{process_name("web"), 0}, {process_name("worker"), 0}});
  CHECK(Moving::environment(it.placed, live).scale == Scale{{process_name("web"), 0}, {process_name("worker"), 0}});
  it.placed.set_scale({});
  CHECK(Moving::environment(it.placed, live).scale == Scale{{process_name("web"), 4}});
  CHECK(Moving::environment(*it.base, live).scale == Scale{{process_name("web"), 4}});
}

TEST_CASE("services that are still to be made on their servers there are shown as added, and only those") {
  Moving it;
  it.placed.set_unmade(true);
  CHECK(Moving::service(it.placed, live, "default").state == model::ServiceState::added);
  CHECK(Moving::service(it.placed, live, "other").state == model::ServiceState::attached);
  CHECK(Moving::service(it.placed, test, "default").state == model::ServiceState::attached);
  CHECK(Moving::service(*it.base, live, "default").state == model::ServiceState::attached);
  it.placed.set_unmade(false);
  CHECK(Moving::service(it.placed, live, "default").state == model::ServiceState::attached);
}

TEST_CASE("other environments are what they are, whatever is placed") {
  Moving it;
  it.placed.set_scale({{process_name("web"), 0}});
  it.placed.set_unmade(true);
  CHECK(Moving::environment(it.placed, test) == Moving::environment(*it.base, test));
  CHECK(Moving::service(it.placed, test, "default") == database(test, "default"));
  auto changed = Moving::environment(it.placed, test);
  changed.generation = 5;
  must(it.placed.projects().put_environment(changed));
  CHECK(Moving::environment(*it.base, test).generation == 5);
}

TEST_CASE("what becomes of a placed service is written, but not where it is nor what is wanted of it") {
  Moving it;
  it.placed.set_unmade(true);
  auto made = Moving::service(it.placed, live, "default");
  made.state = model::ServiceState::provisioned;
  made.role = "shop_2";
  made.password = Secret("two");
  must(it.placed.services().put_service(made));
  auto expected = database(live, "default");
  expected.role = "shop_2";
  expected.password = Secret("two");
  CHECK(Moving::service(*it.base, live, "default") == expected);
}

TEST_CASE("a service that is not placed, or not known yet, is written as it is") {
  Moving it;
  auto other = Moving::service(it.placed, live, "other");
  other.server = "elsewhere";
  other.state = model::ServiceState::detached;
  must(it.placed.services().put_service(other));
  CHECK(Moving::service(*it.base, live, "other") == other);
  must(it.base->services().remove_service(live, other.prefix));
  must(it.base->services().remove_service(live, database(live, "default").prefix));
  must(it.placed.services().put_service(database(live, "default")));
  CHECK(Moving::service(*it.base, live, "default") == database(live, "default"));
}

TEST_CASE("where a placed environment is, is not for those who work with it to change") {
  Moving it;
  const auto before = Moving::environment(*it.base, live);
  const auto error = must_fail(it.placed.projects().put_environment(Moving::environment(it.placed, live)));
  CHECK(error.code == ErrorCode::bug);
  CHECK(tests::contains(error.message, "shop-live"));
  CHECK(Moving::environment(*it.base, live) == before);
}

TEST_CASE("a service that moves within its region is seen at its whole place, and its environment in the generation there") {
  Moving it;
  PlacedStore placed{*it.base, within_its_region()};
  auto expected = Moving::environment(*it.base, live);
  expected.generation = 4;
  CHECK(Moving::environment(placed, live) == expected);
  CHECK(Moving::environment(placed, test) == Moving::environment(*it.base, test));
  CHECK(Moving::service(placed, live, "default") == model::placed(database(live, "default"), beside));
  CHECK(Moving::service(placed, live, "other") == database(live, "other"));
  CHECK(Moving::service(placed, test, "default") == database(test, "default"));
}

TEST_CASE("what becomes of a service that moves within its region is written, but nothing of its place") {
  Moving it;
  PlacedStore placed{*it.base, within_its_region()};
  placed.set_unmade(true);
  auto made = Moving::service(placed, live, "default");
  CHECK(made.state == model::ServiceState::added);
  CHECK(model::place_of(made) == beside);
  made.state = model::ServiceState::provisioned;
  made.role = "shop_2";
  must(placed.services().put_service(made));
  auto expected = database(live, "default");
  expected.role = "shop_2";
  CHECK(Moving::service(*it.base, live, "default") == expected);
}
