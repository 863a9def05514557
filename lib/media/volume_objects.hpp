// The files of a volume as objects: by their paths, each with a tag. Pure.
#pragma once

#include <string>

#include "media/objects.hpp"
#include "media/tree.hpp"

namespace divio::media {

// Another one whenever the file is another: size, time of change and when the kernel last saw it change.
[[nodiscard]] std::string tag_of(std::uint64_t bytes, std::int64_t changed_ns, std::int64_t touched_ns);

// Links, pipes and files whose paths are no keys are left out, and folders are not mentioned. `written`: by anybody, at any time. Then
// files that were touched so shortly before the tree was read that a later change may have the same times have a tag that no later
// list gives them.
[[nodiscard]] Objects objects_of(const Tree& tree, bool written);

}  // namespace divio::media
