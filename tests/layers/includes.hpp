// The layers of the house, and who may include what.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "layers/tree.hpp"

namespace divio::test {

// A room and the rooms that its files may include, besides itself and `divio` (include/divio), which everybody may.
// A row names only rooms of rows above it, so the layers have no circle.
struct Room {
  std::string_view name;
  std::vector<std::string_view> may_include;
};
[[nodiscard]] const std::vector<Room>& rooms();

// Headers of somebody else and the only places that may know them.
struct Library {
  std::string_view header;               // what the name of the header begins with
  std::vector<std::string_view> places;  // what the path of the including file begins with
};
[[nodiscard]] const std::vector<Library>& libraries();

// One sentence for each #include that the layers forbid, in the order of the files.
[[nodiscard]] std::vector<std::string> forbidden_includes(const std::vector<SourceFile>& tree);

}  // namespace divio::test
