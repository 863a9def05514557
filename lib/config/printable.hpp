// Errors on their way out of this room.
#pragma once

#include <string_view>

#include "divio/result.hpp"

namespace divio::config {

// Puts the file's name before the place, and makes what is quoted from the file safe to show: no control characters,
// and no more than a few lines of it.
[[nodiscard]] Error within_file(Error error, std::string_view file_name);

}  // namespace divio::config
