#include <doctest/doctest.h>

#include <algorithm>

#include "controller/views.hpp"
#include "controller/world.hpp"
#include "fakes/outcome.hpp"
#include "system/holder.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a first deployment serves from as many instances as the project file says") {
  World world;
  const auto outcome = world.deploy("one");
  REQUIRE(outcome);
  CHECK(outcome->outcome == "deployed");
  CHECK(outcome->release == 1);
  CHECK(outcome->url == "http://shop.localhost");
  CHECK(world.serving() == Names{"shop-live-web-r1-1", "shop-live-web-r1-2"});
  CHECK(world.containers() == world.serving());
}

TEST_CASE("what is to be said about the build context, such as its size, a deployment tells and goes on") {
  World world;
  world.source.warnings = {"the build context is 750 MiB"};
  REQUIRE(world.deploy("one"));
  CHECK(std::ranges::count(world.notices, "the build context is 750 MiB") == 1);
}

TEST_CASE("deploying the same code again changes nothing and makes no release") {
  World world;
  REQUIRE(world.deploy("one"));
  world.engine.forget_calls();
  const auto again = world.deploy("one");
  REQUIRE(again);
  CHECK(again->outcome == "unchanged");
  CHECK(again->release == 1);
  CHECK(again->reused);
  CHECK(world.engine.count("containers.create") == 0);
}

TEST_CASE("new code takes over and the old instances are gone") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto second = world.deploy("two");
  REQUIRE(second);
  CHECK(second->release == 2);
  CHECK(world.serving() == Names{"shop-live-web-r2-1", "shop-live-web-r2-2"});
  CHECK(world.containers() == world.serving());
}

TEST_CASE("a dry run plans and changes nothing") {
  World world;
  auto call = world.call();
  call.dry_run = true;
  const auto planned = deploy(*world.runtime, world.deployment(), call);
  REQUIRE(planned);
  CHECK(planned->outcome == "planned");
  CHECK(planned->release == 1);
  CHECK_FALSE(planned->plan.stages.empty());
  CHECK(world.containers().empty());
  CHECK(world.store->journal().operations(std::nullopt, 10)->empty());
  CHECK(world.store->projects().projects()->empty());
}

TEST_CASE("a release that does not answer leaves what served as it was and says why") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto before = world.serving();
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.listens = {3000}}; };
  const auto failed = world.deploy("two");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::failed);
  CHECK(failed.error().message.find("cannot serve") != std::string::npos);
  CHECK(world.serving() == before);
  CHECK(world.containers() == before);
  const auto releases = controller::releases(*world.runtime, world.key).value();
  CHECK(releases.front().state == "failed");
  CHECK(releases.back().state == "active");
}

TEST_CASE("a release that crashes is given up before its start timeout, with its last output") {
  World world;
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 3, .err = "no such table: shop\n"}; };
  const auto failed = world.deploy("one");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find("exit code 3") != std::string::npos);
  CHECK(failed.error().hint.find("no such table: shop") != std::string::npos);
  CHECK(world.containers().empty());
}

TEST_CASE("a release command that fails stops the deployment before anything starts") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto before = world.serving();
  world.file.release_commands = {"true", "false", "never"};
  world.next_image.behaviour = [](const ports::ContainerSpec& spec) {
    if (spec.entrypoint.empty()) return fakes::Run{.listens = {8000}};
    return fakes::Run{.exits_with = spec.command.front() == "false" ? 1 : 0, .out = "ran " + spec.command.front() + "\n"};
  };
  const auto failed = world.deploy("two");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "the release command 'false' ended with exit code 1");
  CHECK(failed.error().hint.find("ran false") != std::string::npos);
  CHECK(world.serving() == before);
  CHECK(world.containers() == before);
}

