#include "controller/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "planning/migration_phases.hpp"
#include "support/try.hpp"
#include "wire/migration_json.hpp"

namespace divio::controller {
namespace {

constexpr std::string_view migration_setting = "migration:";

using model::OperationKind;

// What only makes the environment be as it is wanted, or wants another number of instances of the same.
bool is_harmless(OperationKind kind) {
  switch (kind) {
    case OperationKind::build:
    case OperationKind::scale:
    case OperationKind::restart:
    case OperationKind::stop:
    case OperationKind::start:
    case OperationKind::reconcile:
    case OperationKind::backup_create:
    case OperationKind::backup_verify: return true;
    default: return false;
  }
}

}  // namespace

Result<std::vector<model::Migration>> migrations(ports::Store& store) {
  DIVIO_TRY(names, store.settings().setting_names(std::string(migration_setting)));
  std::vector<model::Migration> found;
  for (const auto& name : names) {
    DIVIO_TRY(text, store.settings().setting(name));
    if (!text) continue;
    DIVIO_TRY(migration, wire::migration_from_json(*text));
    found.push_back(std::move(migration));
  }
  std::ranges::sort(found, std::greater{}, &model::Migration::id);  // ids begin with the time
  return found;
}

Result<std::optional<model::Migration>> latest_migration(ports::Store& store, const model::EnvironmentKey& key) {
  DIVIO_TRY(all, migrations(store));
  const auto found = std::ranges::find(all, key, &model::Migration::key);
  return found == all.end() ? std::optional<model::Migration>{} : std::optional(std::move(*found));
}

Result<void> put_migration(ports::Store& store, const model::Migration& migration) {
  return store.settings().put_setting(std::string(migration_setting) + migration.id, wire::to_json(migration));
}

Result<void> check_not_moving(ports::Store& store, const model::EnvironmentKey& key, OperationKind kind) {
  if (kind == OperationKind::migrate) return {};
  DIVIO_TRY(migration, latest_migration(store, key));
  if (!migration || !migration->goes_on()) return {};
  const bool tells_sets_apart = migration->in_place() && kind == OperationKind::restart;  // both by another generation
  if (is_harmless(kind) && !tells_sets_apart && migration->phase != model::MigrationPhase::cutting_over) return {};
  return fail(ErrorCode::refused,
              fmt::format("{} is being moved from {} to {} ({}), and {} would get in its way", key.stem(), migration->side(false),
                          migration->side(true), to_string(migration->phase), to_string(kind)),
              "end that first: " + planning::next_command(*migration) +
                  (migration->phase < model::MigrationPhase::cutting_over ? ", or " + planning::command_of(*migration, "abort") : ""));
}

Result<void> check_not_handed_over(ports::Store& store, const model::EnvironmentKey& key) {
  DIVIO_TRY(migration, latest_migration(store, key));
  if (!migration || migration->phase != model::MigrationPhase::cutting_over) return {};
  return fail(ErrorCode::refused, fmt::format("{} is being handed over from {} to {}", key.stem(), migration->side(false), migration->side(true)),
              fmt::format("run this again when that is done; if it was cut short: {}", planning::next_command(*migration)));
}

Result<void> check_set(ports::Store& store, const model::EnvironmentKey& key, const model::Generations& generations) {
  DIVIO_TRY(migration, latest_migration(store, key));
  const bool one_of_two = migration && migration->goes_on() && migration->in_place();
  if (generations == (one_of_two ? migration->generations(migration->there) : model::Generations{})) return {};
  return fail(ErrorCode::conflict, fmt::format("a service of {} was moved meanwhile", key.stem()), "run this again");
}

}  // namespace divio::controller
