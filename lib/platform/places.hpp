// In which region things are: `local` as this call has to see it, where an environment lives, who lives in a region.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/use_cases.hpp"
#include "model/project_file.hpp"
#include "planning/region_plan.hpp"
#include "platform/parts.hpp"

namespace divio {

// The region as it is to be used now; not_found with a hint for an unknown one. For `local` the settings (DOCKER_HOST,
// DIVIOCTL_INGRESS_PORT) count: a port given once is remembered. Another endpoint than the one it has is refused while
// something lives there.
[[nodiscard]] Result<model::Region> find_place(PlatformParts& parts, const model::RegionName& name);

// The region that a deployment of this environment goes to (planning/region_choice.hpp).
[[nodiscard]] Result<model::Region> choose_place(PlatformParts& parts, const model::EnvironmentKey& key,
                                                 const model::ProjectFile& file);

// The builder of a deployment to this region (planning/region_choice.hpp), its engine opened; absent: the region's own.
[[nodiscard]] Result<std::optional<controller::Builder>> find_builder(PlatformParts& parts, const model::Region& region,
                                                                      const std::string& asked, const model::ProjectFile& file);

// Before something is made in a region for the first time: `local` keeps the endpoint that it has now.
[[nodiscard]] Result<void> settle(PlatformParts& parts, const model::RegionName& name);

// Where an environment is recorded to be; an unknown one is looked for in `local`, where nothing is found of it.
[[nodiscard]] Result<model::RegionName> recorded_place(PlatformParts& parts, const model::EnvironmentKey& key);

// The environments that were ever deployed to a region, by name.
[[nodiscard]] Result<std::vector<planning::Inhabitant>> inhabitants(PlatformParts& parts, const model::RegionName& name);

}  // namespace divio
