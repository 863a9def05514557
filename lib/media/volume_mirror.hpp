// One volume made as another one, on the same engine or another: whatever is in it, as it is (tree.hpp).
//
// Whoever reads in the target meanwhile may see half of a file. Extended attributes and access control lists stay behind, and files
// with several names become as many files. Files are taken for the same that have the same size, time of change, mode and owner and
// were not touched since the pass before.
#pragma once

#include "media/mirror.hpp"

namespace divio::media {

[[nodiscard]] Result<std::unique_ptr<Mirror>> mirror_volume(Volume from, Volume to);

}  // namespace divio::media
