// Migrations that the catalogue knows, and what they keep others from doing.
#include "controller/migrations.hpp"

#include <doctest/doctest.h>

#include <set>

#include "controller/world.hpp"
#include "fakes/outcome.hpp"
#include "planning/migration_phases.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;
using model::MigrationPhase;
using model::OperationKind;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

using Names = std::vector<std::string>;

constexpr auto last_phase = MigrationPhase::finalised;
constexpr auto last_kind = OperationKind::migrate;

model::EnvironmentKey environment(const char* name) { return {must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse(name))}; }

model::Migration migration(const std::string& id, const model::EnvironmentKey& key, MigrationPhase phase = MigrationPhase::planned) {
  model::Migration made{.id = id, .key = key, .source = must(model::RegionName::parse("eu")), .target = must(model::RegionName::parse("ch"))};
  made.phase = phase;
  made.secret = Secret("not to be seen");
  return made;
}

// In a phase, from here on.
void moves(World& world, MigrationPhase phase) { must(put_migration(*world.store, migration("01m", world.key, phase))); }

// The same, of a service from the shared server of its region to one of its own.
void moves_within_its_region(World& world, MigrationPhase phase) {
  auto moving = migration("01m", world.key, phase);
  moving.target = moving.source;
  moving.services = {{"default", "divio-postgres-15", "divio-shop-live-default", "postgres"}};
  must(put_migration(*world.store, moving));
}

Names ids(const std::vector<model::Migration>& all) {
  Names found;
  for (const auto& one : all) found.push_back(one.id);
  return found;
}

bool expected(OperationKind kind, MigrationPhase phase, const std::set<OperationKind>& harmless) {
  if (kind == OperationKind::migrate || phase == MigrationPhase::aborted || phase == MigrationPhase::finalised) return true;
  return phase != MigrationPhase::cutting_over && harmless.contains(kind);
}

// In every phase just these are done.
void check_allowed(World& world, void (*move)(World&, MigrationPhase), const std::set<OperationKind>& harmless) {
  for (int p = 0; p <= static_cast<int>(last_phase); ++p) {
    const auto phase = static_cast<MigrationPhase>(p);
    move(world, phase);
    for (int k = 0; k <= static_cast<int>(last_kind); ++k) {
      const auto kind = static_cast<OperationKind>(k);
      CAPTURE(to_string(phase));
      CAPTURE(to_string(kind));
      REQUIRE_FALSE(to_string(kind).empty());
      CHECK(check_not_moving(*world.store, world.key, kind).has_value() == expected(kind, phase, harmless));
      CHECK(check_not_moving(*world.store, environment("test"), kind).has_value());  // another environment
    }
  }
}

template <class T>
void check_refused(const Result<T>& result, const std::string& hint) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::refused);
  CHECK(contains(result.error().message, "shop-live is being moved from eu to ch"));
  CHECK(result.error().hint == hint);
}

// Two releases serve one after the other, so there is one to go back to.
struct MovingWorld : World {
  MovingWorld() {
    must(deploy("one"));
    must(deploy("two"));
  }
  Result<RolloutOutcome> scale_to(int replicas) { return scale(*runtime, key, {{{"web", replicas}}}, call()); }
  Result<RolloutOutcome> roll_back() { return rollback(*runtime, key, {}, call()); }
  Result<RolloutOutcome> go() { return destroy(*runtime, key, {}, call()); }
  [[nodiscard]] std::size_t operations() { return must(store->journal().operations(key, 100)).size(); }
};

}  // namespace

TEST_CASE("migrations are listed the newest first, and of each environment the newest is told") {
  World world;
  auto& store = *world.store;
  const auto live = environment("live");
  const auto test = environment("test");
  CHECK(must(migrations(store)).empty());
  CHECK_FALSE(must(latest_migration(store, live)));
  must(put_migration(store, migration("01b", live, MigrationPhase::aborted)));
  must(put_migration(store, migration("01d", test)));
  must(put_migration(store, migration("01c", live)));
  must(put_migration(store, migration("01a", live, MigrationPhase::finalised)));
  CHECK(ids(must(migrations(store))) == Names{"01d", "01c", "01b", "01a"});
  CHECK(must(latest_migration(store, live))->id == "01c");
  CHECK(must(latest_migration(store, test))->id == "01d");
  CHECK_FALSE(must(latest_migration(store, environment("other"))));
}

TEST_CASE("a migration that is put again takes the place of what it was") {
  World world;
  must(put_migration(*world.store, migration("01m", world.key)));
  auto further = migration("01m", world.key, MigrationPhase::soaking);
  further.there = true;
  further.attempts = {{.number = 1, .decision = "committed"}};
  must(put_migration(*world.store, further));
  CHECK(must(migrations(*world.store)).size() == 1);
  const auto known = must(latest_migration(*world.store, world.key));
  REQUIRE(known);
  CHECK(known->phase == MigrationPhase::soaking);
  CHECK(known->serving().str() == "ch");
  CHECK(known->attempts == further.attempts);
  CHECK(known->secret.reveal() == "not to be seen");
}

TEST_CASE("while an environment moves only what does not get in the way is done, and nothing while it is handed over") {
  World world;
  using enum OperationKind;
  check_allowed(world, moves, {build, scale, restart, stop, start, reconcile, backup_create, backup_verify});
}

TEST_CASE("while a service moves within its region the same is done but a restart, which would make a generation of its own") {
  World world;
  using enum OperationKind;
  check_allowed(world, moves_within_its_region, {build, scale, stop, start, reconcile, backup_create, backup_verify});
}

