#include "media/mirror.hpp"

#include "media/bucket_mirror.hpp"
#include "media/volume_mirror.hpp"

namespace divio::media {

Result<std::unique_ptr<Mirror>> open_mirror(const Place& from, const Place& to, const OfMove& move) {
  if (const auto *one = std::get_if<Volume>(&from), *other = std::get_if<Volume>(&to); one != nullptr && other != nullptr) return mirror_volume(*one, *other);
  if (const auto *one = std::get_if<Bucket>(&from), *other = std::get_if<Bucket>(&to); one != nullptr && other != nullptr) return mirror_bucket(*one, *other, move);
  return fail(ErrorCode::refused, "files are not moved between a volume and a bucket while they are used", "copy them: divioctl media pull, and divioctl media push");
}

}  // namespace divio::media
