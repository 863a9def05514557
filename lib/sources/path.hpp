// Paths inside a codebase: relative, with '/', as git and Docker write them.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::sources {

// The shortest path meaning the same: no empty or "." parts, ".." resolved as far as it goes, no trailing '/'; "." if
// nothing is left. A leading '/' stays, as in Go's path.Clean, which Docker applies to the lines of .dockerignore.
[[nodiscard]] std::string clean_path(std::string_view path);

// Everything before the last '/', or "" for a path without one.
[[nodiscard]] std::string_view folder_of(std::string_view path) noexcept;

// Joined with '/', where an empty or "." side leaves the other alone.
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view path);

// Whether a cleaned path stays below the folder it is relative to.
[[nodiscard]] bool is_inside(std::string_view cleaned) noexcept;

// The path cleaned; invalid if it leads out of the project.
[[nodiscard]] Result<std::string> path_inside(std::string_view path);

}  // namespace divio::sources