TEST_CASE("who is refused while a service moves within its region is told from which server to which") {
  MovingWorld world;
  moves_within_its_region(world, MigrationPhase::soaking);
  const auto served = world.serving();
  for (const auto& refused : {world.deploy("three"), restart(*world.runtime, world.key, world.call())}) {
    const auto error = must_fail(refused);
    CHECK(error.code == ErrorCode::refused);
    CHECK(contains(error.message, "shop-live is being moved from divio-postgres-15 to divio-shop-live-default (soaking), and "));
    CHECK(error.hint == "end that first: divioctl migrate finalize --project shop -e live");
  }
  CHECK(world.serving() == served);
  must(build(*world.runtime, world.deployment(), world.call()));
}

TEST_CASE("while a service moves within its region only the set of instances that serves is changed, and who saw another one does nothing") {
  MovingWorld world;
  moves_within_its_region(world, MigrationPhase::soaking);  // back: the source serves, whose generation is 0
  const auto served = world.serving();
  const auto before = world.operations();
  for (const auto& generations : {model::Generations{}, model::Generations{.first = 1}}) {
    world.runtime->generations = generations;
    CHECK(must_fail(world.scale_to(3)).code == ErrorCode::conflict);
    CHECK(must_fail(reconcile(*world.runtime, world.key, world.call())).code == ErrorCode::conflict);
  }
  CHECK(world.serving() == served);
  CHECK(world.operations() == before);
  world.runtime->generations = {.last = 0};
  CHECK(must(world.scale_to(3)).outcome == "changed");
  moves_within_its_region(world, MigrationPhase::finalised);
  CHECK(must_fail(world.scale_to(1)).code == ErrorCode::conflict);
}

TEST_CASE("who is refused while an environment moves is told why, and by what that can be ended") {
  World world;
  for (int p = 0; p <= static_cast<int>(MigrationPhase::finalising); ++p) {
    const auto phase = static_cast<MigrationPhase>(p);
    if (phase == MigrationPhase::aborted) continue;
    CAPTURE(to_string(phase));
    moves(world, phase);
    const auto error = must_fail(check_not_moving(*world.store, world.key, OperationKind::deploy));
    CHECK(error.code == ErrorCode::refused);
    CHECK(error.message == "shop-live is being moved from eu to ch (" + std::string(to_string(phase)) + "), and deploy would get in its way");
    CHECK(error.hint.starts_with("end that first: " + planning::next_command(migration("01m", world.key, phase))));
    CHECK(contains(error.hint, "divioctl migrate abort") == (phase < MigrationPhase::cutting_over));
  }
}

TEST_CASE("before and after a hand-over an environment that moves is not deployed, rolled back or destroyed, and can be scaled") {
  struct Phase {
    MigrationPhase phase;
    const char* hint;
  };
  for (const auto& [phase, hint] : {Phase{MigrationPhase::copying, "end that first: divioctl migrate resume --project shop -e live, or divioctl migrate abort --project shop -e live"},
                                    Phase{MigrationPhase::verified, "end that first: divioctl migrate cutover --project shop -e live, or divioctl migrate abort --project shop -e live"},
                                    Phase{MigrationPhase::soaking, "end that first: divioctl migrate finalize --project shop -e live"}}) {
    CAPTURE(to_string(phase));
    MovingWorld world;
    moves(world, phase);
    const auto served = world.serving();
    const auto operations = world.operations();
    check_refused(world.deploy("three"), hint);
    check_refused(world.roll_back(), hint);
    check_refused(world.go(), hint);
    CHECK(world.operations() == operations);
    CHECK(world.serving() == served);
    CHECK(world.containers() == served);
    must(world.scale_to(3));
    CHECK(world.serving().size() == 3);
    must(restart(*world.runtime, world.key, world.call()));
    must(reconcile(*world.runtime, world.key, world.call()));
  }
}

TEST_CASE("while an environment is handed over nothing else acts on it, not even what would repair it") {
  MovingWorld world;
  moves(world, MigrationPhase::cutting_over);
  const std::string hint = "end that first: divioctl migrate resume --project shop -e live";
  const auto served = world.serving();
  const auto operations = world.operations();
  must(world.engine.containers().stop(served.front(), std::chrono::seconds(0)));
  check_refused(world.deploy("three"), hint);
  check_refused(build(*world.runtime, world.deployment(), world.call()), hint);
  check_refused(world.roll_back(), hint);
  check_refused(world.go(), hint);
  check_refused(world.scale_to(3), hint);
  check_refused(restart(*world.runtime, world.key, world.call()), hint);
  check_refused(stop(*world.runtime, world.key, world.call()), hint);
  check_refused(start(*world.runtime, world.key, world.call()), hint);
  check_refused(reconcile(*world.runtime, world.key, world.call()), hint);
  CHECK(world.operations() == operations);
  CHECK(world.serving() == served);
  CHECK(must(world.store->leases().leases()).empty());  // who was refused holds nothing
}

TEST_CASE("once a migration has ended everything works again") {
  for (const auto phase : {MigrationPhase::finalised, MigrationPhase::aborted}) {
    CAPTURE(to_string(phase));
    MovingWorld world;
    moves(world, MigrationPhase::cutting_over);
    CHECK_FALSE(world.scale_to(3));
    moves(world, phase);
    must(world.scale_to(3));
    must(reconcile(*world.runtime, world.key, world.call()));
    must(world.roll_back());
    must(world.deploy("three"));
    CHECK(world.serving().size() == 3);
    must(world.go());
    CHECK(world.containers().empty());
  }
}
