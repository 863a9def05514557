// Moves of environments between regions, as operations that were cut short see them.
#pragma once

#include <optional>
#include <string>

#include "platform/parts.hpp"

namespace divio {

// Goes on with the migration that an interrupted operation was about; nullopt for an operation of another kind.
[[nodiscard]] Result<std::optional<RolloutOutcome>> resume_move(PlatformParts& parts, const std::string& id, const CallOptions& options);

// What of a migration has to be ended, among the problems of an environment.
void add_move(PlatformParts& parts, const model::EnvironmentKey& key, StatusView& status);

}  // namespace divio
