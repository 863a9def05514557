// Several environments moved as one, on fakes: which they are, and what becomes of the others when one fails.
#include <doctest/doctest.h>

#include <utility>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// shop/live and shop/test in region local; eu is empty.
struct GroupWorld : SeveralRegions {
  GroupWorld() {
    add("eu", {.address = "192.0.2.2"});
    must(platform().set_region({.name = "local", .address = "192.0.2.1"}));
    for (const auto* environment : {"live", "test"}) must(deploy(environment));
  }

  MigrationGroup all{.all_environments = true};
  MigrateStartRequest start{.to = "eu"};
  std::vector<std::string> told;

  CallOptions options() {
    return {.listener = [this](const Event& event) {
      if (const auto* notice = std::get_if<Notice>(&event)) told.push_back(notice->text);
    }};
  }
};

}  // namespace

TEST_CASE("each of several is made ready and held, what failed is named with its cause, and all of it is given up") {
  GroupWorld world;
  world.start.hold_cutover = true;
  const auto ready = must(world.platform().start_migrations(world.target(), world.all, world.start, world.options()));
  REQUIRE(ready.size() == 2);
  for (const auto& one : ready) CHECK(one.phase == "verified");
  const auto failed = must_fail(world.platform().cut_over_migrations(world.target(), world.all, {}, world.options()));
  CHECK(failed.message == "2 of 2 environments could not be cut over: shop/live (nothing answers at 192.0.2.2), shop/test (nothing answers at 192.0.2.2)");
  CHECK(contains(failed.hint, "the same command goes on with those that failed"));
  for (const auto& one : must(world.platform().abort_migrations(world.target(), world.all, world.options()))) CHECK(one.phase == "aborted");
  CHECK(must_fail(world.platform().abort_migrations(world.target(), world.all, world.options())).code == ErrorCode::not_found);
}

TEST_CASE("what could not be made ready is made so by the same call, and what is ready waits for it") {
  GroupWorld world;
  world.start.hold_cutover = true;
  bool told = false;
  CallOptions options{.listener = [&](const Event& event) {
    const auto* began = std::get_if<StepBegan>(&event);
    if (began != nullptr && began->step.starts_with("shop/test: ") && !std::exchange(told, true))
      world.engine(eu_endpoint).fail_call("containers.create", 1, {ErrorCode::unreachable, "gone", {}, {}});
  }};
  const auto failed = must_fail(world.platform().start_migrations(world.target(), world.all, world.start, options));
  CHECK(contains(failed.message, "1 of 2 environments could not be made ready: shop/test (gone)"));
  std::vector<std::string> phases;
  for (const auto& one : must(world.platform().start_migrations(world.target(), world.all, world.start, options))) phases.push_back(one.phase);
  CHECK(phases == std::vector<std::string>{"verified", "verified"});
}

TEST_CASE("nothing is begun where one of several cannot be moved, or the plan is another one by now") {
  GroupWorld world;
  must(world.platform().stop(world.target("test"), {}, {}));
  const auto refused = must_fail(world.platform().start_migrations(world.target(), world.all, world.start, world.options()));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == "shop/test: shop-test is stopped");
  CHECK(must(world.platform().migrations()).empty());
  must(world.platform().start(world.target("test"), {}, {}));
  const auto plan = must(world.platform().plan_migrations(world.target(), world.all, {.to = "eu"}));
  CHECK(plan.possible);
  CHECK(plan.next.starts_with("divioctl migrate start "));
  world.start.plan_hash = "0123456789abcdef";
  CHECK(must_fail(world.platform().start_migrations(world.target(), world.all, world.start, world.options())).code == ErrorCode::conflict);
  CHECK(must(world.platform().migrations()).empty());
}

TEST_CASE("a volume that the target kept of an environment of the same name stops a plan, and is named") {
  GroupWorld world;
  const auto instances = must(world.engine(local_endpoint).containers().list({{"divio.environment", "live"}, {"divio.role", "instance"}}));
  model::Labels labels;
  for (const auto* name : {"divio.catalogue", "divio.project", "divio.environment"}) labels[name] = instances.front().labels.at(name);
  auto& volumes = world.engine(eu_endpoint).volumes();
  must(volumes.create("divio-shop-live-notes", labels));
  const auto plan = must(world.platform().plan_migration(world.target(), {.to = "eu"}));
  CHECK_FALSE(plan.possible);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0].what == "region eu has a volume divio-shop-live-notes already, which was kept there");
  CHECK(contains(plan.obstacles[0].way_out, "docker volume rm divio-shop-live-notes"));
  must(volumes.remove("divio-shop-live-notes"));
  CHECK(must(world.platform().plan_migration(world.target(), {.to = "eu"})).possible);
}

TEST_CASE("an application that nobody belongs to is not found, and a region that all is in already is a conflict") {
  GroupWorld world;
  CHECK(must_fail(world.platform().plan_migrations(world.target(), {.application = "webshop"}, {.to = "eu"})).code == ErrorCode::not_found);
  CHECK(must_fail(world.platform().plan_migrations(world.target(), world.all, {.to = "local"})).code == ErrorCode::conflict);
  CHECK(must_fail(world.platform().migrations(world.target("staging"), {.application = "webshop"})).code == ErrorCode::not_found);
}
