#include "migration/environment/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/engine_lease.hpp"
#include "controller/migrations.hpp"
#include "controller/operation_run.hpp"
#include "controller/outcome.hpp"
#include "controller/services.hpp"
#include "migration/environment/move.hpp"
#include "migration/environment/window.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using model::Migration;
using planning::MigrationWish;

// The region in which the environment is, whose parts an operation is begun with; and the other one.
controller::Runtime& serving(const Regions& regions, const Migration* migration) {
  return migration != nullptr && migration->there ? regions.target : regions.source;
}
controller::Runtime& other(const Regions& regions, const Migration* migration) {
  return migration != nullptr && migration->there ? regions.source : regions.target;
}

// An operation, seen by others on both engines.
struct Held {
  std::unique_ptr<controller::OperationRun> run;
  std::unique_ptr<controller::EngineLease> other;
};

// `lost`: not on the engine of this region.
Result<Held> hold(const Regions& regions, const Migration* migration, const model::EnvironmentKey& key, const controller::Call& call,
                  const std::optional<model::RegionName>& lost = {}) {
  Held held;
  const bool in_place = &regions.source == &regions.target;
  auto& serves = serving(regions, migration);
  auto& here = lost && *lost == serves.region.name ? other(regions, migration) : serves;
  auto begun = controller::OperationRun::begin(here, model::OperationKind::migrate, key, "{}", call);
  if (!begun) return Failure(planning::with_way_out(std::move(begun).error(), migration, here.region.name));
  held.run = std::move(*begun);
  if (in_place || lost) return held;
  auto& there = other(regions, migration);
  const controller::LeaseMark mark{key, there.store.catalogue_id(), there.holder.person, "migrate, operation " + held.run->id()};
  auto also = controller::EngineLease::acquire(there, mark, call.lock_wait, call);
  if (!also) {
    DIVIO_CHECK(held.run->end(model::Outcome::failed, also.error().message));
    return Failure(planning::with_way_out(std::move(also).error(), migration, there.region.name));
  }
  held.other = std::move(*also);
  return held;
}

std::string summary_of(const Migration& migration) {
  return fmt::format("{}: {} serves", to_string(migration.phase), migration.serving_name());
}

Failure with_next(const Migration& migration, Error error) {
  const auto next = planning::next_command(migration);
  if (!next.empty() && error.hint.find("divioctl migrate") == std::string::npos)
    error.hint += (error.hint.empty() ? "" : "\n") + fmt::format("the migration is {}, and {} serves; to go on: {}", to_string(migration.phase), migration.serving_name(), next);
  return Failure(std::move(error));
}

// Ends the operation as it went. One that nobody answered can be gone on with.
Result<Migration> conclude(const Held& held, const Migration& migration, Result<void> done) {
  using model::Outcome;
  if (done) DIVIO_CHECK(held.run->end(Outcome::succeeded, summary_of(migration)));
  else DIVIO_CHECK(held.run->end(done.error().code == ErrorCode::cancelled ? Outcome::cancelled : Outcome::failed, done.error().message));
  if (done) return migration;
  return with_next(migration, std::move(done).error());
}

std::optional<model::Window> obeyed(const Migration& migration, const Going& going) {
  return going.now ? std::nullopt : migration.window;
}

Result<void> go_on(Move& move, const Going& going) {
  DIVIO_CHECK(move.make_ready());
  const auto& migration = move.migration();
  if (migration.phase != model::MigrationPhase::verified || migration.hold_cutover || going.hold) return {};
  return move.hand_over(migration.max_pause, obeyed(migration, going));
}

std::chrono::milliseconds pause_of(const Migration& migration, const Going& going) {
  return going.max_pause.count() > 0 ? going.max_pause : migration.max_pause;
}

// What is left of an older migration is not cleared where the environment is again by now.
Result<void> check_lives_there(ports::Store& store, const Migration& migration) {
  DIVIO_TRY(environment, store.projects().environment(migration.key));
  if (environment && environment->region == migration.serving()) return {};
  return fail(ErrorCode::refused, fmt::format("{} is not in region {} any more, where that migration left it", migration.key.stem(), migration.serving().str()),
              fmt::format("what is left of it in region {} has to be removed there by hand", migration.other().str()));
}

