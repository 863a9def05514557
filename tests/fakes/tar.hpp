// Small tar archives for tests: regular files with their contents.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace divio::fakes {

using Files = std::map<std::string, std::string>;  // path -> content

[[nodiscard]] std::string write_tar(const Files& files);

// The regular files of an archive; stops at the first thing that is not tar.
[[nodiscard]] Files read_tar(std::string_view tar);

}  // namespace divio::fakes
