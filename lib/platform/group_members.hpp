// Environments that are moved as one: which they are, and how they stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "divio/migrations.hpp"
#include "model/environment.hpp"
#include "model/migration.hpp"
#include "platform/parts.hpp"

namespace divio {

[[nodiscard]] Target target_of(const model::EnvironmentKey& key);

// Those of a group in which something was deployed; not_found where there are none.
[[nodiscard]] Result<std::vector<model::Environment>> members(PlatformParts& parts, const Target& target, const MigrationGroup& group);

// One of a group as it stands.
struct Moving {
  model::EnvironmentKey key;
  std::optional<model::Migration> begun;

  [[nodiscard]] bool is_over() const { return begun && begun->there && begun->phase >= model::MigrationPhase::soaking; }
};

// Whether the latest migration of one goes on, and leads to that region.
[[nodiscard]] bool leads_to(const std::optional<model::Migration>& latest, const std::string& to);

// Refused where a migration of one does something else: the command could not end with all of it there. What is there already may be on
// its way out.
[[nodiscard]] Result<void> check_not_elsewhere(PlatformParts& parts, const std::vector<model::Environment>& environments, const std::string& to);

// Those that are to be moved to a region. What is there, and not on its way, is left alone; conflict where that is all of it.
[[nodiscard]] Result<std::vector<Moving>> moving_to(PlatformParts& parts, const std::vector<model::Environment>& environments, const std::string& to);

// Those of a list that are to be cut over, as they stand by now: to make all of them ready takes long, and nobody keeps others from
// doing something with one that is ready.
[[nodiscard]] Result<std::vector<Moving>> made_ready(PlatformParts& parts, std::vector<Moving> moving, const std::string& to);

// Those of which a migration to another region goes on; where there are none, those that `left` something in a region that was gone when they
// ended so. not_found where there are none of either.
[[nodiscard]] Result<std::vector<Moving>> under_way(PlatformParts& parts, const Target& target, const MigrationGroup& group, std::optional<model::MigrationPhase> left = {});

}  // namespace divio
