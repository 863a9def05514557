// Moves of environments between regions, as operations that were cut short see them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "model/migration.hpp"
#include "model/window.hpp"
#include "platform/parts.hpp"

namespace divio {

// Refused where requests would wait for longer than anybody does.
[[nodiscard]] Result<void> check_pause(std::chrono::milliseconds pause);

// The environment's newest; not_found where it was never moved.
[[nodiscard]] Result<model::Migration> need_migration(PlatformParts& parts, const model::EnvironmentKey& key);

// Invalid where it is wished for at two times.
[[nodiscard]] Result<void> check_when(const MigrateStartRequest& request);

// None for an empty text.
[[nodiscard]] Result<std::optional<model::Window>> window_of(const std::string& text);

// As Platform::start_migration, to where it could be cut over and no further.
[[nodiscard]] Result<MigrationView> make_ready(PlatformParts& parts, const Target& target, const MigrateStartRequest& request, const CallOptions& options);

// Goes on with the migration that an interrupted operation was about; nullopt for an operation of another kind.
[[nodiscard]] Result<std::optional<RolloutOutcome>> resume_move(PlatformParts& parts, const std::string& id, const CallOptions& options);

// Where the region that serves did not answer, and the environment moves: the same error, with what can be done if that is gone for good.
[[nodiscard]] Error with_way_out(PlatformParts& parts, const model::EnvironmentKey& key, Error error);

// What of a migration has to be ended, among the problems of an environment.
void add_move(PlatformParts& parts, const model::EnvironmentKey& key, StatusView& status);

}  // namespace divio
