// How a migration ends.
#pragma once

#include <chrono>
#include <functional>

#include "backups/shelf.hpp"

namespace divio::migration::environment {

// `alone` is of one that is given up too, the rest of one that was handed over.
struct Ending {
  bool alone = false;                 // without the region that does not serve, which is gone: what it has stays
  bool unverified = false;            // without comparing the regions
  std::chrono::days keep_backup{0};   // for which a last backup is kept; 0: none is made
  std::chrono::days forward{30};      // for which the region that is left hands on whoever still comes there; 0: it ends at once
  std::chrono::milliseconds lock_wait{0};
  std::function<Result<backups::Shelf>(const model::RegionName&)> shelf = {};  // for backups of that region
};

}  // namespace divio::migration::environment
