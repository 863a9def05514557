// What remains of a codebase once .dockerignore is applied.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sources/entry.hpp"
#include "sources/ignore_rules.hpp"

namespace divio::sources {

// A walk asks it about every file it meets. One thread at a time; must not outlive the rules.
class Sieve {
 public:
  explicit Sieve(const IgnoreRules& rules) : walk_(rules) {}

  [[nodiscard]] bool keeps_file(std::string_view path);
  [[nodiscard]] bool keeps_folder(std::string_view path);  // for a folder with nothing in it

  // Whether the folder, which is not empty, need not be read at all.
  [[nodiscard]] bool skips(std::string_view folder);

  // The folders of everything asked about so far, as entries: those that are not left out themselves, even if all they
  // hold is, and those above a kept file.
  [[nodiscard]] std::vector<Entry> folders() const;

 private:
  void add_folders(std::string_view path, bool kept);

  IgnoreWalk walk_;
  std::set<std::string, std::less<>> folders_;
};

}  // namespace divio::sources
