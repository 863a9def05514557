// The objects of one place made those of another one, of which at least one is a bucket: of the same storage or of another. A volume's
// files are taken for objects (volume_objects.hpp).
//
// Files go through this computer, eight at once. Which objects hold the same is told by what passes remember (pairs.hpp), in objects
// of divioctl's own in a bucket: the one to which the move leads, if that is one. Contents go over, with the headers that they were
// stored with where both are buckets, and nothing else that is kept of an object: no versions, no rights, no owners.
//
// A key at which somebody else has put something is a conflict, and what the other place cannot keep, such as a link, is invalid:
// nothing that serves is left out of a move.
#pragma once

#include "media/mirror.hpp"

namespace divio::media {

// bug for two volumes, where nothing could be remembered.
[[nodiscard]] Result<std::unique_ptr<Mirror>> mirror_objects(const Place& from, const Place& to, const OfMove& move);

}  // namespace divio::media
