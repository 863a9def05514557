// Files that a command writes for its user.
#pragma once

#include <string>

#include "divio/result.hpp"

namespace divio::cli {

// Over what is there. `failed` where it cannot be.
[[nodiscard]] Result<void> write_text_file(const std::string& path, const std::string& text);

}  // namespace divio::cli
