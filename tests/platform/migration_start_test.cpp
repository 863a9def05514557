// What migrate start is told, on fakes: when it cuts over, and how quickly it copies.
#include <doctest/doctest.h>

#include <stop_token>

#include "builder/transfer.hpp"
#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// shop/live is in region local, on a Monday at noon; eu is empty, and nothing answers there, so that no cut-over succeeds.
struct StartWorld : SeveralRegions {
  StartWorld() {
    add("eu", {.address = "192.0.2.2"});
    must(platform().set_region({.name = "local", .address = "192.0.2.1"}));
    must(deploy());
    set_clock(must(model::parse_rfc3339("2026-11-30T12:00:00Z")));
  }

  Result<MigrationView> start(const MigrateStartRequest& request) { return platform().start_migration(target(), request, {}); }
  std::string phase() { return must(platform().migration(target())).phase; }
  bool tries_to_cut_over(const MigrateStartRequest& request) { return contains(must_fail(start(request)).message, "nothing answers at 192.0.2.2"); }
  // For the window, until somebody presses Ctrl-C.
  bool waits(const MigrateStartRequest& request) {
    std::stop_source stop;
    bool waited = false;
    const Listener tell = [&](const Event& event) {
      const auto* began = std::get_if<StepBegan>(&event);
      if (began == nullptr || !began->description.starts_with("wait for the window")) return;
      waited = true;
      stop.request_stop();
    };
    return must_fail(platform().start_migration(target(), request, {.listener = tell, .stop = stop.get_token()})).code == ErrorCode::cancelled && waited;
  }
};

const MigrateStartRequest in_the_night{.to = "eu", .window = "Sun 01:00-05:00 UTC"};
const MigrateStartRequest held{.to = "eu", .hold_cutover = true};
const MigrateStartRequest as_it_was_begun{.to = "eu"};
const MigrateStartRequest now{.to = "eu", .now = true};

}  // namespace

TEST_CASE("start --now cuts over a migration that goes on, whatever its window") {
  StartWorld world;
  CHECK(world.waits(in_the_night));
  CHECK(world.phase() == "verified");
  CHECK(world.waits(as_it_was_begun));
  CHECK(world.tries_to_cut_over(now));
}

TEST_CASE("start --now cuts over a migration that was begun to be held") {
  StartWorld world;
  CHECK(must(world.start(held)).phase == "verified");
  CHECK(must(world.start(as_it_was_begun)).phase == "verified");
  CHECK(world.tries_to_cut_over(now));
}

TEST_CASE("start --now of a new migration does as one without a window, and of one that is cut short before it is ready goes on to the cut-over") {
  StartWorld world;
  CHECK(world.tries_to_cut_over(now));
  must(world.platform().abort_migration(world.target(), {}, {}));
  CHECK(must(world.start(held)).phase == "verified");
  world.change_migration("live", [](model::Migration& one) { one.phase = model::MigrationPhase::reserved; });
  CHECK(world.tries_to_cut_over(now));
}

TEST_CASE("now is neither in a window nor held") {
  StartWorld world;
  for (auto request : {in_the_night, held}) {
    request.now = true;
    CHECK(must_fail(world.start(request)).code == ErrorCode::invalid);
    CHECK(must_fail(world.platform().start_migrations(world.target(), {.all_environments = true}, request, {})).code == ErrorCode::invalid);
  }
  CHECK(must(world.platform().migrations()).empty());
}

TEST_CASE("the image goes to the other region within --bandwidth, however that is spelled") {
  for (const auto* bandwidth : {"20k", "20kB", "20kB/s"}) {
    StartWorld world;
    std::uint64_t sent = 0;
    double seconds = 0;
    const Listener tell = [&](const Event& event) {
      if (const auto* moved = std::get_if<StepMoved>(&event); moved && moved->step == builder::transfer_step) sent = moved->done;
      if (const auto* ended = std::get_if<StepEnded>(&event); ended && ended->step == builder::transfer_step) seconds = ended->seconds;
    };
    CHECK(must(world.platform().start_migration(world.target(), {.to = "eu", .hold_cutover = true, .bandwidth = bandwidth}, {.listener = tell})).phase == "verified");
    REQUIRE(sent > 0);
    CHECK(seconds > static_cast<double>(sent) / 20'000 - 0.01);
  }
}

TEST_CASE("a bandwidth that is none is refused before anything is made") {
  StartWorld world;
  for (const auto* bandwidth : {"fast", "0", "50MB/min", "-1M"}) CHECK(must_fail(world.start({.to = "eu", .bandwidth = bandwidth})).code == ErrorCode::invalid);
  CHECK(must(world.platform().migrations()).empty());
}
