// Regions as people see them.
#pragma once

#include <vector>

#include "platform/parts.hpp"

namespace divio {

// What the catalogue says of a region: its settings, who lives there, what their limits reserve.
[[nodiscard]] Result<RegionView> view_of(PlatformParts& parts, const model::Region& region);

// The same, and what the engines say now.
[[nodiscard]] Result<std::vector<RegionView>> views_with_engines(PlatformParts& parts, const std::vector<model::Region>& regions);

// The region of that name, as the catalogue has it; invalid or not_found.
[[nodiscard]] Result<model::Region> stored_region(PlatformParts& parts, const std::string& name);

}  // namespace divio
