// The end of a migration: what the region that does not serve has goes.
#include <fmt/format.h>

#include "backups/names.hpp"
#include "controller/backups.hpp"
#include "controller/migrations.hpp"
#include "migration/environment/forwarding.hpp"
#include "migration/environment/move.hpp"
#include "migration/environment/sides.hpp"
#include "planning/migration_phases.hpp"
#include "ports/decisions.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

using enum model::MigrationPhase;

// One that nobody will use may be gone, or its key pair.
Result<void> Move::clean_bucket() {
  auto forgotten = regions_.forget_pairs(run_.stop());
  if (forgotten || migration_.there || forgotten.error().code == ErrorCode::cancelled) return forgotten;
  run_.tell(Notice{Notice::Level::warning, fmt::format("what the move remembered stays {}: {}", migration_.within(true), forgotten.error().message)});
  return {};
}

// Whoever serves has its key pair in its service.
void Move::let_go_of(Side left) {
  for (auto& service : migration_.services)
    for (auto* place : {&service.source_place, &service.target_place})
      if (*place && (*place)->login) (*place)->login->secret_key = {};
  if (migration_.is_volume(left == Side::target)) return;
  run_.tell(Notice{Notice::Level::info, fmt::format("the {} stays, with all that is in it, and nothing uses it or its access key any more", migration_.side_name(left == Side::target))});
}

Result<void> Move::clean(Side side) {
  auto& runtime = regions_.at(side);
  DIVIO_CHECK(clean_services(regions_, migration_, side, run_.stop()));
  if (side == Side::target && migration_.of_files()) DIVIO_CHECK(clean_bucket());
  DIVIO_CHECK(relay::remove(runtime.engine, controller::catalogue_of(runtime), migration_.id));
  DIVIO_TRY(ingress, runtime.ingress.state());
  if (!ingress.present) return {};
  auto& decisions = runtime.ingress.traffic().decisions();
  DIVIO_CHECK(decisions.forget(way_id(migration_)));
  for (const auto& attempt : migration_.attempts) DIVIO_CHECK(decisions.forget(attempt_id(migration_, attempt.number)));
  return {};
}

// Whether the one that was written down is there: whoever made it may have vanished before anything was removed.
Result<bool> Move::find_backup(const Ending& ending) {
  if (migration_.last_backup.id.empty()) return false;
  DIVIO_TRY(shelf, ending.shelf(migration_.serving()));
  const auto found = backups::find(shelf, migration_.key, migration_.last_backup.id);
  if (!found && found.error().code != ErrorCode::not_found) return Failure(found.error());
  return found.has_value();
}

// Both regions hold the same, so what serves is backed up: its servers are sure to answer.
Result<void> Move::keep_backup(const Ending& ending) {
  auto& runtime = regions_.at(migration_.there ? Side::target : Side::source);
  const auto make = [&]() -> Result<void> {
    DIVIO_TRY(there, find_backup(ending));
    if (there) return {};
    const auto now = runtime.clock.now();
    controller::BackupWish wish{.key = migration_.key, .service = migration_.in_place() ? migration_.services.front().prefix : "", .kind = model::BackupKind::moved};
    DIVIO_TRY(data, controller::has_data(runtime, wish));
    migration_.last_backup = {};
    if (!data) return {};
    wish.id = backups::backup_id(now, random_hex(2));
    wish.keep_until = now + ending.keep_backup;
    migration_.last_backup = {wish.id, *wish.keep_until};
    DIVIO_CHECK(controller::put_migration(regions_.catalogue(), migration_));
    DIVIO_TRY(shelf, ending.shelf(migration_.serving()));
    const controller::Call call{.listener = [this](const Event& event) { run_.tell(event); }, .stop = run_.stop(), .lock_wait = ending.lock_wait};
    return controller::make_backup(runtime, shelf, wish, call).map([](const auto&) {});
  };
  const bool bucket_is_left = migration_.of_files() && !migration_.is_volume(!migration_.there);  // of which nothing is removed
  if (ending.keep_backup.count() == 0 || bucket_is_left) {
    migration_.last_backup = {};
    return {};
  }
  return make().map_error([&](Error error) {
    error.message = "no last backup could be made, and nothing was removed: " + error.message;
    error.hint += fmt::format("{}to end the migration without one: {} --keep-backup 0", error.hint.empty() ? "" : "\n", planning::command_of(migration_, "finalize"));
    return error;
  });
}

// A day that was written down stays.
void Move::set_forward(const Ending& ending) {
  if (ending.alone) migration_.forward_until.reset();
  else if (!migration_.in_place() && !migration_.forward_until) migration_.forward_until = regions_.at(Side::source).clock.now() + ending.forward;
}