// Whatever it is asked for, what was begun without a region ends without it.
Going as_begun(const Migration& migration, Going going) {
  using enum model::MigrationPhase;
  const bool ends = migration.phase == finalising || migration.phase == aborting;
  if (migration.takes_over()) going.lost = migration.other();
  if (going.wish == MigrationWish::go_on && ends && migration.alone) going.ending.alone = true;
  return going;
}

// One that is not asked.
std::optional<model::RegionName> left_out(const Migration& migration, const Going& going) {
  return going.ending.alone ? std::optional(migration.other()) : going.lost;
}

Result<void> act(Move& move, const Going& going) {
  if (going.lost) return move.take_over(*going.lost == move.migration().source ? Side::source : Side::target);
  const auto wish = going.wish;
  const bool unfinished = move.migration().phase == model::MigrationPhase::cutting_over;
  DIVIO_CHECK(going.ending.alone ? move.end_attempt_alone() : move.end_attempt());
  if (unfinished) {
    const auto& last = move.migration().attempts.back();
    const auto meant = last.back ? MigrationWish::reverse : MigrationWish::cut_over;
    if (last.decision == "committed" && wish == meant) return {};  // what was asked for is done
    DIVIO_CHECK(planning::check_wish(move.migration(), wish, going.ending.alone));
  }
  const auto pause = pause_of(move.migration(), going);
  switch (wish) {
    case MigrationWish::go_on: break;
    case MigrationWish::cut_over: {
      DIVIO_CHECK(move.make_ready());
      return move.migration().there || going.hold ? Result<void>() : move.hand_over(pause, obeyed(move.migration(), going));
    }
    case MigrationWish::reverse: return move.hand_over(pause);
    case MigrationWish::abort:
    case MigrationWish::finalise: return move.finish(going.ending);
  }
  if (move.migration().phase == model::MigrationPhase::aborting || move.migration().phase == model::MigrationPhase::finalising) return move.finish(going.ending);
  return go_on(move, going);
}

Result<void> check_plan(const MigrationPlanView& plan, const Beginning& beginning) {
  const auto& hash = beginning.plan_hash;
  for (const auto& one : plan.obstacles)
    if (one.stops) return fail(ErrorCode::refused, one.what, one.way_out);
  const auto copied = std::ranges::find(plan.services, "copy", &MigrationServiceView::method);
  if (copied != plan.services.end() && !beginning.allow_pause)
    return fail(ErrorCode::refused, fmt::format("service '{}' cannot follow: it is copied while requests wait", copied->prefix),
                "if they may wait, say --allow-pause, with a --max-pause that is long enough for its data");
  const auto longest = static_cast<double>(beginning.max_pause.count());
  if (beginning.in_place && beginning.in_place->login && plan.predicted_pause_ms > longest && !beginning.allow_pause)
    return fail(ErrorCode::refused, fmt::format("requests would wait for about {:.1f} s, which is longer than --max-pause: the files on both sides are listed meanwhile", plan.predicted_pause_ms / 1000),
                "if they may wait, say --allow-pause, with a --max-pause that is long enough");
  if (hash.empty() || hash == plan.hash) return {};
  return fail(ErrorCode::conflict, fmt::format("the plan is another one by now: {}, not {}", plan.hash, hash), "look at it again (--dry-run); what it is now would be done by: " + plan.next);
}

// Both places are written down: what a name is made of may be called otherwise by a later divioctl.
Result<void> add_places(controller::Runtime& runtime, const InPlace& change, Migration& migration) {
  DIVIO_TRY(environment, controller::need_environment(runtime, migration.key));
  DIVIO_TRY(instance, controller::need_instance(runtime, migration.key, change.prefix));
  migration.generation = environment.generation;
  auto& moving = migration.services.front();
  moving.source_place = model::place_of(instance);
  moving.target_place = place_after(runtime, instance, change);
  return {};
}

