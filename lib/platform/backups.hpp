// Backups of environments: from public requests to their use cases, and what other requests need of them.
#pragma once

#include <optional>
#include <string>

#include "backups/shelf.hpp"
#include "controller/runtime.hpp"
#include "divio/platform.hpp"
#include "model/service.hpp"

namespace divio {

struct PlatformParts;

// The shelf with the backups of environments in a region: the region's own store, else the one for all, else the folder
// `backups` beside the catalogue.
[[nodiscard]] Result<backups::Shelf> shelf_of(PlatformParts& parts, const model::RegionName& region);

// The same with the places to which the backups of that environment went before it was moved there.
[[nodiscard]] Result<backups::Shelf> whole_shelf_of(PlatformParts& parts, const model::RegionName& region, const model::EnvironmentKey& key);

// A backup as people see it, with what came of its last drill.
[[nodiscard]] Result<BackupView> view_of(const backups::Shelf& shelf, const model::Backup& backup);

// The last backup of a service that is going to be removed; nothing for one that was never made.
[[nodiscard]] Result<void> take_last_backup(PlatformParts& parts, controller::Runtime& runtime, const model::ServiceInstance& instance,
                                            const CallOptions& options);

// Puts what is known of backups into a status; what is wrong with them is a problem, and a status all the same.
void add_backups(PlatformParts& parts, controller::Runtime& runtime, const model::EnvironmentKey& key, StatusView& status);

// Goes on with a restore that was cut short; nullopt for an operation of another kind.
[[nodiscard]] Result<std::optional<RolloutOutcome>> resume_backup(PlatformParts& parts, const std::string& id, const CallOptions& options);

}  // namespace divio
