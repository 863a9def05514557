// Builds take turns, and none goes on for ever.
#include "controller/build_queue.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "controller/world.hpp"
#include "fakes/outcome.hpp"
#include "fakes/within.hpp"
#include "system/clock.hpp"

using namespace divio;
using namespace divio::controller;
using namespace std::chrono_literals;
using divio::controller::testing::FakeSource;
using divio::controller::testing::World;
using tests::must;
using tests::must_fail;

namespace {

// Whoever sleeps for minutes sleeps a hundredth of a second for each.
class ShortMinutes final : public ports::Clock {
 public:
  [[nodiscard]] model::TimePoint now() const override { return real_->now(); }
  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override {
    return real_->sleep(time < 1min ? time : time / 6000, std::move(stop));
  }

 private:
  std::unique_ptr<ports::Clock> real_ = system::make_system_clock();
};

// A build of an environment of its own, from code of its own, carried out beside others.
class Build {
  FakeSource source_;

 public:
  Build(World& world, const std::string& name) {
    source_.code = name;
    auto order = world.deployment();
    order.key.environment = *model::EnvironmentName::parse(name);
    order.codebase.source = &source_;
    const Call call{.listener = [this](const Event& event) {
                      const auto* notice = std::get_if<Notice>(&event);
                      if (notice && notice->text == "waiting: 2 builds are running in region local") waits = true;
                    },
                    .stop = stop.get_token()};
    ended = std::async(std::launch::async, [&world, order, call] { return controller::build(*world.runtime, order, call); });
  }

  std::stop_source stop;
  std::atomic<bool> waits = false;
  std::future<Result<BuildOutcome>> ended;
};

}  // namespace

TEST_CASE("two builds of a region go on at once; a third one waits, says so, and begins when one of them has ended") {
  World world;
  std::atomic<int> begun = 0;
  std::atomic<int> may_end = 0;
  world.engine.on_build([&](const auto&, const auto&, const auto&, auto) -> Result<fakes::FakeImage> {
    const int turn = ++begun;
    static_cast<void>(tests::within_20_seconds([&] { return may_end >= turn; }));
    return fakes::FakeImage{};
  });
  Build first(world, "one");
  Build second(world, "two");
  REQUIRE(tests::within_20_seconds([&] { return begun == 2; }));
  Build third(world, "three");
  Build impatient(world, "four");
  REQUIRE(tests::within_20_seconds([&] { return third.waits && impatient.waits; }));
  impatient.stop.request_stop();
  CHECK(must_fail(impatient.ended.get()).code == ErrorCode::cancelled);
  CHECK(begun == 2);
  may_end = 1;
  CHECK(tests::within_20_seconds([&] { return begun == 3; }));
  may_end = 3;
  for (auto* build : {&first, &second, &third}) must(build->ended.get());
}

TEST_CASE("a build that outlasts half an hour is cancelled in the engine, and what serves is untouched") {
  World world;
  must(world.deploy("one"));
  const auto before = world.serving();
  ShortMinutes clock;
  Runtime runtime{world.engine, world.ingress, *world.store, clock, {}, world.runtime->holder};
  bool cancelled = false;
  world.engine.on_build([&](const auto&, const auto&, const auto&, std::stop_token stop) -> Result<fakes::FakeImage> {
    cancelled = tests::within_20_seconds([&] { return stop.stop_requested(); });
    return fakes::FakeImage{};
  });
  world.source.code = "two";
  const auto late = must_fail(deploy(runtime, world.deployment(), world.call()));
  CHECK(late.code == ErrorCode::timed_out);
  CHECK(late.message == "the build took longer than 30 minutes and was cancelled");
  CHECK(tests::contains(late.hint, "run it again"));
  CHECK(cancelled);
  CHECK(world.serving() == before);
  CHECK(world.containers() == before);
  CHECK(world.store->leases().leases()->empty());
}
