// A region whose images another region's engine builds.
#include <doctest/doctest.h>

#include <algorithm>

#include "builder/transfer.hpp"
#include "controller/two_engines.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::TwoEngines;

TEST_CASE("the builder builds, the region gets the image and serves from it") {
  TwoEngines two;
  const auto outcome = two.deploy("one");
  REQUIRE(outcome);
  CHECK(outcome->outcome == "deployed");
  CHECK_FALSE(outcome->reused);
  CHECK(two.builder.count("images.build") == 1);
  CHECK(two.world.engine.count("images.build") == 0);
  CHECK(two.world.engine.images().inspect(outcome->image));
  CHECK(two.world.serving().size() == 2);
  CHECK(two.builder.containers().list({})->empty());
}

TEST_CASE("an image that the region has is used without a word to the builder") {
  TwoEngines two;
  REQUIRE(two.deploy("one"));
  two.builder.die();
  const auto again = two.deploy("one");
  REQUIRE(again);
  CHECK(again->outcome == "unchanged");
  CHECK(again->reused);
}

TEST_CASE("an image that only the builder has is brought over and not built again") {
  TwoEngines two;
  REQUIRE(two.deploy("one"));
  const auto image = two.builder.images().list({})->front().names.front();
  REQUIRE(two.deploy("two"));
  REQUIRE(two.world.engine.images().remove(image));
  const auto back = two.deploy("one");
  REQUIRE(back);
  CHECK(back->reused);
  CHECK(two.builder.count("images.build") == 2);
  CHECK(two.world.engine.images().inspect(image));
}

TEST_CASE("a build that is forced is done by the builder, beside the images that are there") {
  TwoEngines two;
  const auto first = two.deploy("one");
  REQUIRE(first);
  two.world.next_image.bytes = 2000;
  const auto forced = two.deploy("one", BuildMode::force);
  REQUIRE(forced);
  CHECK(forced->image != first->image);
  CHECK(two.builder.count("images.build") == 2);
  CHECK(two.builder.images().inspect(first->image));
  CHECK(two.world.engine.images().inspect(first->image));
}

TEST_CASE("adopting takes an image of the builder's, and is refused where neither has one") {
  TwoEngines two;
  const auto refused = two.deploy("one", BuildMode::adopt);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  REQUIRE(two.deploy("one"));
  const auto image = two.builder.images().list({})->front().names.front();
  REQUIRE(two.deploy("two"));
  REQUIRE(two.world.engine.images().remove(image));
  CHECK(two.deploy("one", BuildMode::adopt));
}

TEST_CASE("a builder for another kind of machine is refused before it builds") {
  TwoEngines two;
  two.builder.set_architecture("arm64");
  const auto refused = two.deploy("one");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "what region ci builds is for arm64, and region local runs amd64");
  CHECK(two.builder.count("images.build") == 0);
}

TEST_CASE("a connection that breaks while the image is brought over is tried again") {
  TwoEngines two;
  two.world.engine.fail_call("images.load", 1, {ErrorCode::unreachable, "the engine has gone", {}, {}});
  REQUIRE(two.deploy("one"));
  CHECK(two.builder.count("images.build") == 1);
  CHECK(std::ranges::find(two.world.notices, "the engine has gone; trying again") != two.world.notices.end());
}

TEST_CASE("how much of the image has been brought over is told while it is brought, to its end") {
  TwoEngines two;
  std::vector<std::string> told;
  auto call = two.world.call();
  call.listener = [&](const Event& event) {
    const auto step = std::string(builder::transfer_step);
    if (const auto* began = std::get_if<StepBegan>(&event); began && began->step == step) told.emplace_back("begins");
    if (const auto* ended = std::get_if<StepEnded>(&event); ended && ended->step == step) told.emplace_back("ends");
    const auto* moved = std::get_if<StepMoved>(&event);
    if (moved && moved->step == step && moved->done > 0 && moved->done == moved->total) told.push_back("all " + moved->unit);
  };
  REQUIRE(controller::deploy(*two.world.runtime, two.deployment(), call));
  CHECK(told == std::vector<std::string>{"begins", "all bytes", "ends"});
}

