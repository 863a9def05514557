// What .dockerignore leaves out of a build context. Pure.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "divio/result.hpp"
#include "sources/pattern.hpp"

namespace divio::sources {

// The patterns of one .dockerignore file. Rules as Docker documents and BuildKit carries them out: '#' begins a comment
// line, '!' an exception, the last pattern that matches a path or a folder above it decides. A value.
class IgnoreRules {
 public:
  // Per pattern: whether it matched a path or a folder above it.
  using Matched = std::vector<bool>;

  IgnoreRules() = default;  // leaves nothing out

  // `name` is the file's, for errors: invalid with "NAME:LINE".
  [[nodiscard]] static Result<IgnoreRules> parse(std::string_view text, const std::string& name);

  // Whether `path` is left out. `above` is what matched its folder (default for the top), `matched` receives what
  // matched the path.
  [[nodiscard]] bool excludes(std::string_view path, const Matched& above, Matched& matched) const;

  // Adds an exception for one path if it would be left out, as Docker does for the Dockerfile and .dockerignore.
  void keep(std::string_view path);

  // Whether an exception may bring back something below an excluded folder.
  [[nodiscard]] bool may_keep_below(std::string_view folder) const;

 private:
  struct Rule {
    Pattern pattern;
    bool exception = false;
  };
  [[nodiscard]] Result<void> add(std::string_view line, const std::string& place);

  std::vector<Rule> rules_;
};

// Rules applied to the paths of one tree in any order; remembers its folders. One thread at a time; must not outlive
// the rules.
class IgnoreWalk {
 public:
  explicit IgnoreWalk(const IgnoreRules& rules) : rules_(&rules) {}

  [[nodiscard]] bool excludes_file(std::string_view path);
  [[nodiscard]] bool excludes_folder(std::string_view path);

  // Whether nothing below the folder can be part of the context, so that it need not be read.
  [[nodiscard]] bool skips(std::string_view folder) {
    return excludes_folder(folder) && !rules_->may_keep_below(folder);
  }

 private:
  struct Folder {
    bool excluded = false;
    IgnoreRules::Matched matched;
  };
  const Folder& folder(std::string_view path);

  const IgnoreRules* rules_;
  std::unordered_map<std::string, Folder> folders_;
};

}  // namespace divio::sources