// Until the day that was written down. Its routes are gone; where it leads to stays.
Result<void> Move::end_forward(Side left) {
  auto& runtime = regions_.at(left);
  auto& traffic = runtime.ingress.traffic();
  if (!migration_.forward_until) return {};
  if (*migration_.forward_until <= runtime.clock.now()) return traffic.unforward(regions_.key());
  DIVIO_TRY(there, forward_from(regions_, migration_, left));
  return traffic.forward(regions_.key(), there);
}

// A region that was gone when the other one took over has not heard of it, and keeps what it knew.
Result<void> Move::tell_of_hand_over(Side left) {
  if (migration_.in_place()) return {};
  DIVIO_CHECK(forget_record(left));
  auto& traffic = regions_.at(left).ingress.traffic();
  const auto state = traffic.state(regions_.key());
  if (!state && state.error().code == ErrorCode::not_found) return {};
  DIVIO_CHECK(state);
  if (state->forward) return {};
  DIVIO_TRY(there, forward_from(regions_, migration_, left));
  return traffic.forward(regions_.key(), there);
}

// Within a region, whatever else is done with the environment takes it for two sets until this has ended: so the one that serves becomes
// the only one last. What is given up, though, still runs on the server that goes.
Result<void> Move::clear(Side left, bool handed_over) {
  const auto one_set = [&] { return steps_.step("one set", "lead requests to the environment's own instances only", [&] { return regions_.make_one_set(run_); }); };
  if (migration_.in_place() && !handed_over) DIVIO_CHECK(one_set());
  DIVIO_CHECK(regions_.clear(left, run_));
  return migration_.in_place() && handed_over ? one_set() : Result<void>();
}

void Move::leave(Side left) {
  run_.tell(Notice{Notice::Level::warning, fmt::format("what {} has of {} stays as it is: its containers, data and routes", migration_.side_name(left == Side::target), regions_.key().stem())});
}

// The servers of the one that is left without are not asked.
Result<void> Move::remove_rest(Side left, bool handed_over) {
  for (const auto side : relay::both_sides) {
    if (migration_.alone && side == left) continue;
    const bool target = side == Side::target;
    DIVIO_CHECK(steps_.step("clean " + migration_.side(target), "remove what the migration made " + migration_.within(target), [&] { return clean(side); }));
  }
  if (migration_.alone) leave(left);
  else DIVIO_CHECK(clear(left, handed_over));
  if (migration_.of_files()) let_go_of(left);
  return {};
}

Result<void> Move::give_up(const Ending& ending) {
  migration_.alone = ending.alone;
  DIVIO_CHECK(become(aborting));
  DIVIO_CHECK(remove_rest(Side::target, false));
  return become(aborted);
}

// Before anything is removed. For one that soaks.
Result<void> Move::make_sure(const Ending& ending) {
  if (!ending.unverified && !ending.alone)
    DIVIO_CHECK(compare_before(finalising).map_error([&](Error error) {
      if (error.hint.find("--unverified") == std::string::npos)
        error.hint += fmt::format("\nto end the migration without comparing both sides: {} --unverified", planning::command_of(migration_, "finalize"));
      return error;
    }));
  return keep_backup(ending);
}

Result<void> Move::finalise(const Ending& ending) {
  if (migration_.phase == soaking) DIVIO_CHECK(make_sure(ending));
  const auto left = migration_.there ? Side::source : Side::target;
  migration_.alone = ending.alone;
  set_forward(ending);
  DIVIO_CHECK(become(finalising));
  if (!ending.alone) {
    DIVIO_CHECK(tell_of_hand_over(left));
    DIVIO_CHECK(regions_.run(left, Runs::nothing, run_, run_.stop()));  // it would lose its databases while it runs
  }
  DIVIO_CHECK(remove_rest(left, true));
  if (!ending.alone) DIVIO_CHECK(end_forward(left));
  return become(finalised);
}

// The environment may have other services by now than what is left there, so nothing is stopped first.
Result<void> Move::clear_what_was_left(const Ending& ending) {
  const bool handed_over = migration_.phase == finalised;
  const auto left = migration_.there ? Side::source : Side::target;
  migration_.alone = false;
  if (handed_over) {
    set_forward(ending);
    DIVIO_CHECK(tell_of_hand_over(left));
  }
  DIVIO_CHECK(remove_rest(left, handed_over));
  if (handed_over) DIVIO_CHECK(end_forward(left));
  return write_down();
}

Result<void> Move::finish(const Ending& ending) {
  if (!migration_.goes_on()) return clear_what_was_left(ending);
  return migration_.phase == soaking || migration_.phase == finalising ? finalise(ending) : give_up(ending);
}

}  // namespace divio::migration::environment
