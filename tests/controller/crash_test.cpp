// Every moment at which divioctl may be gone: after each journal record of an operation the world stops, as with kill -9,
// and somebody else comes. What served still serves, and the goal is reached with nothing left over.
#include <doctest/doctest.h>

#include <functional>

#include "controller/cut_short.hpp"
#include "controller/pinned_deployment.hpp"
#include "controller/world.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::cut_short;
using divio::controller::testing::interrupted_operation;
using divio::controller::testing::Recovery;
using divio::controller::testing::World;

namespace {

using Act = std::function<Result<RolloutOutcome>(World&, Runtime&)>;

void have_one_web_and_a_release_command(World& world) {
  world.file.processes[0].replicas = 1;
  world.file.release_commands = {"migrate"};
  world.next_image.behaviour = [](const ports::ContainerSpec& spec) {
    return spec.entrypoint.empty() ? fakes::Run{.listens = {8000}} : fakes::Run{.exits_with = 0};
  };
}

// The deployment as its codebase is opened again for an operation.
FindDeployment as_journaled(World& world) {
  return [&world](const model::Operation& operation) -> Result<Deployment> {
    DIVIO_TRY(request, journaled_request(operation));
    auto deployment = world.deployment();
    deployment.request = request;
    deployment.codebase.selection.reference = request.code.reference;
    deployment.codebase.selection.working_tree = request.code.working_tree;
    return deployment;
  };
}

// Cuts `act` short after each of its records in turn, in a fresh world each time. Returns how many there were.
int enumerate(const Act& act, const std::vector<std::string>& goal, Recovery recovery) {
  for (int records = 1;; ++records) {
    CAPTURE(records);
    World world;
    have_one_web_and_a_release_command(world);
    REQUIRE(world.deploy("one"));
    REQUIRE(world.deploy("two"));
    if (!cut_short(world, act, records)) return records - 1;
    REQUIRE(world.serving().size() >= 1);
    for (const auto& name : world.serving()) CHECK(world.engine.containers().inspect(name)->state == ports::ContainerState::running);

    const auto id = interrupted_operation(world);
    const auto find = [&](const model::Operation&) -> Result<Deployment> { return world.deployment(); };
    if (recovery == Recovery::same_again) REQUIRE(act(world, *world.runtime));
    else if (!id.empty()) REQUIRE(resume(*world.runtime, id, find, world.call()));  // after the last record it had ended
    CHECK(join(world.serving(), " ") == join(goal, " "));
    CHECK(join(world.containers(), " ") == join(goal, " "));
    CHECK(interrupted_operation(world).empty());
  }
}

Result<RolloutOutcome> deploy_three(World& world, Runtime& runtime) {
  world.source.code = "three";
  return deploy(runtime, world.deployment(), world.call());
}

Result<RolloutOutcome> roll_back(World& world, Runtime& runtime) { return rollback(runtime, world.key, {1}, world.call()); }

Result<RolloutOutcome> scale_up(World& world, Runtime& runtime) { return scale(runtime, world.key, {{{"web", 2}}}, world.call()); }

Result<RolloutOutcome> start_anew(World& world, Runtime& runtime) { return restart(runtime, world.key, world.call()); }

}  // namespace

TEST_CASE("a deployment gone after any journal record: resume reaches the goal") {
  CHECK(enumerate(deploy_three, {"shop-live-web-r3-1"}, Recovery::resume) >= 20);
}

TEST_CASE("a deployment gone after any journal record: the same command again reaches the goal") {
  CHECK(enumerate(deploy_three, {"shop-live-web-r3-1"}, Recovery::same_again) >= 20);
}

TEST_CASE("a deployment gone before its release was made: resume deploys the commit it began with, not the branch as it is then") {
  int tried = 0;
  for (int records = 1; records < 10; ++records) {
    CAPTURE(records);
    World world;
    have_one_web_and_a_release_command(world);
    REQUIRE(world.deploy("two"));
    REQUIRE(cut_short(world, deploy_three, records));
    if (world.store->releases().releases(world.key)->size() > 1) break;
    ++tried;
    world.source.code = "four";
    REQUIRE(resume(*world.runtime, interrupted_operation(world), as_journaled(world), world.call()));
    const auto made = world.store->releases().release(world.key, 2).value();
    CHECK(made->revision.subject == "Change three");
    CHECK(made->revision.branch == "main");
    CHECK(made->config.variables.at("GIT_BRANCH").value.reveal() == "main");
    CHECK(world.notices.empty());
  }
  CHECK(tried >= 3);
}

TEST_CASE("a deployment of the working tree that is resumed says that it deploys what is there now") {
  World world;
  have_one_web_and_a_release_command(world);
  REQUIRE(world.deploy("two"));
  const auto deploy_tree = [](World& it, Runtime& runtime) {
    it.source.code = "three";
    auto tree = it.deployment();
    tree.request.code.working_tree = tree.codebase.selection.working_tree = true;
    return deploy(runtime, tree, it.call());
  };
  REQUIRE(cut_short(world, deploy_tree, 2));
  world.source.code = "four";
  REQUIRE(resume(*world.runtime, interrupted_operation(world), as_journaled(world), world.call()));
  CHECK(world.store->releases().release(world.key, 2).value()->revision.subject == "Change four");
  REQUIRE(world.notices.size() == 1);
  CHECK(world.notices[0].find("as it is now") != std::string::npos);
}

TEST_CASE("a deployment's request that an earlier version journaled can be read") {
  const World world;
  const model::Operation operation{
      .kind = model::OperationKind::deploy, .key = world.key, .request = R"({"ref":"v1","worktree":false,"build_mode":"force"})"};
  CHECK(journaled_request(operation)->code.reference == "v1");
  CHECK(journaled_request(operation)->mode == BuildMode::force);
  CHECK(journaled_branch(operation)->empty());
}

TEST_CASE("a rollback gone after any journal record: resume and the same command reach the goal") {
  CHECK(enumerate(roll_back, {"shop-live-web-r1-1"}, Recovery::resume) >= 15);
  CHECK(enumerate(roll_back, {"shop-live-web-r1-1"}, Recovery::same_again) >= 15);
}

TEST_CASE("a restart gone after any journal record: resume reaches the goal") {
  CHECK(enumerate(start_anew, {"shop-live-web-r2g1-1"}, Recovery::resume) >= 15);
}

TEST_CASE("a scaling gone after any journal record: resume and the same command reach the goal") {
  const std::vector<std::string> goal{"shop-live-web-r2-1", "shop-live-web-r2-2"};
  CHECK(enumerate(scale_up, goal, Recovery::resume) >= 10);
  CHECK(enumerate(scale_up, goal, Recovery::same_again) >= 10);
}