Migration new_migration(const Regions& regions, const Beginning& beginning, const MigrationPlanView& plan, const std::string& id) {
  const auto now = regions.source.clock.now();
  Migration migration{.id = id, .key = beginning.key, .source = regions.source.region.name, .target = regions.target.region.name};
  migration.release = plan.release;
  migration.max_pause = beginning.max_pause;
  migration.hold_cutover = beginning.hold_cutover;
  migration.window = beginning.window;
  migration.bytes_per_second = beginning.bytes_per_second;
  migration.began_at = migration.changed_at = now;
  for (const auto& one : plan.services) migration.services.push_back({one.prefix, one.from, one.to, one.type, one.method == "replication"});
  return migration;
}

FetchImage fetching(controller::OperationRun& run) {
  return [&run](controller::Runtime& runtime, const std::string& image) {
    Steps steps(run, runtime);
    return steps.step("fetch " + image, fmt::format("bring image {} to region {}", image, runtime.region.name.str()),
                      [&] { return runtime.engine.images().pull(image, [](std::string_view) {}, run.stop()); });
  };
}

// Up to the cut-over where that has to wait for its window.
Result<Migration> begin(const Regions& regions, const Beginning& beginning, const controller::Call& call) {
  DIVIO_TRY(held, hold(regions, nullptr, beginning.key, call));
  const auto write = [&]() -> Result<Migration> {
    DIVIO_TRY(previous, controller::latest_migration(regions.source.store, beginning.key));
    if (previous && previous->goes_on())  // whoever had the lease before began it
      return fail(ErrorCode::conflict, planning::under_way(*previous), "what comes next: " + planning::next_command(*previous));
    if (const auto& ensure = regions.target.programs.ensure; ensure && !beginning.in_place) DIVIO_CHECK(ensure(regions.target.engine, held.run->stop()));
    const auto fetch = fetching(*held.run);
    DIVIO_TRY(plan, beginning.in_place ? plan_in_place(regions.source, beginning.key, *beginning.in_place, fetch) : plan_migration(regions, beginning.key, fetch));
    DIVIO_CHECK(check_plan(plan, beginning));
    auto migration = new_migration(regions, beginning, plan, held.run->id());
    if (beginning.in_place) DIVIO_CHECK(add_places(regions.source, *beginning.in_place, migration));
    migration.secret = previous ? previous->secret : Secret(random_hex(32));
    DIVIO_CHECK(controller::put_migration(regions.source.store, migration));
    return migration;
  };
  auto migration = write();
  if (!migration) {
    DIVIO_CHECK(held.run->end(model::Outcome::failed, migration.error().message));
    return migration;
  }
  Move move(regions.source, regions.target, *migration, *held.run);
  auto done = go_on(move, {.hold = beginning.window.has_value() || beginning.ready_only});
  return conclude(held, move.migration(), std::move(done));
}

// As far as it goes without waiting.
Result<Migration> carry_on_now(const Regions& regions, const Migration& migration, const Going& asked, const controller::Call& call) {
  const auto going = as_begun(migration, asked);
  const auto lost = left_out(migration, going);
  DIVIO_TRY(held, hold(regions, &migration, migration.key, call, lost));
  // Somebody may have gone on with it before the lease was ours.
  const auto take = [&]() -> Result<Migration> {
    DIVIO_TRY(now, controller::latest_migration(regions.source.store, migration.key));
    if (!now || now->id != migration.id) return fail(ErrorCode::conflict, "the migration is another one by now");
    if (lost && (now->there != migration.there || now->takes_over() != migration.takes_over())) return fail(ErrorCode::conflict, "another region serves by now", "look at it again: divioctl migrate show");
    DIVIO_CHECK(planning::check_wish(*now, going.wish, lost.has_value()));
    if (!now->goes_on()) DIVIO_CHECK(check_lives_there(regions.source.store, *now));
    if (going.lost && *going.lost == now->other() && now->phase != model::MigrationPhase::cutting_over)
      return fail(ErrorCode::conflict, fmt::format("region {} does not serve any more", going.lost->str()), "look at it again: divioctl migrate show");
    if (!going.window) return std::move(*now);
    now->window = going.window;
    DIVIO_CHECK(controller::put_migration(regions.source.store, *now));
    return std::move(*now);
  };
  auto now = take();
  if (!now) {
    DIVIO_CHECK(held.run->end(model::Outcome::failed, now.error().message));
    return now;
  }
  Move move(regions.source, regions.target, *now, *held.run);
  auto done = act(move, going);
  return conclude(held, move.migration(), std::move(done));
}