TEST_CASE("release commands run once a release, in order, and not when the release is only repaired") {
  World world;
  world.file.release_commands = {"first", "second"};
  std::vector<std::string> ran;
  world.next_image.behaviour = [&ran](const ports::ContainerSpec& spec) {
    if (spec.entrypoint.empty()) return fakes::Run{.listens = {8000}};
    ran.push_back(spec.command.front());
    return fakes::Run{.exits_with = 0};
  };
  REQUIRE(world.deploy("one"));
  CHECK(ran == Names{"first", "second"});
  REQUIRE(world.engine.containers().remove("shop-live-web-r1-1"));
  const auto repaired = world.deploy("one");
  REQUIRE(repaired);
  CHECK(repaired->release == 1);
  CHECK(ran.size() == 2);
  CHECK(world.serving().size() == 2);
}

TEST_CASE("an engine that dies half-way is said, and the next deployment reaches the goal with nothing left over") {
  World world;
  REQUIRE(world.deploy("one"));
  world.engine.on_call([&](const std::string& call, const std::string&) {
    if (call == "containers.start") world.engine.die();
  });
  const auto failed = world.deploy("two");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unreachable);
  world.engine.on_call({});
  world.engine.revive();
  const auto again = world.deploy("two");
  REQUIRE(again);
  CHECK(world.serving().size() == 2);
  CHECK(world.containers() == world.serving());
}

TEST_CASE("a deployment that takes longer than it may is undone, what served is untouched, and it can be tried again") {
  World world;
  REQUIRE(world.deploy("one"));
  const auto before = world.serving();
  bool hangs = true;
  world.next_image.behaviour = [&](const auto&) { return hangs ? fakes::Run{} : fakes::Run{.listens = {8000}}; };
  world.file.processes[0].health.start_timeout = std::chrono::minutes(1);
  world.source.code = "two";
  auto call = world.call();
  call.timeout = std::chrono::seconds(1);
  const auto late = tests::must_fail(deploy(*world.runtime, world.deployment(), call));
  CHECK(late.code == ErrorCode::timed_out);
  CHECK(late.message == "the operation took longer than 1 s");
  CHECK(late.hint == "give it more with --timeout");
  CHECK(world.serving() == before);
  CHECK(world.containers() == before);
  CHECK(world.store->journal().operations(world.key, 1)->front().outcome == model::Outcome::failed);
  hangs = false;
  CHECK(tests::must(world.deploy("two")).release == 2);
  CHECK(world.serving() == Names{"shop-live-web-r2-1", "shop-live-web-r2-2"});
}

TEST_CASE("two deployments at once: the second is told who holds the environment") {
  World world;
  REQUIRE(world.deploy("one"));
  auto other = system::this_holder();
  other.machine = "another machine";
  other.person = "anna@laptop";
  const auto now = world.clock->now();
  REQUIRE(world.store->leases().acquire({"environment shop/live", other, "deploy, operation 01ABC", now + std::chrono::seconds(15)}, now));
  const auto refused = world.deploy("two");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("anna@laptop") != std::string::npos);
}

TEST_CASE("secrets stay out of plans, journals and errors") {
  World world;
  REQUIRE(world.store->projects().put_project({.name = world.key.project}));
  REQUIRE(world.store->projects().put_environment({.key = world.key}));
  REQUIRE(world.store->variables().set_variable(world.key, "TOKEN", {Secret("hunter2-hunter2"), true}));
  std::string said;
  auto call = world.call();
  call.listener = [&](const Event& event) {
    if (const auto* plan = std::get_if<PlanMade>(&event))
      for (const auto& stage : plan->stages)
        for (const auto& step : stage.steps) said += step.id + step.description;
  };
  REQUIRE(deploy(*world.runtime, world.deployment(), call));
  const auto operations = world.store->journal().operations(std::nullopt, 10).value();
  for (const auto& operation : operations) {
    said += operation.request + operation.summary;
    const auto records = world.store->journal().records(operation.id).value();
    for (const auto& record : records) said += record.subject + record.detail;
  }
  CHECK_FALSE(said.empty());
  CHECK(said.find("hunter2") == std::string::npos);
}
