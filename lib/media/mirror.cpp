#include "media/mirror.hpp"

#include "media/object_mirror.hpp"
#include "media/volume_mirror.hpp"

namespace divio::media {

Result<std::unique_ptr<Mirror>> open_mirror(const Place& from, const Place& to, const OfMove& move) {
  const auto* one = std::get_if<Volume>(&from);
  const auto* other = std::get_if<Volume>(&to);
  return one != nullptr && other != nullptr ? mirror_volume(*one, *other) : mirror_objects(from, to, move);
}

}  // namespace divio::media
