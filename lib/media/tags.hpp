// Whether a file is what an object's tag says (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html, ETag): the
// MD5 of what was stored in one request, or, of what was stored in parts, the MD5 of theirs and how many there are.
#pragma once

#include <stop_token>
#include <string>

#include "media/local_folder.hpp"

namespace divio::media {

// Parts are taken to be of 8 MiB, as divioctl and Amazon's own program make them. False too for a tag of another kind, which some
// encrypted storages have, and for a file that is gone. Reads the file.
[[nodiscard]] Result<bool> has_tag(const LocalFolder& folder, const MediaFile& file, const std::string& tag, const std::stop_token& stop);

}  // namespace divio::media
