// A service that is copied while requests wait, on fake servers: what arrived is compared with what it was copied from.
#include "migration/environment/copy_move.hpp"

#include <doctest/doctest.h>

#include "controller/service_world.hpp"
#include "fakes/outcome.hpp"
#include "migration/environment/plan_draft.hpp"
#include "migration/evidence_difference.hpp"

using namespace divio;
using namespace divio::controller::testing;
using namespace divio::migration::environment;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

struct DeployedWorld : ServiceWorld {
  DeployedWorld() {
    want_services();
    REQUIRE(deploy("one"));
  }
};

// From the shared server to one of its own.
struct CopiedWorld : DeployedWorld {
  CopiedWorld() {
    to.server = "divio-shop-live-default";
    migration.services = {{"default", from.server, to.server}};
    const auto server = must(controller::server_with_password(*runtime, to));
    REQUIRE(runtime->services.ensure_server({runtime->engine, runtime->clock}, server));
    servers.fill(from.server, from.database, "all of it");
  }

  model::ServiceInstance from = row("default");
  model::ServiceInstance to = from;
  model::Migration migration{.id = "01mig", .key = key, .source = runtime->region.name, .target = runtime->region.name};

  // What the settling comes to, of which `compared` is left.
  Result<void> settle() {
    TwoRegions regions(*runtime, *runtime, migration);
    CopyMove move({regions, migration, Side::source}, from, to);
    auto done = move.act({}, planning::Act::settle, {});
    compared = move.compared() != nullptr ? std::optional(*move.compared()) : std::nullopt;
    return done;
  }
  std::optional<model::ComparedService> compared;

  // What happens right after a copy was taken in.
  void after_copy(const std::function<void()>& act) {
    runtime->services.restore = [act, restore = runtime->services.restore](const auto& place, const auto& server, const auto& instance, const auto& archive) -> Result<void> {
      auto done = restore(place, server, instance, archive);
      act();
      return done;
    };
  }
};

}  // namespace

TEST_CASE("what is copied while requests wait is compared, and what both sides held is there for the report") {
  CopiedWorld world;
  must(world.settle());
  CHECK(world.servers.data(world.to.server, world.to.database) == "all of it");
  REQUIRE(world.compared);
  CHECK(world.compared->prefix == "default");
  CHECK(world.compared->differences.empty());
  CHECK(world.compared->serving == world.compared->following);
  CHECK(world.compared->serving.tables.front().rows == 9);
}

TEST_CASE("a copy that is not what it was copied from fails the cut-over and names the difference, whichever side is another one") {
  CopiedWorld world;
  SUBCASE("it did not arrive whole") {
    world.after_copy([&] { world.servers.fill(world.to.server, world.to.database, "all of i"); });
    CHECK(contains(must_fail(world.settle()).message, "service 'default' is not what it holds: table data has 8 rows on server divio-shop-live-default instead of 9"));
  }
  SUBCASE("somebody wrote where it came from") {
    world.after_copy([&] { world.servers.fill(world.from.server, world.from.database, "ALL OF IT"); });
    CHECK(contains(must_fail(world.settle()).message, "table data has other content on server divio-shop-live-default"));
  }
  REQUIRE(world.compared);
  CHECK(world.compared->differences.size() == 1);
}

TEST_CASE("a copy on a side that cannot be looked at is none") {
  CopiedWorld world;
  world.runtime->services.look_at_copy = [&](const auto&, const services::Server& server, const auto&) -> Result<model::Evidence> {
    if (server.name == world.to.server) return fail(ErrorCode::failed, "no client in the image");
    return model::Evidence{};
  };
  CHECK(must_fail(world.settle()).message == "no client in the image");
  CHECK_FALSE(world.compared);
}

TEST_CASE("a rehearsal copies once more and compares, without a word about what is written meanwhile") {
  CopiedWorld world;
  world.after_copy([&] { world.servers.fill(world.from.server, world.from.database, "more"); });
  TwoRegions regions(*world.runtime, *world.runtime, world.migration);
  CopyMove move({regions, world.migration, Side::source}, world.from, world.to);
  CHECK(must(move.rehearse({})).copy_ms > 0);
  CHECK(move.compared() == nullptr);
  CHECK(world.servers.data(world.to.server, world.to.database) == "all of it");
}

TEST_CASE("the pause that is predicted for a copy grows with what there is to copy") {
  CHECK(pause_of_copying_ms(0) == 2000);
  CHECK(pause_of_copying_ms(200'000'000) == 42'000);
}

TEST_CASE("of a copy on a server of another version the schema is not compared, and of Redis keys are counted") {
  using model::ServiceType;
  const model::Evidence old{"10.11.6", "aa", {{"note", 2, "77"}}};
  auto other = old;
  other.schema = "bb";
  CHECK(migration::differences_of_copy(old, other, ServiceType::mariadb, "there") == std::vector<std::string>{"the schema is another one there (MariaDB 10.11.6 and 10.11.6)"});
  other.engine = "11.4.2";
  CHECK(migration::differences_of_copy(old, other, ServiceType::mariadb, "there").empty());
  other.tables.front().checksum = "78";
  CHECK(migration::differences_of_copy(old, other, ServiceType::mariadb, "there") == std::vector<std::string>{"table note has other content there"});
  const model::Evidence keys{"7.0.15", {}, {{"db0", 2, {}}, {"db1", 1, {}}}};
  CHECK(migration::differences_of_copy(keys, {"7.2.1", {}, {{"db0", 3, {}}}}, ServiceType::redis, "there") ==
        std::vector<std::string>{"db0 has 3 keys that do not expire there instead of 2", "db1 is not there"});
}
