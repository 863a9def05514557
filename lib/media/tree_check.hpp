// What two volumes have by content. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "media/mirror.hpp"
#include "media/tree.hpp"

namespace divio::media {

using Sums = std::map<std::string, std::string, std::less<>>;  // SHA-256 of files, by path

// Takes records out of the pieces that `sums` of the program answers with (agent_tree_program.hpp).
class SumsReader {
 public:
  [[nodiscard]] Result<void> feed(std::string_view bytes);
  [[nodiscard]] Result<Sums> done();

 private:
  Sums sums_;
  std::string rest_;
};

// The files of `from`, read before their content and again after it, that nobody touched meanwhile.
[[nodiscard]] std::vector<Entry> still_files(const Tree& before, const Tree& after);

[[nodiscard]] Checked check_trees(const std::vector<Entry>& still, const Sums& from, const Tree& to, const Sums& there);

}  // namespace divio::media
