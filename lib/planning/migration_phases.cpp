#include "planning/migration_phases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace divio::planning {
namespace {

using model::Migration;
using model::MigrationPhase;
using enum model::MigrationPhase;

constexpr std::array<Transition, 20> transitions{{
    {planned, checked, "nothing stops the move", "look at both regions", "nothing"},
    {checked, reserved, "both engines answer", "bring the image, make servers and the relay", "remove them"},
    {reserved, copying, "the target's databases are empty", "publish, subscribe, begin to copy", "remove both, and the rows"},
    {copying, following, "all rows are copied", "make indexes and keys, close the target to its application", "the same"},
    {following, verified, "every change arrives", "start the application in the target, without workers; compare both regions", "remove it"},
    {verified, cutting_over, "it is wished", "begin an attempt", "the attempt aborts"},
    {cutting_over, soaking, "the attempt is committed, or one before it was", "let the one serve that it says", "hand over the other way"},
    {cutting_over, verified, "the attempt is aborted, on the way there", "let the source serve on", "another attempt"},
    {soaking, cutting_over, "it is wished, and the other side follows", "begin an attempt the other way", "the attempt aborts"},
    {following, cutting_over, "the source is gone, and it is wished", "let the target take over", "nothing"},
    {cutting_over, finalising, "the other region has taken over from one that is gone", "nothing yet", "nothing"},
    {planned, aborting, "it is wished", "nothing yet", "nothing"},
    {checked, aborting, "it is wished", "nothing yet", "nothing"},
    {reserved, aborting, "it is wished", "nothing yet", "nothing"},
    {copying, aborting, "it is wished", "nothing yet", "nothing"},
    {following, aborting, "it is wished", "nothing yet", "nothing"},
    {verified, aborting, "it is wished", "nothing yet", "nothing"},
    {soaking, finalising, "it is wished", "compare both regions, make a last backup", "nothing"},
    {aborting, aborted, "both engines answer, or the target is left out", "remove what the target has of it", "nothing"},
    {finalising, finalised, "both engines answer, or the one that does not serve is left out", "remove what the side that does not serve has", "nothing"},
}};

bool is_time(const Migration& migration, MigrationWish wish, bool alone) {
  const auto phase = migration.phase;
  const bool left_something = migration.alone && !alone;  // once it has ended
  if (migration.takes_over()) return wish == MigrationWish::go_on || wish == MigrationWish::cut_over;
  switch (wish) {
    case MigrationWish::go_on: return migration.goes_on();
    case MigrationWish::cut_over: return phase == verified || phase == cutting_over || phase == following || (alone && phase == soaking);
    case MigrationWish::abort: return phase <= cutting_over || phase == aborting || (phase == aborted && left_something);
    case MigrationWish::reverse: return phase == soaking || phase == cutting_over;
    case MigrationWish::finalise:
      return phase == soaking || phase == finalising || (alone && phase == cutting_over && migration.was_handed_over()) || (phase == finalised && left_something);
  }
  return false;
}

}  // namespace

std::string command_of(const Migration& migration, std::string_view word) {
  return fmt::format("divioctl migrate {} --project {} -e {}", word, migration.key.project.str(), migration.key.environment.str());
}

std::span<const Transition> migration_transitions() { return transitions; }

bool may_become(MigrationPhase from, MigrationPhase to) noexcept {
  return std::ranges::any_of(transitions, [&](const auto& one) { return one.from == from && one.to == to; });
}

Result<void> check_wish(const Migration& migration, MigrationWish wish, bool alone) {
  if (is_time(migration, wish, alone)) return {};
  const auto next = next_command(migration);
  return fail(ErrorCode::refused, fmt::format("the migration of {} is {}", migration.key.stem(), to_string(migration.phase)),
              next.empty() ? "it has ended; divioctl migrate plan begins another one" : "what comes next: " + next);
}

std::string ending_without(const Migration& migration, const model::RegionName& lost) {
  const bool handed_over = migration.phase == soaking || migration.phase == finalising || (migration.phase == cutting_over && migration.was_handed_over());
  const bool takes_over = lost == migration.serving() || migration.takes_over();
  if (takes_over && !check_wish(migration, MigrationWish::cut_over, true)) return {};
  return fmt::format("{} --without {}", command_of(migration, takes_over ? "cutover" : handed_over ? "finalize" : "abort"), lost.str());
}

Error with_way_out(Error error, const Migration* migration, const model::RegionName& silent) {
  const bool may_be_gone = error.code == ErrorCode::unreachable || error.code == ErrorCode::timed_out;
  if (migration == nullptr || !migration->goes_on() || migration->in_place() || !may_be_gone) return error;
  const auto without = ending_without(*migration, silent);
  if (without.empty()) return error;
  const bool takes_over = silent == migration->serving() || migration->takes_over();
  error.hint += fmt::format("{}if region {} is gone for good, {}: {}", error.hint.empty() ? "" : "\n", silent.str(),
                            takes_over ? "let the other one take over from it" : "end the migration without it", without);
  return error;
}

std::string under_way(const model::Migration& migration) {
  return fmt::format("{} is being moved from {} to {} already ({})", migration.key.stem(), migration.side(false), migration.side(true), to_string(migration.phase));
}

std::string next_command(const Migration& migration) {
  switch (migration.phase) {
    case verified: return command_of(migration, "cutover");
    case soaking: return command_of(migration, "finalize");
    case aborted:
    case finalised: return {};
    default: return command_of(migration, "resume");
  }
}

}  // namespace divio::planning
