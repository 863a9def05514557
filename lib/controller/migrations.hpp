// The migrations that a catalogue knows, and what they keep others from doing.
#pragma once

#include <optional>
#include <vector>

#include "model/migration.hpp"
#include "model/operation.hpp"
#include "ports/store.hpp"

namespace divio::controller {

// Newest first.
[[nodiscard]] Result<std::vector<model::Migration>> migrations(ports::Store& store);

// The environment's latest.
[[nodiscard]] Result<std::optional<model::Migration>> latest_migration(ports::Store& store, const model::EnvironmentKey& key);

// Durable when it returns. Under the environment's lease.
[[nodiscard]] Result<void> put_migration(ports::Store& store, const model::Migration& migration);

// Refused where an operation of this kind would get in the way of a migration that goes on: while it is handed over nothing else
// may act on the environment, and otherwise nothing may change its code, its services or their data.
[[nodiscard]] Result<void> check_not_moving(ports::Store& store, const model::EnvironmentKey& key, model::OperationKind kind);

// Refused while it is handed over.
[[nodiscard]] Result<void> check_not_handed_over(ports::Store& store, const model::EnvironmentKey& key);

// Whether those are the environment's instances: while a service moves within its region, the set that serves, else all. Who found out
// before it had the environment's lease may be wrong by now: a conflict.
[[nodiscard]] Result<void> check_set(ports::Store& store, const model::EnvironmentKey& key, const model::Generations& generations);

}  // namespace divio::controller