// Whether it leads to a cut-over for which a window is to be waited for.
bool waits(const Migration& migration, const Going& going) {
  if (going.now || going.hold || going.lost || migration.takes_over() || migration.there || !(going.window || migration.window)) return false;
  return going.wish == MigrationWish::cut_over || (going.wish == MigrationWish::go_on && !migration.hold_cutover && migration.phase <= model::MigrationPhase::cutting_over);
}

// Waits without the lease, for others may have to do something in the meantime. Whoever has it when the window opens is waited for.
Result<Migration> cut_over_in_window(const Regions& regions, const Migration& migration, Going going, controller::Call call) {
  auto& clock = regions.source.clock;
  const auto began = clock.now();
  const auto pause = pause_of(migration, going);
  auto opening = await_window(clock, *migration.window, pause, call);
  if (!opening) return with_next(migration, std::move(opening).error());
  const auto now = clock.now();
  if (call.timeout.count() > 0) call.timeout = std::max(std::chrono::milliseconds(1), call.timeout - (now - began));
  if (opening->from > began) call.lock_wait = std::max(call.lock_wait, opening->until - pause - now);
  going.wish = MigrationWish::cut_over;
  going.window.reset();
  return carry_on_now(regions, migration, going, call);
}

}  // namespace

Result<Migration> begin_migration(const Regions& regions, const Beginning& beginning, const controller::Call& call) {
  if (beginning.window) DIVIO_CHECK(model::next_opening(*beginning.window, regions.source.clock.now(), beginning.max_pause));
  auto begun = begin(regions, beginning, call);
  return begun && !beginning.ready_only && waits(*begun, {}) ? cut_over_in_window(regions, *begun, {}, call) : begun;
}

Result<Migration> carry_on(const Regions& regions, const Migration& migration, const Going& going, const controller::Call& call) {
  DIVIO_CHECK(planning::check_wish(migration, going.wish, going.ending.alone || going.lost));
  if (!waits(migration, going)) return carry_on_now(regions, migration, going, call);
  if (going.window) DIVIO_CHECK(model::next_opening(*going.window, regions.source.clock.now(), pause_of(migration, going)));
  auto ready = migration;
  if (going.window || migration.phase != model::MigrationPhase::verified) {
    auto first = going;
    first.hold = true;
    DIVIO_ASSIGN(ready, carry_on_now(regions, migration, first, call));
  }
  return ready.phase == model::MigrationPhase::verified ? cut_over_in_window(regions, ready, going, call) : ready;
}

Result<MigrationRehearsalView> rehearse(const Regions& regions, const Migration& migration, const std::string& path, const controller::Call& call) {
  DIVIO_TRY(held, hold(regions, &migration, migration.key, call));
  Move move(regions.source, regions.target, migration, *held.run);
  auto done = [&]() -> Result<MigrationRehearsalView> {
    DIVIO_TRY(now, controller::latest_migration(regions.source.store, migration.key));
    if (!now || now->id != migration.id || now->phase != model::MigrationPhase::verified) return fail(ErrorCode::conflict, "somebody else went on with the migration");
    return move.rehearse(path);
  }();
  DIVIO_CHECK(conclude(held, move.migration(), done ? Result<void>() : Failure(done.error())));
  return done;
}

}  // namespace divio::migration::environment
