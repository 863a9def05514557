// One bucket made as another one, of the same storage or of another.
//
// Files go through this computer, eight at once. Which objects hold the same is told by what passes remember (pairs.hpp), in objects
// of divioctl's own in the bucket to which the move leads; nothing is written into the one that it leaves, but by a way back. Contents
// go over, with the headers that they were stored with, and nothing else that a storage keeps of an object: no versions, no rights.
//
// A key at which somebody else has put something is a conflict, and one that other storages cannot keep is invalid: nothing that
// serves is left out of a move.
#pragma once

#include "media/mirror.hpp"

namespace divio::media {

[[nodiscard]] Result<std::unique_ptr<Mirror>> mirror_bucket(Bucket from, Bucket to, const OfMove& move);

}  // namespace divio::media
