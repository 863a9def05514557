// What is done without a region that is gone for good. Of the ends of a migration each takes the name that somebody gave: invalid where it is neither of the
// migration's two, or a service moves within one.
#pragma once

#include <string>

#include "model/names.hpp"
#include "platform/parts.hpp"

namespace divio {

// Whether it is to be ended without `region`, which can only be the one that does not serve. Refused for the other one; false for an empty name.
[[nodiscard]] Result<bool> is_alone(PlatformParts& parts, const Target& target, const std::string& region);

// Refused where the region's engine answers; `way_out` says what to do then.
[[nodiscard]] Result<void> check_gone(PlatformParts& parts, const model::RegionName& region, const std::string& way_out);

// The region that serves, and from which the other one is to take over. Refused where it does not serve, where its engine answers, and where not all of
// its data has been copied; not of one that is being taken over from already.
[[nodiscard]] Result<model::RegionName> region_to_take_over_from(PlatformParts& parts, const Target& target, const std::string& region);

}  // namespace divio
