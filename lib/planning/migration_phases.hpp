// The phases of a migration: what leads from one to the next, and what may be asked of it when. Pure; docs/migration.md has
// this table, and a test compares the two.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "divio/result.hpp"
#include "model/migration.hpp"

namespace divio::planning {

struct Transition {
  model::MigrationPhase from;
  model::MigrationPhase to;
  std::string_view guard;  // what has to hold
  std::string_view work;   // what is done
  std::string_view undo;   // what takes it back
};

[[nodiscard]] std::span<const Transition> migration_transitions();

[[nodiscard]] bool may_become(model::MigrationPhase from, model::MigrationPhase to) noexcept;

// What people ask of a migration that is there.
enum class MigrationWish { go_on, cut_over, abort, reverse, finalise };

// Refused where it is not the time for it, with the command that it is the time for.
// `alone`: without the region that is gone. Of cut_over that is the one that serves, and whatever has all data can take over from it; else it is
// the other one, and what was handed over before can be ended in the midst of another attempt.
[[nodiscard]] Result<void> check_wish(const model::Migration& migration, MigrationWish wish, bool alone = false);

// A command about this migration: "divioctl migrate abort --project shop -e live".
[[nodiscard]] std::string command_of(const model::Migration& migration, std::string_view word);

// The command that ends it without a region that is gone; empty where the other one does not have all data yet.
[[nodiscard]] std::string ending_without(const model::Migration& migration, const model::RegionName& lost);

// The same error; where a region did not answer, with the command that goes on without it. Of no migration it is as it was.
[[nodiscard]] Error with_way_out(Error error, const model::Migration* migration, const model::RegionName& silent);

// "shop-live is being moved from local to eu already (following)"
[[nodiscard]] std::string under_way(const model::Migration& migration);

// The command that comes next; empty where it has ended.
[[nodiscard]] std::string next_command(const model::Migration& migration);

}  // namespace divio::planning
