#include "layers/tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace divio::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> extensions{".hpp", ".cpp", ".in",  ".txt",  ".cmake",
                                                      ".sh",  ".py",  ".awk", ".yaml", ".css"};

bool is_source(const fs::path& path) {
  return std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<SourceFile> read_tree(const std::vector<std::string>& folders) {
  const fs::path top(DIVIO_SOURCE_DIR);
  std::vector<SourceFile> tree;
  for (const auto& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      tree.push_back({entry.path().lexically_relative(top).string(), text_of(entry.path())});
    }
  }
  std::ranges::sort(tree, {}, &SourceFile::path);
  return tree;
}

}  // namespace divio::test
