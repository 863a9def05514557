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

  // Ready to be moved to us, and held.
  void hold_on_the_way_to_us(const std::string& environment) {
    add("us", {.address = "192.0.2.3"});
    CHECK(must(platform().start_migration(target(environment), {.to = "us", .hold_cutover = true}, {})).phase == "verified");
  }

  // All are to be moved to eu, and nothing comes of it: there is the one migration that there was, untried.
  Error refused_to_start() {
    auto refused = must_fail(platform().start_migrations(target(), all, start, options()));
    const auto migrations = must(platform().migrations());
    REQUIRE(migrations.size() == 1);
    CHECK(migrations[0].attempts.empty());
    return refused;
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
  for (const auto& one : must(world.platform().abort_migrations(world.target(), world.all, {}, world.options()))) CHECK(one.phase == "aborted");
  CHECK(must_fail(world.platform().abort_migrations(world.target(), world.all, {}, world.options())).code == ErrorCode::not_found);
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

TEST_CASE("nothing is begun, and nothing cut over, where one of several is held on its way to another region") {
  GroupWorld world;
  world.hold_on_the_way_to_us("test");
  const auto refused = world.refused_to_start();
  CHECK(refused.code == ErrorCode::conflict);
  CHECK(refused.message == "shop/test is being moved from region local to region us already (verified)");
  CHECK(refused.hint == "end that first: divioctl migrate cutover --project shop -e test, or divioctl migrate abort --project shop -e test");
  world.change_migration("test", [](auto& migration) { migration.phase = model::MigrationPhase::copying; });
  CHECK(contains(world.refused_to_start().hint, "divioctl migrate resume --project shop -e test"));
  CHECK(must(world.platform().abort_migration(world.target("test"), {}, {})).phase == "aborted");
  world.start.hold_cutover = true;
  for (const auto& one : must(world.platform().start_migrations(world.target(), world.all, world.start, world.options()))) {
    CHECK(one.to == "eu");
    CHECK(one.phase == "verified");
  }
}

TEST_CASE("nothing is begun where one of several is in the target and on its way out, or a service of it moves there") {
  GroupWorld world;
  world.write("environments: {staging: {region: eu}}\n");
  must(world.deploy("staging"));
  world.hold_on_the_way_to_us("staging");
  const auto refused = world.refused_to_start();
  CHECK(refused.code == ErrorCode::conflict);
  CHECK(refused.message == "shop/staging is being moved from region eu to region us already (verified)");
  world.change_migration("staging", [](auto& migration) {
    migration.target = migration.source;
    migration.services = {{.prefix = "DATABASE", .source = "divio-postgres-15", .target = "divio-postgres-16", .type = "postgres"}};
    migration.phase = model::MigrationPhase::soaking;
  });
  const auto in_place = world.refused_to_start();
  CHECK(in_place.code == ErrorCode::conflict);
  CHECK(in_place.message == "service 'DATABASE' of shop/staging is being moved from server divio-postgres-15 to server divio-postgres-16 already (soaking)");
  CHECK(in_place.hint == "end that first: divioctl migrate finalize --project shop -e staging");
}

TEST_CASE("none is cut over where somebody gave one up while another one was made ready") {
  GroupWorld world;
  bool done = false;
  CallOptions options{.listener = [&](const Event& event) {
    const auto* began = std::get_if<StepBegan>(&event);
    if (began != nullptr && began->step.starts_with("shop/test: ") && !std::exchange(done, true))
      world.change_migration("live", [](auto& migration) { migration.phase = model::MigrationPhase::aborted; });
  }};
  const auto failed = must_fail(world.platform().start_migrations(world.target(), world.all, world.start, options));
  CHECK(failed.code == ErrorCode::conflict);
  CHECK(failed.message == "somebody ended the migration of shop/live to region eu meanwhile");
  const auto waiting = must(world.platform().migration(world.target("test")));
  CHECK(waiting.phase == "verified");
  CHECK(waiting.attempts.empty());
}

TEST_CASE("a plan for what is on its way already says so and what comes next, and names nothing of what was made for it") {
  GroupWorld world;
  world.start.hold_cutover = true;
  must(world.platform().start_migration(world.target(), world.start, {}));
  for (const auto* to : {"eu", "us"}) {
    if (to == std::string("us")) world.add("us", {.address = "192.0.2.3"});
    const auto plan = must(world.platform().plan_migration(world.target(), {.to = to}));
    CHECK_FALSE(plan.possible);
    REQUIRE(plan.obstacles.size() == 1);
    CHECK(plan.obstacles[0].what == "shop-live is being moved from local to eu already (verified)");
    CHECK(contains(plan.obstacles[0].way_out, "divioctl migrate cutover --project shop -e live"));
  }
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

TEST_CASE("a plan for what has no room on the target's disk is refused before anything is made, with both figures") {
  GroupWorld world;
  fakes::FakeImage image;
  image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 0, .out = "Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 90000000 400 100000 40% /\n"}; };
  world.engine(eu_endpoint).add_image("haproxy:2.6", image);
  const auto plan = must(world.platform().plan_migration(world.target(), {.to = "eu"}));
  CHECK_FALSE(plan.possible);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0].what == "region eu has 97.7 MiB of its engine's disk free, and what is moved takes up to 191 MiB");
  CHECK(must_fail(world.platform().start_migration(world.target(), world.start, {})).message == plan.obstacles[0].what);
  CHECK(must(world.platform().migrations()).empty());
  CHECK(must(world.engine(eu_endpoint).containers().list({})).empty());
}

