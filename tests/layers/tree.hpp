// The source tree as texts, so that the rules can be tried on trees that do not exist.
#pragma once

#include <string>
#include <vector>

namespace divio::test {

struct SourceFile {
  std::string path;  // from the top of the checkout: "lib/model/names.hpp"
  std::string text;
};

// The project's own files below these folders, ordered by path. Nothing that a build or an interpreter leaves behind.
[[nodiscard]] std::vector<SourceFile> read_tree(const std::vector<std::string>& folders);

}  // namespace divio::test
