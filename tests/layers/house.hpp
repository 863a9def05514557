// Measures that keep the code easy to read.
#pragma once

#include <string>
#include <vector>

#include "layers/tree.hpp"

namespace divio::test {

inline constexpr std::size_t most_lines = 300;

// One sentence for each file that has more lines than that.
[[nodiscard]] std::vector<std::string> long_files(const std::vector<SourceFile>& tree);

// One sentence for each line that puts something off.
[[nodiscard]] std::vector<std::string> unfinished_lines(const std::vector<SourceFile>& tree);

}  // namespace divio::test
