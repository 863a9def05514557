// A migration that an imported record tells of, into the catalogue.
#pragma once

#include "model/record.hpp"
#include "platform/parts.hpp"

namespace divio {

// Its other region too, as the record has it, if the catalogue does not know that one; things there carry the same catalogue's label
// as those in `region`, which is being imported. refused where the other region is taken up by somebody of this catalogue.
[[nodiscard]] Result<void> import_migration(PlatformParts& parts, const model::Region& region, const model::EnvironmentRecord& record);

}  // namespace divio
