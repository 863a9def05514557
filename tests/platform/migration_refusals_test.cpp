// Regions to which an environment may not be moved, on fakes: it is said whose they are and what to do, and nothing is made there.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// shop/live in region local, of organisation acme; eu is empty.
struct OwnedWorld : SeveralRegions {
  OwnedWorld() {
    add("eu", {.address = "192.0.2.2"});
    must(platform().set_region({.name = "local", .address = "192.0.2.1"}));
    write("organisation: acme\n");
    must(deploy());
  }

  // By the plan and by whoever begins all the same, one environment or several.
  void check_refused(const std::string& what, const std::string& way_out) {
    const auto plan = must(platform().plan_migration(target(), {.to = "eu"}));
    CHECK_FALSE(plan.possible);
    REQUIRE(plan.obstacles.size() == 1);
    CHECK(plan.obstacles[0].stops);
    CHECK(plan.obstacles[0].what == what);
    CHECK(contains(plan.obstacles[0].way_out, way_out));
    const MigrationGroup all{.all_environments = true};
    for (const auto& refused : {must_fail(platform().start_migration(target(), {.to = "eu"}, {})), must_fail(platform().start_migrations(target(), all, {.to = "eu"}, {}))}) {
      CHECK(refused.code == ErrorCode::refused);
      CHECK(contains(refused.message, what));
      CHECK(contains(refused.hint, way_out));
    }
    CHECK(must(platform().migrations()).empty());
    auto& there = engine(eu_endpoint);
    CHECK(must(there.containers().list({})).empty());
    CHECK(must(there.volumes().list({})).empty());
    CHECK(must(there.networks().list({})).empty());
  }
};

}  // namespace

TEST_CASE("a region that is dedicated to somebody else is refused before anything is made, and one that is its own organisation's is not") {
  OwnedWorld world;
  must(world.platform().set_region({.name = "eu", .dedicated = "globex"}));
  world.check_refused("region eu is dedicated to globex, and project shop belongs to acme", "choose another region, or say organisation: globex in divio.yaml if it is theirs");
  must(world.platform().set_region({.name = "eu", .dedicated = "acme"}));
  CHECK(must(world.platform().plan_migration(world.target(), {.to = "eu"})).possible);
  CHECK(must(world.platform().start_migration(world.target(), {.to = "eu", .hold_cutover = true}, {})).phase == "verified");
}

TEST_CASE("a project that belongs to nobody does not get into a dedicated region either") {
  OwnedWorld world;
  world.write("");
  must(world.deploy());
  must(world.platform().set_region({.name = "eu", .dedicated = "acme"}));
  world.check_refused("region eu is dedicated to acme, and project shop belongs to no organisation", "say organisation: acme in divio.yaml");
}

TEST_CASE("a region that is draining is refused before anything is made") {
  OwnedWorld world;
  must(world.platform().drain_region({.name = "eu"}));
  world.check_refused("region eu is draining and takes no new environments", "name another region");
}
