// What two volumes have by content. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "media/mirror.hpp"
#include "media/records.hpp"
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
  Records records_;
};

// The files of `from`, read before their content and again after it, that nobody touched meanwhile.
[[nodiscard]] std::vector<Entry> still_files(const Tree& before, const Tree& after);

struct Content {
  Tree tree;
  Sums sums;
};

// Mirror::check() of files of the source that stood still, and of what the target has.
[[nodiscard]] Checked check_trees(const std::vector<Entry>& still, const Sums& sums, const Content& to, std::optional<std::int64_t> since_ns);

}  // namespace divio::media
