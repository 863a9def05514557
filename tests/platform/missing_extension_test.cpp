// An extension of PostgreSQL that the target's server would lack, before there is such a server; on fakes.
#include <doctest/doctest.h>

#include <algorithm>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

constexpr const char* with_postgis = "plpgsql 1.0\npostgis 3.4.2\n";
constexpr const char* without = "plpgsql 1.0\ncitext 1.6\n";
constexpr const char* lacking = "service 'default': extension postgis 3.4.2 is not there on the target";

// shop/live has a database with PostGIS; eu is empty, and has another image for such servers.
struct ExtensionWorld : SeveralRegions {
  ExtensionWorld() {
    add("eu", {.address = "192.0.2.2", .service_images = "postgres:15=example.com/other:15"});
    must(platform().set_region({.name = "local", .address = "192.0.2.1"}));
    fakes::FakeImage postgis;
    postgis.exec = [](const auto&, const auto&, const std::string& input) {
      const bool asked = input.find("pg_largeobject_metadata") != std::string::npos;
      return fakes::Executed{.out = asked ? "server\t15\tlogical\nroom\t10\t0\t10\t0\t4\t0\nbytes\t8000000\nextension\tplpgsql\t1.0\nextension\tpostgis\t3.4.2\ndone\n" : ""};
    };
    engine(local_endpoint).add_image("postgres:15", postgis);
    services.database_of = [](std::string_view, const model::ServiceInstance&) { return std::string("d1"); };
    write("services: {default: postgres}\n");
    must(deploy());
  }

  static fakes::FakeImage image(const std::string& extensions) {
    fakes::FakeImage made;
    made.behaviour = [extensions](const ports::ContainerSpec& spec) {
      const bool asked = spec.entrypoint == std::vector<std::string>{"sh"};
      return asked ? fakes::Run{.exits_with = 0, .out = extensions} : fakes::Run{};
    };
    return made;
  }
  MigrationPlanView plan() { return must(platform().plan_migration(target(), {.to = "eu"})); }
  Error refused() { return must_fail(platform().start_migration(target(), {.to = "eu", .hold_cutover = true}, {})); }
  bool nothing_is_made() { return must(platform().migrations()).empty() && must(engine(eu_endpoint).containers().list({})).empty() && must(engine(eu_endpoint).volumes().list({})).empty(); }
};

}  // namespace

TEST_CASE("an extension that the image of the target's server lacks stops the plan, before there is a server") {
  ExtensionWorld world;
  world.engine(eu_endpoint).add_image("example.com/other:15", ExtensionWorld::image(without));
  const auto plan = world.plan();
  CHECK_FALSE(plan.possible);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0].what == lacking);
  CHECK(plan.obstacles[0].way_out == "use an image there that has it, or drop extension postgis");
  CHECK(world.refused().message == lacking);
  CHECK(world.nothing_is_made());
}

TEST_CASE("an image that is not there yet is said to be unknown, and is fetched and looked at before anything else is made") {
  ExtensionWorld world;
  world.engine(eu_endpoint).add_to_registry("example.com/other:15", ExtensionWorld::image(without));
  const auto plan = world.plan();
  CHECK(plan.possible);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK_FALSE(plan.obstacles[0].stops);
  CHECK(plan.obstacles[0].what == "service 'default': which extensions image example.com/other:15 has is not known in region eu");
  CHECK_FALSE(world.engine(eu_endpoint).images().inspect("example.com/other:15"));
  const auto refused = world.refused();
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == lacking);
  CHECK(world.nothing_is_made());
  CHECK(world.plan().obstacles[0].what == lacking);
}

TEST_CASE("an image that cannot be fetched ends the move before anything is made") {
  ExtensionWorld world;
  CHECK(contains(world.refused().message, "example.com/other:15"));
  CHECK(world.nothing_is_made());
}

TEST_CASE("the same image, and another one that has the extension, are in nobody's way, and the plan is the same one before and after it is there") {
  ExtensionWorld world;
  SUBCASE("the same") {
    must(world.platform().set_region({.name = "eu", .service_images = ""}));
    CHECK(world.plan().obstacles.empty());
  }
  SUBCASE("another one") {
    const auto before = world.plan();
    world.engine(eu_endpoint).add_image("example.com/other:15", ExtensionWorld::image(with_postgis));
    CHECK(world.plan().obstacles.empty());
    CHECK(world.plan().hash == before.hash);
  }
  SUBCASE("another one with a newer version of it") {
    const auto before = world.plan();
    world.engine(eu_endpoint).add_image("example.com/other:15", ExtensionWorld::image("plpgsql 1.0\npostgis 3.5.0\n"));
    const auto after = world.plan();
    CHECK(after.possible);
    REQUIRE(after.obstacles.size() == 1);
    CHECK(after.obstacles[0].what == "service 'default': extension postgis becomes 3.5.0 from 3.4.2");
    CHECK(after.hash == before.hash);
  }
}
