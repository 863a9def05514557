#include <doctest/doctest.h>

#include "controller/views.hpp"
#include "controller/world.hpp"
#include "system/holder.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("scaling adds and takes away instances and outlives the next deployment") {
  World world;
  REQUIRE(world.deploy("one"));
  REQUIRE(scale(*world.runtime, world.key, {{{"web", 4}}}, world.call()));
  CHECK(world.serving().size() == 4);
  REQUIRE(scale(*world.runtime, world.key, {{{"web", 1}}}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r1-1"});
  REQUIRE(world.deploy("two"));
  CHECK(world.serving().size() == 1);
}

TEST_CASE("scaled to the default, a process follows divio.yaml again, now and at the next deployment") {
  World world;
  REQUIRE(world.deploy("one"));
  REQUIRE(scale(*world.runtime, world.key, {{{"web", 4}}}, world.call()));
  REQUIRE(scale(*world.runtime, world.key, {{{"web", -1}}}, world.call()));
  CHECK(world.serving().size() == 2);
  CHECK(world.store->projects().environment(world.key).value()->scale.empty());
  CHECK(scale(*world.runtime, world.key, {{{"web", -2}}}, world.call()).error().code == ErrorCode::invalid);
  world.file.processes[0].replicas = 3;
  REQUIRE(world.deploy("two"));
  CHECK(world.serving().size() == 3);
}

TEST_CASE("scaling what is not there is refused with the names that are") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto refused = scale(*world.runtime, world.key, {{{"wbe", 4}}}, world.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().message == "release 1 has no process 'wbe'");
  CHECK(world.store->journal().operations(world.key, 10)->size() == 1);
}

TEST_CASE("a scaling whose new instances cannot serve leaves the old scale") {
  World world;
  REQUIRE(world.deploy("one"));
  world.engine.fail_call("containers.start", 2, {ErrorCode::failed, "no room", {}, {}});
  CHECK_FALSE(scale(*world.runtime, world.key, {{{"web", 4}}}, world.call()));
  CHECK(world.serving().size() == 2);
  CHECK(world.containers() == world.serving());
  CHECK(world.store->projects().environment(world.key).value()->scale.empty());
}

TEST_CASE("a rollback brings the release that served before, also when its containers are gone") {
  World world;
  REQUIRE(world.deploy("one"));
  REQUIRE(world.deploy("two"));
  const auto back = rollback(*world.runtime, world.key, {}, world.call());
  REQUIRE(back);
  CHECK(back->release == 1);
  CHECK(world.serving() == Names{"shop-live-web-r1-1", "shop-live-web-r1-2"});
  const auto forth = rollback(*world.runtime, world.key, {2}, world.call());
  REQUIRE(forth);
  CHECK(world.serving() == Names{"shop-live-web-r2-1", "shop-live-web-r2-2"});
}

TEST_CASE("a rollback to a release that never served, or is unknown, is refused") {
  World world;
  REQUIRE(world.deploy("one"));
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 1}; };
  CHECK_FALSE(world.deploy("two"));
  CHECK(rollback(*world.runtime, world.key, {2}, world.call()).error().code == ErrorCode::refused);
  CHECK(rollback(*world.runtime, world.key, {7}, world.call()).error().code == ErrorCode::not_found);
  CHECK(rollback(*world.runtime, world.key, {}, world.call()).error().code == ErrorCode::not_found);
}

TEST_CASE("a rollback to a release whose image is gone says how to get it back") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto image = world.store->releases().release(world.key, 1).value()->image;
  REQUIRE(world.deploy("two"));
  REQUIRE(world.engine.images().remove(image.name));
  const auto refused = rollback(*world.runtime, world.key, {}, world.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().hint.find("divioctl deploy --ref") != std::string::npos);
}

TEST_CASE("a restart replaces every instance and keeps serving") {
  World world;
  REQUIRE(world.deploy("one"));
  bool always_served = true;
  world.ingress.on_apply([&](const model::Routes& routes) {
    bool any = false;
    for (const auto& target : routes.targets) any = any || target.role == model::RouteRole::serving;
    always_served = always_served && any;
  });
  REQUIRE(restart(*world.runtime, world.key, world.call()));
  CHECK(always_served);
  CHECK(world.serving() == Names{"shop-live-web-r1g1-1", "shop-live-web-r1g1-2"});
  CHECK(world.containers() == world.serving());
  REQUIRE(world.deploy("two"));
  CHECK(world.serving() == Names{"shop-live-web-r2-1", "shop-live-web-r2-2"});
}

TEST_CASE("what is stopped has no containers, stays stopped, and starts again") {
  World world;
  REQUIRE(world.deploy("one"));
  REQUIRE(stop(*world.runtime, world.key, world.call()));
  CHECK(world.containers().empty());
  CHECK(status(*world.runtime, world.key)->state == "stopped");
  REQUIRE(reconcile(*world.runtime, world.key, world.call()));
  CHECK(world.containers().empty());
  CHECK(restart(*world.runtime, world.key, world.call()).error().code == ErrorCode::refused);
  REQUIRE(start(*world.runtime, world.key, world.call()));
  CHECK(world.serving().size() == 2);
}

