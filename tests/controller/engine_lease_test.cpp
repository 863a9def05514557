// Two catalogues, of two people or of a laptop and a CI runner, that use one engine.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "controller/lease_marks.hpp"
#include "controller/world.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;

namespace {

using namespace std::chrono_literals;

// What another catalogue's change of the world's environment leaves on the engine while it goes on.
LeaseMark annas(const World& world) { return {world.key, "annas-catalogue", "anna@laptop", "deploy, operation 01ABC"}; }

void mark(World& world, const std::string& name, std::chrono::seconds age = 0s) {
  REQUIRE(world.engine.volumes().create(name, labels_of(annas(world))));
  world.engine.age_volume(name, age);
}

// Deploys while Anna changes the environment; `act` is the last thing that she does.
Result<RolloutOutcome> deploy_after(World& world, const std::function<void()>& act) {
  mark(world, "annas-mark");
  auto call = world.call();
  call.lock_wait = 20s;
  const std::jthread anna([&] {
    std::this_thread::sleep_for(100ms);
    act();
    static_cast<void>(world.engine.volumes().remove("annas-mark"));
  });
  world.source.code = "next";
  return deploy(*world.runtime, world.deployment(), call);
}

model::Labels annas_labels(const World& world) {
  return {{std::string(model::label::managed), annas(world).catalogue},
          {std::string(model::label::project), world.key.project.str()},
          {std::string(model::label::environment), world.key.environment.str()}};
}

void let_anna_keep_the_record(World& world) {
  const auto records = world.engine.volumes().look({{std::string(model::label::record), {}}}).value();
  auto labels = records.front().labels;
  labels[std::string(model::label::record_keeper)] = annas(world).catalogue;
  static_cast<void>(world.engine.volumes().create("annas-record", labels));
  static_cast<void>(world.engine.volumes().remove(records.front().name));
}

std::vector<std::string> marks(World& world) { return world.engine.volumes().list(lease_labels(world.key)).value(); }

ports::Volume made(const std::string& name, const std::string& catalogue, std::chrono::seconds at) {
  const model::EnvironmentKey key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")};
  return {name, labels_of({key, catalogue, "anna@laptop", "scale"}), model::TimePoint(at)};
}

}  // namespace

TEST_CASE("while another catalogue changes an environment nobody else does, and is told who it is") {
  World world;
  mark(world, "annas-mark");
  const auto refused = world.deploy("one");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message == "shop-live is being changed by anna@laptop (deploy, operation 01ABC), from another catalogue");
  CHECK(world.containers().empty());
  CHECK(marks(world) == std::vector<std::string>{"annas-mark"});
  CHECK(world.store->journal().operations(std::nullopt, 10)->empty());
}

TEST_CASE("whoever waits goes on as soon as the other catalogue is done") {
  World world;
  CHECK(deploy_after(world, [] {}));
  CHECK(std::ranges::any_of(world.notices, [](const auto& text) { return text.starts_with("waiting: shop-live is being changed by anna"); }));
}

TEST_CASE("whoever waits for another catalogue that makes the environment its own meanwhile is refused then") {
  World world;
  SUBCASE("which had nothing there before") {
    const auto refused = deploy_after(world, [&] {
      static_cast<void>(world.engine.networks().create({"divio-shop-live", "10.9.9.0/24", "", annas_labels(world)}));
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(refused.error().message.find("belongs to another catalogue (annas-catalogue)") != std::string::npos);
    CHECK(world.containers().empty());
  }
  SUBCASE("which takes it over") {
    REQUIRE(world.deploy("one"));
    const auto before = world.containers();
    const auto refused = deploy_after(world, [&] { let_anna_keep_the_record(world); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(refused.error().message.find("shop-live was taken over by") == 0);
    CHECK(world.containers() == before);
  }
  CHECK(marks(world).empty());
}

TEST_CASE("a change that is done leaves no mark, and one that failed neither") {
  World world;
  REQUIRE(world.deploy("one"));
  CHECK(marks(world).empty());
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 1}; };
  CHECK_FALSE(world.deploy("two"));
  CHECK(marks(world).empty());
}

TEST_CASE("a change is visible on the engine while it goes on, with who makes it") {
  World world;
  std::vector<std::string> seen;
  world.engine.on_call([&](const std::string& call, const std::string&) {
    if (call == "images.build") seen = marks(world);
  });
  REQUIRE(world.deploy("one"));
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().starts_with("divio-lease-shop-live-"));
}

TEST_CASE("a mark that was not renewed holds nobody up, and an old one is cleared away") {
  World world;
  mark(world, "dead", 17s);
  mark(world, "long-dead", 80s);
  REQUIRE(world.deploy("one"));
  world.clock->sleep(200ms, {});
  CHECK(marks(world) == std::vector<std::string>{"dead"});
}

TEST_CASE("what this catalogue's own dead process left holds nobody up, for its leases tell who lives") {
  World world;
  auto left = annas(world);
  left.catalogue = world.store->catalogue_id();
  REQUIRE(world.engine.volumes().create("left", labels_of(left)));
  REQUIRE(world.deploy("one"));
  CHECK(marks(world).empty());
}

TEST_CASE("an environment that another catalogue has on the engine is not touched, and it is said whose it is") {
  World anna, berta;
  REQUIRE(anna.deploy("one"));
  const auto before = anna.containers();
  Runtime there{anna.engine, anna.ingress, *berta.store, *berta.clock, {}, berta.runtime->holder};
  berta.source.code = "two";
  const auto refused = deploy(there, berta.deployment(), berta.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "shop-live is on the engine of region local already, and belongs to another catalogue (" +
                                       anna.store->catalogue_id() + ")");
  CHECK(anna.containers() == before);
  CHECK(marks(anna).empty());
}

TEST_CASE("an engine that takes no mark is told of and gone on with") {
  World world;
  world.engine.fail_call("volumes.create", 1, {ErrorCode::failed, "no space left on device", {}, {}});
  REQUIRE(world.deploy("one"));
  CHECK(std::ranges::find(world.notices, "others cannot see that this is going on: no space left on device") != world.notices.end());
}

TEST_CASE("a mark stands for fifteen seconds by the engine's clock, whatever other clocks say") {
  const auto mine = made("mine", "me", 100s);
  const auto stands = [&](std::chrono::seconds at) { return mark_of_another({made("other", "anna", at), mine}, mine, "me").has_value(); };
  CHECK(stands(100s));
  CHECK(stands(85s));
  CHECK_FALSE(stands(83s));
  CHECK(stands(101s));  // made after this one: both see each other, and both give way
  CHECK_FALSE(mark_of_another({made("mine-too", "me", 99s), mine}, mine, "me"));
  CHECK(marks_to_remove({made("a", "me", 99s), made("b", "anna", 30s), made("c", "anna", 0s), mine}, mine, "me") ==
        std::vector<std::string>{"a", "c"});
}
