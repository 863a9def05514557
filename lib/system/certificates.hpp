// Certificates of authorities that people give.
#pragma once

#include <filesystem>
#include <string>

#include "divio/result.hpp"

namespace divio::system {

// The certificates in a PEM file, and nothing else of it: a key that stands beside them is left out. not_found if there is no
// such file, invalid if it has no certificate or one that cannot be read.
[[nodiscard]] Result<std::string> read_certificates(const std::filesystem::path& file);

}  // namespace divio::system