TEST_CASE("reconcile replaces what is gone and leaves no operation behind when all is well") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto before = world.store->journal().operations(world.key, 10)->size();
  CHECK(reconcile(*world.runtime, world.key, world.call())->outcome == "unchanged");
  CHECK(world.store->journal().operations(world.key, 10)->size() == before);
  REQUIRE(world.engine.containers().remove("shop-live-web-r1-1"));
  CHECK(status(*world.runtime, world.key)->state == "degraded");
  CHECK(reconcile(*world.runtime, world.key, world.call())->outcome == "changed");
  CHECK(world.serving().size() == 2);
  CHECK(status(*world.runtime, world.key)->state == "serving");
}

TEST_CASE("a pass over environments goes on behind one that fails, tells what became of the others, and names those that failed") {
  World world;
  const auto key = [](const char* project) {
    return model::EnvironmentKey{*model::ProjectName::parse(project), *model::EnvironmentName::parse("live")};
  };
  const auto one = [](const model::EnvironmentKey& it) -> Result<RolloutOutcome> {
    const auto& name = it.project.str();
    if (name.starts_with("bad")) return fail(ErrorCode::unreachable, "no engine for " + name, "start it");
    RolloutOutcome outcome;
    outcome.outcome = name == "idle" ? "unchanged" : "changed";
    outcome.operation = name == "idle" ? "" : "01abc";
    return outcome;
  };
  const auto pass = reconcile_each({key("bad1"), key("shop"), key("bad2"), key("idle")}, one, world.call().listener);
  REQUIRE_FALSE(pass);
  CHECK(pass.error().code == ErrorCode::unreachable);
  CHECK(pass.error().message ==
        "2 of 4 environments could not be reconciled: bad1/live (no engine for bad1), bad2/live (no engine for bad2)");
  CHECK(pass.error().hint == "start it");
  CHECK(world.notices == Names{"shop/live: changed, operation 01abc", "nothing to do in idle/live"});

  CHECK(reconcile_each({key("bad1")}, one, {}).error().message == "no engine for bad1");
  world.notices.clear();
  CHECK(reconcile_each({key("shop"), key("idle")}, one, world.call().listener)->size() == 2);
  CHECK(world.notices.empty());
}

TEST_CASE("a pass over environments ends when it is stopped, and tells what was done") {
  World world;
  int asked = 0;
  const auto one = [&](const model::EnvironmentKey&) -> Result<RolloutOutcome> {
    if (++asked == 2) return fail(ErrorCode::cancelled, "the operation was cancelled");
    RolloutOutcome outcome;
    outcome.outcome = "changed";
    return outcome;
  };
  const auto pass = reconcile_each({world.key, world.key, world.key}, one, world.call().listener);
  CHECK(pass.error().code == ErrorCode::cancelled);
  CHECK(asked == 2);
  CHECK(world.notices == Names{"shop/live: changed"});
}

TEST_CASE("reconcile leaves an environment alone that somebody is changing") {
  World world;
  REQUIRE(world.deploy("one"));
  auto other = system::this_holder();
  other.machine = "another machine";
  const auto now = world.clock->now();
  REQUIRE(world.store->leases().acquire({"environment shop/live", other, "deploy", now + std::chrono::seconds(15)}, now));
  const auto applied = world.ingress.applied().size();
  CHECK(reconcile(*world.runtime, world.key, world.call()).error().code == ErrorCode::conflict);
  CHECK(world.ingress.applied().size() == applied);
}

TEST_CASE("reconcile brings back a lost ingress with its routes") {
  World world;
  REQUIRE(world.deploy("one"));
  world.ingress.lose_container();
  REQUIRE(reconcile(*world.runtime, world.key, world.call()));
  CHECK(world.ingress.state()->running);
  CHECK(world.serving().size() == 2);
}

TEST_CASE("destroying leaves nothing in the engine and nothing in the catalogue") {
  World world;
  world.file.volumes = {{"data", "/data"}};
  REQUIRE(world.deploy("one"));
  CHECK(destroy(*world.runtime, world.key, {.keep_volumes = true}, world.call())->outcome == "destroyed");
  CHECK(world.containers().empty());
  CHECK(world.engine.volumes().list({})->size() == 1);
  CHECK(world.engine.images().list({{"divio.project", "shop"}})->empty());
  CHECK_FALSE(world.store->projects().environment(world.key).value());
  CHECK(destroy(*world.runtime, world.key, {}, world.call()).error().code == ErrorCode::not_found);
}

TEST_CASE("pruning keeps the images of the last five releases and never what divioctl did not make") {
  World world;
  world.engine.add_image("somebody/elses:1", {});
  for (int i = 1; i <= 8; ++i) REQUIRE(world.deploy("code " + std::to_string(i)));
  CHECK(world.engine.images().list({{"divio.project", "shop"}})->size() == 5);
  CHECK(world.engine.images().inspect("somebody/elses:1"));
  CHECK(rollback(*world.runtime, world.key, {4}, world.call()));
  CHECK(rollback(*world.runtime, world.key, {3}, world.call()).error().code == ErrorCode::refused);
}
