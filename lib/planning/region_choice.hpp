// Which region an environment is deployed to, and whether it may be. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/environment.hpp"
#include "model/names.hpp"
#include "model/region.hpp"

namespace divio::planning {

struct RegionWish {
  model::EnvironmentKey key;
  std::string organisation;                  // of the project
  std::optional<model::RegionName> asked;    // by divio.yaml
  std::optional<model::RegionName> lives_in; // absent: nothing was ever deployed
  std::string plan = {};                     // of the project; empty: none
};

// The region it lives in; a new one goes where divio.yaml says, else to its plan's region, else to the default one, else to
// `local`. Refused:
// another region than it lives in, one that is dedicated to another organisation, and for a new one a draining region.
[[nodiscard]] Result<model::Region> choose_region(const std::vector<model::Region>& known, const RegionWish& wish);

// The region with that name, or not_found with the nearest one.
[[nodiscard]] Result<model::Region> need_region(const std::vector<model::Region>& known, const model::RegionName& name);

// The region whose engine builds for `region`: the one that is asked for by name, else the one that `region` is set to;
// nullopt where that is itself. Unknown: not_found. Refused: one that is dedicated to another organisation.
[[nodiscard]] Result<std::optional<model::Region>> choose_builder(const std::vector<model::Region>& known,
                                                                  const model::Region& region, const std::string& asked,
                                                                  const model::Project& project);

// `refused` for a project whose organisation is not the one that the region is dedicated to.
[[nodiscard]] Result<void> check_organisation(const model::Region& region, const std::string& project,
                                              const std::string& organisation);

}  // namespace divio::planning