TEST_CASE("a deployment whose connection breaks for good while the image is brought over can be resumed") {
  TwoEngines two;
  REQUIRE(two.deploy("one"));
  two.world.engine.on_call([&](const std::string& call, const std::string&) {
    if (call == "images.load") two.world.engine.die();
  });
  auto call = two.world.call();
  const auto failed = two.deploy("two");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unreachable);
  CHECK(failed.error().hint.find("divioctl operation resume") != std::string::npos);
  two.world.engine.on_call({});
  two.world.engine.revive();
  const auto id = two.world.store->journal().operations(std::nullopt, 1)->front().id;
  const auto resumed = resume(*two.world.runtime, id, [&](const auto&) -> Result<Deployment> { return two.deployment(); }, call);
  REQUIRE(resumed);
  CHECK(resumed->release == 2);
  CHECK(two.builder.count("images.build") == 2);
}

TEST_CASE("an image that cannot be brought over fails the deployment, and the next one does not build again") {
  TwoEngines two;
  two.world.engine.fail_call("images.load", 1, {ErrorCode::failed, "no space left on device", {}, {}});
  const auto failed = two.deploy("one");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "no space left on device");
  CHECK(two.world.containers().empty());
  REQUIRE(two.deploy("one"));
  CHECK(two.builder.count("images.build") == 1);
}

TEST_CASE("a dry run says who builds and what is brought over, and does neither") {
  TwoEngines two;
  auto call = two.world.call();
  call.dry_run = true;
  const auto planned = controller::deploy(*two.world.runtime, two.deployment(), call);
  REQUIRE(planned);
  const auto& stage = planned->plan.stages.front();
  REQUIRE(stage.steps.size() == 2);
  CHECK(stage.steps[0].description.ends_with(" in region ci"));
  CHECK(stage.steps[1].description.ends_with(" from region ci"));
  CHECK(two.builder.count("images.build") == 0);
  CHECK(two.world.engine.count("images.load") == 0);
}

TEST_CASE("layers are shared as far as some image has the same ones from the bottom") {
  using Layers = std::vector<std::string>;
  const auto image = [](Layers layers) {
    ports::Image made;
    made.layers = std::move(layers);
    return made;
  };
  CHECK(builder::shared_layers({"a", "b", "c"}, {}) == 0);
  CHECK(builder::shared_layers({"a", "b", "c"}, {image({"b", "c"}), image({})}) == 0);
  CHECK(builder::shared_layers({"a", "b", "c"}, {image({"a", "x"}), image({"a", "b", "y", "c"})}) == 2);
  CHECK(builder::shared_layers({"a"}, {image({"a", "b"})}) == 1);
}

namespace {

// Time goes on where somebody sleeps.
class SleepersClock final : public ports::Clock {
 public:
  [[nodiscard]] model::TimePoint now() const override { return model::TimePoint(slept_); }
  bool sleep(std::chrono::milliseconds time, std::stop_token) override {
    slept_ += time;
    return true;
  }
  [[nodiscard]] std::chrono::milliseconds slept() const { return slept_; }

 private:
  std::chrono::milliseconds slept_{0};
};

}  // namespace

TEST_CASE("an image goes straight from one engine to the other within the bandwidth that there is for it") {
  fakes::FakeEngine from, to;
  from.add_image("divio/shop:1", {});
  SleepersClock clock;
  std::uint64_t sent = 0;
  const Listener tell = [&](const Event& event) {
    if (const auto* moved = std::get_if<StepMoved>(&event)) sent = moved->done;
  };
  const auto bring = [&](std::uint64_t bytes_per_second) {
    REQUIRE(builder::transfer_image({.from = from.images(), .to = to.images(), .image = "divio/shop:1", .name = "divio/shop:1", .route = "over",
                                     .clock = &clock, .bytes_per_second = bytes_per_second}, tell, {}));
    CHECK(to.images().inspect("divio/shop:1"));
    REQUIRE(to.images().remove("divio/shop:1"));
    return clock.slept();
  };
  CHECK(bring(0).count() == 0);
  const auto took = bring(100);
  REQUIRE(sent > 0);
  CHECK(took == std::chrono::milliseconds(sent * 10));
}
