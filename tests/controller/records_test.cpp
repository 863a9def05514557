// What is kept of an environment on its engine, whatever happens meanwhile.
#include <doctest/doctest.h>

#include <algorithm>

#include "controller/dying_store.hpp"
#include "controller/migrations.hpp"
#include "controller/records.hpp"
#include "controller/service_changes.hpp"
#include "controller/world.hpp"
#include "fakes/outcome.hpp"
#include "wire/record_json.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::DyingStore;
using divio::controller::testing::World;
using tests::must;

namespace {

std::vector<ports::Volume> records(World& world) {
  return must(world.engine.volumes().look({{std::string(model::label::record), "shop/live"}}));
}

model::EnvironmentRecord recorded(World& world) {
  const auto all = records(world);
  const auto* newest = newest_record(all);
  REQUIRE(newest != nullptr);
  const auto secrets = must(world.store->records().open(record_label(*newest, model::label::record_sealed), {}));
  return must(wire::read_record(record_label(*newest, model::label::record_open), secrets)).record;
}

bool up_to_date(World& world) {
  const auto known = must(record_of(*world.runtime, world.key));
  if (!known) return records(world).empty();
  const auto wanted = must(record_volume(*world.runtime, *known)).name;
  return records(world).size() == 1 && records(world).front().name.starts_with(wanted);
}

}  // namespace

TEST_CASE("after every change the engine has one record, of the environment as it is") {
  World world;
  REQUIRE(world.deploy("one"));
  CHECK(up_to_date(world));
  REQUIRE(world.deploy("two"));
  CHECK(up_to_date(world));
  CHECK(recorded(world).environment.release == 2);
  REQUIRE(scale(*world.runtime, world.key, {{{"web", 2}}}, world.call()));
  CHECK(up_to_date(world));
  REQUIRE(rollback(*world.runtime, world.key, {}, world.call()));
  CHECK(recorded(world).environment.release == 1);
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 1}; };
  CHECK_FALSE(world.deploy("broken"));
  CHECK(up_to_date(world));
  CHECK(recorded(world).releases.front().state == model::ReleaseState::failed);
  REQUIRE(destroy(*world.runtime, world.key, {}, world.call()));
  CHECK(records(world).empty());
}

TEST_CASE("a service is in the record as soon as it is added, and one that an engine takes no record of is added too") {
  World world;
  const auto spec = [](const char* prefix) {
    return model::ServiceSpec{.prefix = *model::ServicePrefix::parse(prefix), .type = model::ServiceType::media, .mount = std::string("/data/") + prefix};
  };
  REQUIRE(add_service(*world.runtime, world.key, spec("early"), {}));
  CHECK(records(world).empty());  // nothing of the environment is on the engine yet
  REQUIRE(world.deploy("one"));
  REQUIRE(add_service(*world.runtime, world.key, spec("media"), {}));
  CHECK(up_to_date(world));
  CHECK(recorded(world).services.size() == 2);
  world.engine.fail_call("volumes.create", 1, {ErrorCode::failed, "no space left on device", {}, {}});
  CHECK(add_service(*world.runtime, world.key, spec("more"), {}));
}

TEST_CASE("while a service moves within its region the record has the password of its other server, and no other region") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto& here = model::local_region();
  const auto password = [&](const char* server) { return must(world.store->services().server_password(here, server)); };
  using Servers = std::map<std::string, Secret>;
  const Servers source{{"divio-postgres-15", password("divio-postgres-15")}};
  const Servers target{{"divio-shop-live-default", password("divio-shop-live-default")}};
  model::Migration moving{.id = "01m", .key = world.key, .source = here, .target = here};
  moving.services = {{"default", "divio-postgres-15", "divio-shop-live-default", "postgres"}};
  for (const bool there : {false, true}) {
    CAPTURE(there);
    moving.there = there;
    must(put_migration(*world.store, moving));
    const auto record = must(record_of(*world.runtime, world.key));
    REQUIRE(record);
    CHECK(record->other_servers == (there ? source : target));
    CHECK_FALSE(record->other_region);
    CHECK(record->migration->in_place());
  }
}

TEST_CASE("an engine that takes no record is told of, and the change stands") {
  World world;
  REQUIRE(world.deploy("one"));
  for (int nth = 1; nth < 20; ++nth)
    world.engine.fail_call("volumes.create", nth, {ErrorCode::failed, "no space left on device", {}, {}});
  REQUIRE(world.deploy("two"));
  CHECK(std::ranges::any_of(world.notices, [](const auto& text) { return text.find("record of the environment is not up to date: no space left") != text.npos; }));
  CHECK_FALSE(up_to_date(world));
}

TEST_CASE("a deployment gone after any journal record leaves one record at least, and reconciling makes it right") {
  for (int left = 1; left < 40; ++left) {
    CAPTURE(left);
    World world;
    REQUIRE(world.deploy("one"));
    {
      DyingStore dying(world, left);
      Runtime runtime{world.engine, world.ingress, dying, *world.clock, world.runtime->region, world.runtime->holder};
      world.source.code = "two";
      static_cast<void>(deploy(runtime, world.deployment(), world.call()));
      if (!dying.gone()) break;
    }
    CHECK(!records(world).empty());
    REQUIRE(reconcile(*world.runtime, world.key, world.call()));
    CHECK(up_to_date(world));
  }
}

TEST_CASE("of two records put at once the same one stays, whoever clears") {
  const auto numbered = [](const std::string& name, const std::string& number) {
    return ports::Volume{name, {{std::string(record_sequence), number}}, {}};
  };
  std::vector<ports::Volume> both{numbered("divio-record-shop-live-b", "10"), numbered("divio-record-shop-live-a", "10"),
                                  numbered("divio-record-shop-live-c", "9"), numbered("divio-record-shop-live-d", "")};
  CHECK(newest_record(both)->name == "divio-record-shop-live-b");
  std::ranges::reverse(both);
  CHECK(newest_record(both)->name == "divio-record-shop-live-b");
  CHECK(newest_record({}) == nullptr);
}

TEST_CASE("ten releases are kept in a record") {
  World world;
  for (int i = 1; i <= 13; ++i) REQUIRE(world.deploy("code " + std::to_string(i)));
  REQUIRE(rollback(*world.runtime, world.key, {.release = 9}, world.call()));
  const auto record = recorded(world);
  CHECK(record.releases.size() == 10);
  CHECK(record.environment.release == 9);
  CHECK(record.releases.front().number == 13);
}
