// Requests that regions hand on to one another, after a region has got another address.
#pragma once

#include "platform/parts.hpp"

namespace divio {

// Whoever is handed on to a region, since an environment moved there, goes to where its ingress is now. An error names each environment
// of which requests still go to where it was.
[[nodiscard]] Result<void> lead_to(PlatformParts& parts, const model::RegionName& name);

}  // namespace divio
