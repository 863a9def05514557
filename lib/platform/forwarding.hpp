// Requests that regions hand on to one another, after regions have got other addresses.
#pragma once

#include <vector>

#include "platform/parts.hpp"

namespace divio {

// Whoever is handed on to these regions, since environments moved there, goes to where their ingresses are now. An error names each
// environment of which requests still go to where one was.
[[nodiscard]] Result<void> lead_to(PlatformParts& parts, const std::vector<model::RegionName>& names);

}  // namespace divio