TEST_CASE("a process that may use more processors than the target's host has stops a plan, and is named") {
  GroupWorld world;
  world.write("processes: {web: {}, worker: {resources: {cpu: 4}}}\n");
  must(world.deploy());
  const auto plan = must(world.platform().plan_migration(world.target(), {.to = "eu"}));
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0].stops);
  CHECK(plan.obstacles[0].what == "process worker may use 4 processors, and the host of region eu has 2");
}

TEST_CASE("an application that nobody belongs to is not found, and a region that all is in already is a conflict") {
  GroupWorld world;
  CHECK(must_fail(world.platform().plan_migrations(world.target(), {.application = "webshop"}, {.to = "eu"})).code == ErrorCode::not_found);
  CHECK(must_fail(world.platform().plan_migrations(world.target(), world.all, {.to = "local"})).code == ErrorCode::conflict);
  CHECK(must_fail(world.platform().migrations(world.target("staging"), {.application = "webshop"})).code == ErrorCode::not_found);
}

TEST_CASE("each of several goes on from where it is, and those that were to be held stay when they are ready") {
  GroupWorld world;
  world.start.hold_cutover = true;
  must(world.platform().start_migrations(world.target(), world.all, world.start, world.options()));
  world.change_migration("live", [](auto& migration) { migration.phase = model::MigrationPhase::copying; });
  for (const auto& one : must(world.platform().resume_migrations(world.target(), world.all, {}, world.options()))) CHECK(one.phase == "verified");
  world.change_migration("live", [](auto& migration) { migration.phase = model::MigrationPhase::aborting; });
  const auto resumed = must(world.platform().resume_migrations(world.target(), world.all, {}, world.options()));
  REQUIRE(resumed.size() == 2);
  CHECK(resumed[0].phase == "aborted");
  CHECK(resumed[1].phase == "verified");
}

TEST_CASE("several that were begun to be cut over are, all of them, when what was cut short is resumed") {
  GroupWorld world;
  CHECK(contains(must_fail(world.platform().start_migrations(world.target(), world.all, world.start, world.options())).message, "2 of 2 environments could not be cut over"));
  world.change_migration("live", [](auto& migration) { migration.phase = model::MigrationPhase::copying; });
  const auto failed = must_fail(world.platform().resume_migrations(world.target(), world.all, {}, world.options()));
  CHECK(failed.message == "2 of 2 environments could not be resumed: shop/live (nothing answers at 192.0.2.2), shop/test (nothing answers at 192.0.2.2)");
  for (const auto& one : must(world.platform().migrations())) CHECK(one.phase == "verified");
}

TEST_CASE("each of several is rehearsed, and those of which nothing came are named") {
  GroupWorld world;
  const auto failed = must_fail(world.platform().rehearse_migrations(world.target(), world.all, {.to = "eu"}, world.options()));
  CHECK(failed.message.starts_with("2 of 2 environments could not be rehearsed: shop/live ("));
  CHECK(!contains(failed.hint, "the same command"));
  CHECK(must_fail(world.platform().rehearse_migrations(world.target(), world.all, {.to = "local"}, world.options())).code == ErrorCode::conflict);
}

TEST_CASE("a region that is gone is left out by its name only, and each of several ends without it") {
  GroupWorld world;
  world.start.hold_cutover = true;
  must(world.platform().start_migrations(world.target(), world.all, world.start, world.options()));
  world.engine(eu_endpoint).die();
  const auto unreachable = must_fail(world.platform().abort_migration(world.target(), {}, {}));
  CHECK(unreachable.code == ErrorCode::unreachable);
  CHECK(contains(unreachable.hint, "if region eu is gone for good, end the migration without it: divioctl migrate abort --project shop -e live --without eu"));
  const auto forgotten = must_fail(world.platform().remove_region({.name = "eu", .forget = true}));
  CHECK(contains(forgotten.hint, " --without eu"));
  const auto serves = must_fail(world.platform().abort_migration(world.target(), {.without = "local"}, {}));
  CHECK(serves.message == "region local serves shop-live, so it cannot be done without");
  CHECK(must_fail(world.platform().abort_migration(world.target(), {.without = "us"}, {})).code == ErrorCode::invalid);
  for (const auto& one : must(world.platform().abort_migrations(world.target(), world.all, {.without = "eu"}, world.options()))) CHECK(one.phase == "aborted");
  CHECK(std::ranges::count(world.told, "shop/live: what region eu has of shop-live stays as it is: its containers, data and routes") == 1);
  must(world.platform().remove_region({.name = "eu", .forget = true}));
  must(world.deploy());
}
