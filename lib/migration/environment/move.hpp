// Moves an environment from phase to phase (planning/migration_phases.hpp). Whatever moment it is cut short at, it goes on from
// the phase that was written down last, by the same call.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include "controller/operation_run.hpp"
#include "divio/migrations.hpp"
#include "migration/environment/ending.hpp"
#include "migration/environment/sides.hpp"
#include "migration/environment/two_regions.hpp"

namespace divio::migration::environment {

// A migration as it is carried out, under the environment's lease. Keeps references.
class Move {
 public:
  Move(controller::Runtime& source, controller::Runtime& target, model::Migration migration, controller::OperationRun& run)
      : migration_(std::move(migration)), regions_(source, target, migration_), run_(run), steps_(run, source) {}

  // To where the application is well in the target region, on data that only arrives; from any phase before that. Nothing
  // is done in later ones.
  [[nodiscard]] Result<void> make_ready();

  // What a cut-over would take, without one; for one that is ready. ready_s and kept are not filled in.
  [[nodiscard]] Result<MigrationRehearsalView> rehearse(const std::string& path);

  // Ends an attempt that was begun and is not known to have ended: as decided, or undone.
  [[nodiscard]] Result<void> end_attempt();

  // The same where the region that does not serve is gone: undone. refused where it was committed, for then it is that region that serves.
  [[nodiscard]] Result<void> end_attempt_alone();

  // The region that serves is gone: the other one takes over, on what has arrived there, and the migration ends without the lost one. Refused
  // where that one does not serve. One that was cut short goes on, whatever is said to be lost.
  [[nodiscard]] Result<void> take_over(Side lost);

  // Hands the environment over to the region that does not serve. An attempt that was undone is an error with its cause; what
  // served before serves on, and another one may be made. Refused where `window` is not open for it.
  [[nodiscard]] Result<void> hand_over(std::chrono::milliseconds max_pause, const std::optional<model::Window>& window = {});

  // Removes all that the region that does not serve has, and what the migration made in both. Leads to aborted where nothing was ever
  // handed over. Else to finalised: before the first of it both regions are compared, and a last backup is made of what serves; where
  // they differ, or there is no backup, nothing is done, unless the ending is to be without; and where requests are forwarded to stays
  // for as long as the ending says. Alone, the region that does not serve is left as it is, and cleared by another call once it is back.
  [[nodiscard]] Result<void> finish(const Ending& ending);

  [[nodiscard]] const model::Migration& migration() const { return migration_; }

 private:
  [[nodiscard]] Result<void> become(model::MigrationPhase phase);
  [[nodiscard]] Result<void> write_down();
  [[nodiscard]] Result<void> next();
  [[nodiscard]] Result<void> reserve();
  [[nodiscard]] Result<void> bring_image();
  [[nodiscard]] Result<void> keep_way();
  [[nodiscard]] Result<void> begin_to_copy();
  [[nodiscard]] Result<void> copy();
  [[nodiscard]] Result<void> start_there();
  [[nodiscard]] Result<void> compare_before(model::MigrationPhase phase);
  void keep_report(const model::Comparison& comparison);
  void keep_report_of_copies(const ServiceMoves& services, Side from);
  [[nodiscard]] Result<void> catch_up(ServiceMoves& services);
  [[nodiscard]] Result<void> carry_out(ServiceMoves& services, std::chrono::milliseconds max_pause, std::stop_token stop);
  [[nodiscard]] Result<void> check_ways();
  [[nodiscard]] Result<void> open_ways();
  [[nodiscard]] Result<void> ask_from(Side side);
  [[nodiscard]] Result<void> check_register();
  [[nodiscard]] Result<void> settle();
  [[nodiscard]] Result<void> forget_record(Side left);
  [[nodiscard]] Result<void> check_silent(Side lost);
  [[nodiscard]] Result<void> begin_to_take_over(Side lost);
  [[nodiscard]] Result<void> check_committed_to(Side lost);
  [[nodiscard]] Result<void> serve_what_arrived();
  void tell_what_is_lost(Side lost);
  void end_websockets(Side left);
  void warn_of_background(const RealSides& sides);
  [[nodiscard]] Result<void> keep_backup(const Ending& ending);
  [[nodiscard]] Result<bool> find_backup(const Ending& ending);
  [[nodiscard]] Result<void> give_up(const Ending& ending);
  [[nodiscard]] Result<void> make_sure(const Ending& ending);
  [[nodiscard]] Result<void> finalise(const Ending& ending);
  [[nodiscard]] Result<void> clear_what_was_left(const Ending& ending);
  [[nodiscard]] Result<void> remove_rest(Side left, bool handed_over);
  [[nodiscard]] Result<void> clean(Side side);
  [[nodiscard]] Result<void> clear(Side left, bool handed_over);
  void leave(Side left);
  [[nodiscard]] Result<void> clean_bucket();
  void let_go_of(Side left);
  [[nodiscard]] Result<void> tell_of_hand_over(Side left);
  void set_forward(const Ending& ending);
  [[nodiscard]] Result<void> end_forward(Side left);

  model::Migration migration_;
  TwoRegions regions_;
  controller::OperationRun& run_;
  Steps steps_;
};

}  // namespace divio::migration::environment
