// Data of databases and caches, between environments and files.
#pragma once

#include <optional>
#include <string>

#include "divio/platform.hpp"

namespace divio {

// Goes on with an operation on data that was cut short; nullopt for one of another kind, or that cannot be gone on with.
[[nodiscard]] Result<std::optional<RolloutOutcome>> resume_data(PlatformParts& parts, const std::string& id,
                                                                const CallOptions& options);

}  // namespace divio
