// When environments are backed up, as the catalogue keeps it.
#pragma once

#include <optional>
#include <vector>

#include "backups/retention.hpp"
#include "ports/store.hpp"

namespace divio::controller {

// A schedule, and since when it is so.
struct StoredSchedule {
  backups::Schedule schedule;
  model::TimePoint since{};
};

// By name. One may be for an environment that is not there yet.
[[nodiscard]] Result<std::vector<model::EnvironmentKey>> scheduled_environments(ports::Store& store);

[[nodiscard]] Result<std::optional<StoredSchedule>> backup_schedule(ports::Store& store, const model::EnvironmentKey& key);
[[nodiscard]] Result<void> put_backup_schedule(ports::Store& store, const model::EnvironmentKey& key, const StoredSchedule& stored);
// Removing what is gone succeeds.
[[nodiscard]] Result<void> remove_backup_schedule(ports::Store& store, const model::EnvironmentKey& key);

}  // namespace divio::controller
