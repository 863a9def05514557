// A migration from its beginning to its end, by the program's own code on fakes, while whoever carries it out dies at any call, and
// calls fail or lose their answer: visitors are served at every call, one region has the workers, and it comes to its end.
#include <doctest/doctest.h>

#include <cstdlib>

#include "fakes/seed.hpp"
#include "platform/moving_world.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;

namespace {

constexpr unsigned most_calls = 250;  // what a move without an accident takes

using Command = MovingWorld::Command;

Command start(const Target& target, bool hold) {
  return [=](Platform& platform, const CallOptions& options) { return platform.start_migration(target, {.to = "eu", .max_pause = 5s, .hold_cutover = hold}, options); };
}

std::vector<Command> commands(const Target& target) {
  return {[=](Platform& platform, const CallOptions& options) { return platform.resume_migration(target, {}, options); },
          [=](Platform& platform, const CallOptions& options) { return platform.resume_migration(target, {}, options); },
          [=](Platform& platform, const CallOptions& options) { return platform.cut_over_migration(target, {}, options); },
          [=](Platform& platform, const CallOptions& options) { return platform.reverse_migration(target, {}, options); },
          [=](Platform& platform, const CallOptions& options) { return platform.abort_migration(target, {}, options); },
          [=](Platform& platform, const CallOptions& options) { return platform.finalize_migration(target, {.keep_backup = 0}, options); }};
}

bool goes_on(const Result<MigrationView>& migration) { return migration && migration->phase != "aborted" && migration->phase != "finalised"; }

// Dies at a call, or meets faults only.
void meet_storm(MovingWorld& world, const Command& command) {
  const int dies_at = world.chance(3) ? 0 : 1 + static_cast<int>(world.random() % most_calls);
  (void)world.run(command, dies_at, true);
  world.let_time_pass(world.chance(2) ? 40s : 20s);
  world.check_workers("after a command");
}

// It can be ended by two commands, whatever it is in the midst of.
std::string ends_well(MovingWorld& world) {
  const auto all = commands(world.target());
  const auto begun = world.platform().migration(world.target());
  if (!goes_on(begun)) return begun || begun.error().code == ErrorCode::not_found ? "" : begun.error().message;
  const auto resumed = world.run(all[0], 0, false);
  if (!resumed) return "it cannot be resumed: " + resumed.error().message;
  if (!goes_on(resumed)) return {};
  const auto ended = world.run(resumed->phase == "soaking" ? all[5] : all[4], 0, false);
  if (!ended) return "it cannot be ended: " + ended.error().message;
  return goes_on(ended) ? "it goes on, " + ended->phase : "";
}

struct Told {
  std::string broken_promise;
  int deaths = 0;
  bool moved = false;
};

Told live_through(unsigned long long number, fakes::Disk disk = fakes::Disk::honest) {
  MovingWorld world(number, disk);
  const auto all = commands(world.target());
  for (auto commands_left = 1 + world.random() % 6; commands_left > 0 && world.broken_promises.empty(); --commands_left) {
    const bool begins = !goes_on(world.platform().migration(world.target()));
    meet_storm(world, begins ? start(world.target(), world.chance(2)) : all[world.random() % all.size()]);
  }
  if (const auto bad = ends_well(world); !bad.empty()) world.broken_promises.push_back(bad);
  world.let_time_pass(1min);
  const auto served = world.visit("local");
  const std::string serves = served == "served by eu" ? "eu" : "local", other = serves == "eu" ? "local" : "eu";
  for (const auto& thing : world.things_in(other)) world.broken_promises.push_back("left over in " + other + ": " + thing);
  if (const auto status = world.platform().status(world.target()); !status || status->region != serves) world.broken_promises.push_back("the catalogue does not say that " + serves + " serves");
  return {world.broken_promises.empty() ? std::string() : world.broken_promises.front(), world.deaths, serves == "eu"};
}

}  // namespace

TEST_CASE("whoever moves an environment dies at any call: visitors are served at every moment, and two commands end it with nothing left over") {
  const auto first = seed();
  const auto* wanted = std::getenv("DIVIO_TEST_HISTORIES");
  const int histories = wanted == nullptr ? 30 : std::atoi(wanted);
  int deaths = 0, moved = 0;
  for (int i = 0; i < histories; ++i) {
    const auto number = first + static_cast<unsigned long long>(i);
    CAPTURE(number);
    const auto told = live_through(number);
    REQUIRE(told.broken_promise == "");
    deaths += told.deaths;
    moved += told.moved ? 1 : 0;
  }
  MESSAGE(deaths << " deaths, " << moved << " of " << histories << " moved in the end");
  CHECK(deaths > 0);
}

TEST_CASE("a catalogue that loses what it was told to keep is noticed") {
  int noticed = 0;
  for (unsigned long long number = 0; number < 20 && noticed == 0; ++number) noticed += live_through(number, fakes::Disk::lying).broken_promise.empty() ? 0 : 1;
  CHECK(noticed > 0);
}
