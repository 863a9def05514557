// Where the region that an environment has left hands requests on to.
#pragma once

#include "migration/environment/migrate.hpp"
#include "migration/environment/two_regions.hpp"

namespace divio::migration::environment {

// The same place until the day that was written down, if one was. `left`: the side that does not serve.
[[nodiscard]] Result<ports::Forward> forward_from(TwoRegions& regions, const model::Migration& migration, Side left);

// Requests that are handed on go to where the ingress of the region that serves is now. Nothing is done where they are not handed on.
[[nodiscard]] Result<void> forward_anew(TwoRegions& regions, const model::Migration& migration);
[[nodiscard]] Result<void> forward_anew(const Regions& regions, const model::Migration& migration);

}  // namespace divio::migration::environment
