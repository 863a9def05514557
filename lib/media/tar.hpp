// Media files in tar archives (support/tar.hpp, GNU's format), as volumes and buckets write and read them. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "media/manifest.hpp"
#include "support/tar.hpp"

namespace divio::media {

// In the place of the owner's name, in archives of what has none.
inline constexpr std::string_view no_owner = "divioctl";

// What comes before the content of a file.
[[nodiscard]] std::string tar_header(const MediaFile& file);

// Whether an archive that begins with these bytes, 512 or more, is of what has no owners.
[[nodiscard]] bool is_without_owners(std::string_view beginning);

// What an entry is called and when it changed: its path without "./" before it and '/' after it, the time in whole seconds.
[[nodiscard]] MediaFile media_file(const tar::Entry& entry);

// A reader of such an archive.
[[nodiscard]] tar::Reader tar_reader(tar::Receiver receiver);

}  // namespace divio::media
