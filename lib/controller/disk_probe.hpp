// How full the file system is that an engine keeps its containers on.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "controller/runtime.hpp"

namespace divio::controller {

struct DiskSpace {
  std::uint64_t bytes = 0;
  std::uint64_t free_bytes = 0;

  friend bool operator==(const DiskSpace&, const DiskSpace&) = default;
};

// Asks `df` in a container of `image`, which is removed again: a container's root lies where all of them lie. nullopt if
// the image is not there, or df says nothing that can be understood.
[[nodiscard]] std::optional<DiskSpace> probe_disk(Runtime& runtime, const std::string& image, std::stop_token stop);

// What `df -Pk /` (POSIX) printed.
[[nodiscard]] std::optional<DiskSpace> parse_df(std::string_view text);

}  // namespace divio::controller
