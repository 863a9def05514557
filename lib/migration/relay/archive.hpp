// The few small files of a relay as a tar archive (POSIX ustar), as an engine takes and gives them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::migration::relay {

struct File {
  std::string name;  // up to 99 characters, without folder
  Secret content;    // some are
  bool only_root = false;  // else all may read it
};

// In this order, of root. What is given back holds the contents of all of them.
[[nodiscard]] Secret pack(std::span<const File> files);

// The content of the first file. failed for what is no archive of a file.
[[nodiscard]] Result<std::string> unpack(std::string_view archive);

}  // namespace divio::migration::relay
