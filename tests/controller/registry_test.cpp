// A region whose images another region's engine builds, and which get there through a registry.
#include <doctest/doctest.h>

#include "builder/registry.hpp"
#include "controller/two_engines.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::TwoEngines;
using divio::tests::must;

TEST_CASE("with a registry the image goes through it, and nothing of that is left on either engine") {
  TwoEngines two;
  const auto registry = two.use_registry();
  const auto outcome = two.deploy("one");
  REQUIRE(outcome);
  CHECK(two.builder.count("images.push") == 1);
  CHECK(two.world.engine.count("images.load") == 0);
  const auto release = *two.world.store->releases().release(two.world.key, 1);
  REQUIRE(release);
  CHECK(release->image.digest.starts_with("registry.test/team/shop@sha256:"));
  CHECK(registry->has(release->image.digest));
  CHECK(two.calls_of("images.pull") == std::vector<std::string>{release->image.digest});
  for (auto* engine : {&two.builder, &two.world.engine}) {
    const auto image = engine->images().inspect(release->image.id);
    REQUIRE(image);
    CHECK(image->names == std::vector<std::string>{release->image.name});
    CHECK_FALSE(engine->images().inspect(release->image.digest));
  }
  REQUIRE(two.deploy("one"));
  CHECK(two.builder.count("images.push") == 1);
}

TEST_CASE("a registry that is gone, or wants another login, fails the deployment and changes nothing but that the image is built") {
  TwoEngines two;
  const auto registry = two.use_registry();
  REQUIRE(two.deploy("one"));
  const auto serving = two.world.serving();
  const auto fails = [&](ErrorCode code) {
    const auto failed = two.deploy("two");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == code);
    CHECK(failed.error().message.find("registry.test/team/shop") != std::string::npos);
    CHECK(two.world.serving() == serving);
    CHECK(two.world.store->releases().releases(two.world.key)->size() == 1);
    const auto images = two.builder.images().list({});
    for (const auto& image : *images) CHECK(image.names.size() == 1);
  };
  registry->want_login();
  fails(ErrorCode::refused);
  CHECK(two.builder.count("images.push") == 2);
  registry->want_login(false);
  registry->go_away();
  fails(ErrorCode::unreachable);
  CHECK(two.builder.count("images.push") == 6);  // tried again
  registry->go_away(false);
  REQUIRE(two.deploy("two"));
  CHECK(two.builder.count("images.build") == 2);
}

TEST_CASE("a name that another deployment took away while it pushed the same image is given again") {
  TwoEngines two;
  const auto registry = two.use_registry();
  int pushes = 0;
  two.builder.on_call([&](const std::string& call, const std::string& name) {
    if (call == "images.push" && ++pushes == 1) CHECK(two.builder.images().remove(name));
  });
  CHECK(two.deploy("one"));
  CHECK(pushes == 2);
}

TEST_CASE("an image that comes out of the registry as another one is refused") {
  TwoEngines two;
  const auto registry = two.use_registry();
  two.world.engine.on_call([&](const std::string& call, const std::string& name) {
    if (call == "images.pull") registry->replace(name, {"sha256:other", {}, {}, {}});
  });
  const auto failed = two.deploy("one");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::refused);
  CHECK(failed.error().message.ends_with("is not the image that was built"));
  CHECK_FALSE(two.world.engine.images().inspect("sha256:other"));
}

TEST_CASE("a release whose image is gone is pulled again by its digest: by a rollback, and by what mends") {
  TwoEngines two;
  const auto registry = two.use_registry();
  REQUIRE(two.deploy("one"));
  const auto first = two.world.store->releases().release(two.world.key, 1)->value().image;
  REQUIRE(two.deploy("two"));
  REQUIRE(two.world.engine.images().remove(first.name));
  two.builder.die();
  const auto back = rollback(*two.world.runtime, two.world.key, RollbackRequest{1}, two.world.call());
  REQUIRE(back);
  CHECK(two.world.engine.images().inspect(first.id)->names == std::vector<std::string>{first.name});

  for (const auto& container : two.world.containers()) REQUIRE(two.world.engine.containers().remove(container));
  REQUIRE(two.world.engine.images().remove(first.name));
  REQUIRE(reconcile(*two.world.runtime, two.world.key, two.world.call()));
  CHECK(two.world.serving().size() == 2);

  registry->go_away();
  for (const auto& container : two.world.containers()) REQUIRE(two.world.engine.containers().remove(container));
  REQUIRE(two.world.engine.images().remove(first.name));
  const auto failed = reconcile(*two.world.runtime, two.world.key, two.world.call());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unreachable);
}

TEST_CASE("a plan says what it pulls, and pulls nothing") {
  TwoEngines two;
  const auto registry = two.use_registry();
  REQUIRE(two.deploy("one"));
  const auto first = two.world.store->releases().release(two.world.key, 1)->value().image;
  REQUIRE(two.deploy("two"));
  auto dry = two.world.call();
  dry.dry_run = true;
  const auto planned = [&] { return must(rollback(*two.world.runtime, two.world.key, RollbackRequest{1}, dry)).plan.stages; };
  for (const auto& stage : planned()) CHECK(stage.title != "Bring the image");
  REQUIRE(two.world.engine.images().remove(first.name));
  const auto pulls = two.calls_of("images.pull").size();
  const auto stages = planned();
  CHECK(stages.front().title == "Bring the image");
  REQUIRE(stages.front().steps.size() == 1);
  CHECK(stages.front().steps.front().description == "pull " + first.digest);
  CHECK(two.calls_of("images.pull").size() == pulls);
}

TEST_CASE("a release that is made of an image which is there already knows where an earlier one had it from") {
  TwoEngines two;
  const auto registry = two.use_registry();
  REQUIRE(two.deploy("one"));
  REQUIRE(two.world.store->variables().set_variable(two.world.key, "COLOUR", model::Variable{Secret("red"), false}));
  REQUIRE(two.deploy("one"));
  auto& releases = two.world.store->releases();
  CHECK((*releases.release(two.world.key, 2))->image == (*releases.release(two.world.key, 1))->image);
}

TEST_CASE("images that came through a registry are pruned like others") {
  TwoEngines two;
  const auto registry = two.use_registry();
  for (int number = 0; number < 8; ++number) REQUIRE(two.deploy("code " + std::to_string(number)));
  for (auto* engine : {&two.builder, &two.world.engine}) {
    std::size_t built = 0;
    const auto images = engine->images().list({{"divio.project", "shop"}});
    for (const auto& image : *images) built += image.names.size();
    CHECK(built == 5);
  }
}

TEST_CASE("images are the same by their id, or by what they consist of") {
  ports::Image one, other;
  one.id = "sha256:1", other.id = "sha256:2";
  CHECK(builder::same_image(one, one));
  CHECK_FALSE(builder::same_image(one, other));
  one.layers = other.layers = {"a", "b"};
  CHECK(builder::same_image(one, other));
  other.labels = {{"divio.build", "x"}};
  CHECK_FALSE(builder::same_image(one, other));
}
