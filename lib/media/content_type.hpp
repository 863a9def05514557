// What a file is, as HTTP says it, by its name: what a storage tells the browsers that read the file from it. Pure.
#pragma once

#include <string_view>

#include "ports/object_storage.hpp"

namespace divio::media {

// Empty for a name that tells nothing. Types as IANA has registered them (https://www.iana.org/assignments/media-types).
[[nodiscard]] std::string_view content_type_of(std::string_view path);

// With which a file is stored as an object.
[[nodiscard]] ports::ObjectHeaders headers_of(std::string_view path);

}  // namespace divio::media
