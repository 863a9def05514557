// Media that move into a bucket: what a plan finds in the way, on a fake engine and buckets that are folders.
#include <doctest/doctest.h>

#include "controller/bucket_world.hpp"
#include "fakes/outcome.hpp"
#include "migration/environment/migrate.hpp"

using namespace divio;
using namespace divio::controller::testing;
using migration::environment::InPlace;
using migration::environment::plan_in_place;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

struct MovingWorld : BucketWorld {
  MovingWorld() {
    REQUIRE(add(key, login("one", "KEY1")));
    REQUIRE(deploy("one"));
    upload("one", "a", "1");
    upload("one", "b/c", "22");
    opens["NEW"] = {"new"};
  }
  InPlace to(const std::string& bucket, const std::string& access_key) { return {.prefix = "media", .login = login(bucket, access_key)}; }
  MigrationPlanView plan(const InPlace& change) { return must(plan_in_place(*runtime, key, change)); }
  // What stops it; empty where nothing does.
  std::string obstacle(const InPlace& change) {
    const auto found = plan(change);
    for (const auto& one : found.obstacles)
      if (one.stops) return one.what + ": " + one.way_out;
    CHECK(found.possible);
    return {};
  }
};

}  // namespace

TEST_CASE("a plan of a move to another bucket says what there is, that the old bucket stays, and how it is carried out, and leaves nothing") {
  MovingWorld world;
  CHECK(world.obstacle(world.to("new", "NEW")) == "");
  const auto plan = world.plan(world.to("new", "NEW"));
  CHECK(plan.possible);
  CHECK(plan.from == "one at https://s3.example.com");
  CHECK(plan.to == "new at https://s3.example.com");
  REQUIRE(plan.services.size() == 1);
  CHECK(plan.services[0].method == "passes");
  CHECK(plan.services[0].files == 2);
  CHECK(plan.services[0].bytes == 3);
  CHECK(plan.services[0].to == plan.to);
  CHECK(plan.predicted_pause_ms > 200);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(contains(plan.obstacles[0].what, "stays with all that is in it"));
  CHECK(plan.next == "divioctl service move media --project shop -e live --to s3 --s3-endpoint https://s3.example.com --s3-bucket new --access-key NEW --plan-hash " + plan.hash);
  CHECK(must(storage::open_folder(world.place / "new")->list("", "", 10)).objects.empty());
  CHECK(world.plan(world.to("new", "NEW")).hash == plan.hash);
  world.opens["NEWER"] = {"new"};
  CHECK(world.plan(world.to("new", "NEWER")).hash != plan.hash);
}

TEST_CASE("a plan of a move to a bucket that others use, that holds something, or that the key pair does not open says so") {
  MovingWorld world;
  CHECK(world.obstacle(world.to("new", "NEW")) == "");
  CHECK(contains(world.obstacle(world.to("new", "KEY1")), "it does not accept the key pair"));
  CHECK(must_fail(plan_in_place(*world.runtime, world.key, world.to("one", "KEY2"))).code == ErrorCode::conflict);
  REQUIRE(world.add(world.test(), world.login("two", "OTHER")));
  CHECK(contains(world.obstacle(world.to("two", "OTHER")), "is that of service media of shop-test"));
  auto again = world.to("one", "KEY1");
  again.login->bucket.endpoint = "https://other.example.com";
  CHECK(contains(world.obstacle(again), "by another address"));
  world.upload("new", ".divioctl-part-times", "");
  CHECK(world.obstacle(world.to("new", "NEW")) == "");
  world.upload("new", "theirs", "t");
  CHECK(contains(world.obstacle(world.to("new", "NEW")), "holds objects already"));
}

TEST_CASE("what is no media in a bucket does not move to one, and media in a bucket move to no server") {
  MovingWorld world;
  CHECK(contains(must_fail(plan_in_place(*world.runtime, world.key, {.prefix = "media", .scope = model::Scope::dedicated})).hint, "--to s3"));
  CHECK(contains(must_fail(plan_in_place(*world.runtime, world.key, {.prefix = "media", .version = "2"})).message, "is in a bucket and has no server"));
  ServiceWorld volumes;
  volumes.want_services();
  REQUIRE(volumes.deploy("one"));
  auto change = world.to("new", "NEW");
  change.prefix = "default";
  CHECK(contains(must_fail(plan_in_place(*volumes.runtime, volumes.key, change)).message, "is no media"));
}
