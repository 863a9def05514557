// Requests that the region which an environment has left hands on, when the other region gets another address, on fakes.
#include <doctest/doctest.h>

#include "controller/migrations.hpp"
#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"
#include "store/sqlite/store.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// shop/live moved from region local to region eu, and local hands on whoever still comes there.
struct MovedWorld : SeveralRegions {
  model::EnvironmentKey key{must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))};
  ports::Traffic& left = ingress("local").traffic();

  MovedWorld() {
    add("eu", {.address = "192.0.2.2"});
    must(platform().set_region({.name = "local", .address = "192.0.2.1"}));
    must(deploy());
    must(platform().start_migration(target(), {.to = "eu", .hold_cutover = true}, {}));
    change_migration("live", [](auto& migration) {
      migration.phase = model::MigrationPhase::soaking;
      migration.there = true;
      migration.attempts = {{.number = 1, .decision = "committed"}};
    });
    must(left.forward(key, {.address = "192.0.2.2", .port = 80, .token = Secret("0123456789abcdef")}));
  }

  [[nodiscard]] ports::Forward where() { return must(left.state(key)).forward.value_or(ports::Forward{}); }
};

}  // namespace

TEST_CASE("requests that are handed on to a region go to its new address, while it soaks and after its end") {
  MovedWorld world;
  must(world.platform().set_region({.name = "eu", .ingress_port = 8088, .address = "192.0.2.9"}));
  CHECK(world.where().address == "192.0.2.9");
  CHECK(world.where().port == 8088);
  CHECK(world.where().until_s == 0);
  world.change_migration("live", [](auto& migration) {
    migration.phase = model::MigrationPhase::finalised;
    migration.forward_until = model::TimePoint(std::chrono::seconds(4'000'000'000));
  });
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.10"}));
  CHECK(world.where().address == "192.0.2.10");
  CHECK(world.where().until_s == 4'000'000'000);
}

TEST_CASE("a later migration that did not lead away from there, or within a region, changes nothing of who is handed on") {
  MovedWorld world;
  const auto store = must(store::open_store(world.home()));
  world.change_migration("live", [](auto& migration) { migration.phase = model::MigrationPhase::finalised; });
  auto later = must(controller::latest_migration(*store, world.key)).value();
  later.id = "zz-later";  // ids begin with the time
  later.source = later.target;
  later.services = {{.prefix = "default", .source = "divio-eu-postgres-15", .target = "divio-eu-postgres-16", .type = "postgres"}};
  must(controller::put_migration(*store, later));
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.9"}));
  CHECK(world.where().address == "192.0.2.9");
}

TEST_CASE("a day that has passed, or an end without the other region, leaves nobody to be handed on") {
  MovedWorld world;
  world.change_migration("live", [](auto& migration) {
    migration.phase = model::MigrationPhase::finalised;
    migration.forward_until = model::TimePoint(std::chrono::seconds(1'700'000'000));
  });
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.9"}));
  CHECK(world.where().address == "192.0.2.2");
  world.change_migration("live", [](auto& migration) {
    migration.forward_until.reset();
    migration.alone = true;
  });
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.10"}));
  CHECK(world.where().address == "192.0.2.2");
}

TEST_CASE("what is not handed on, or to another region, stays as it is") {
  MovedWorld world;
  must(world.platform().set_region({.name = "local", .address = "192.0.2.8"}));
  CHECK(world.where().address == "192.0.2.2");
  must(world.left.unforward(world.key));
  must(world.platform().set_region({.name = "eu", .address = "192.0.2.9"}));
  CHECK(!must(world.left.state(world.key)).forward);
}

TEST_CASE("an environment of which requests cannot be led to the new address is named, and the same command tries again") {
  MovedWorld world;
  world.ingress("local").fail_with([](const std::string& call) -> Result<void> {
    return call == "forward" ? fail(ErrorCode::unreachable, "no answer") : Result<void>();
  });
  const RegionRequest request{.name = "eu", .address = "192.0.2.9"};
  const auto failed = must_fail(world.platform().set_region(request));
  CHECK(failed.code == ErrorCode::unreachable);
  CHECK(failed.message == "requests for shop/live could not be handed on to the region's new address: no answer");
  CHECK(failed.hint == "the region is changed; to lead them there: divioctl region set with the same --address again");
  CHECK(must(world.platform().region("eu")).address == "192.0.2.9");
  world.ingress("local").fail_with({});
  must(world.platform().set_region(request));
  CHECK(world.where().address == "192.0.2.9");
}
