// git's ids of contents that need not be in any repository: 40 hexadecimal digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::sources {

// Both only after load_libgit2() succeeded.
[[nodiscard]] Result<std::string> blob_id_of_file(const std::filesystem::path& path);
[[nodiscard]] Result<std::string> blob_id_of_text(std::string_view text);

}  // namespace divio::sources
