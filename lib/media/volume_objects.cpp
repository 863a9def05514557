#include "media/volume_objects.hpp"

#include <fmt/format.h>

#include "ports/object_storage.hpp"

namespace divio::media {

std::string tag_of(std::uint64_t bytes, std::int64_t changed_ns, std::int64_t touched_ns) { return fmt::format("{}/{}/{}", bytes, changed_ns, touched_ns); }

Objects objects_of(const Tree& tree, bool written) {
  Objects objects;
  for (const auto& entry : tree.entries) {
    if (entry.type == 'd') continue;
    if (entry.type != 'f' || !check_path(entry.path) || !ports::check_key(entry.path)) {
      objects.listing.left_out.push_back(entry.path);
      continue;
    }
    auto tag = tag_of(entry.bytes, entry.changed_ns, entry.touched_ns);
    if (written && entry.touched_ns >= tree.at_ns - coarseness_of(entry.touched_ns)) tag += fmt::format("/{}", tree.at_ns);
    objects.listing.files.push_back({entry.path, entry.bytes, entry.changed_ns});
    objects.tags.push_back(std::move(tag));
  }
  return objects;
}

}  // namespace divio::media
