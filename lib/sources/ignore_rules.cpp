#include "sources/ignore_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sources/path.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::sources {

Result<IgnoreRules> IgnoreRules::parse(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  IgnoreRules rules;
  int number = 0;
  for (const auto& line : split(text, '\n')) {
    ++number;
    // Only a '#' in the very first column is a comment, as in Docker.
    if (line.starts_with('#') || trim(line).empty()) continue;
    DIVIO_CHECK(rules.add(trim(line), fmt::format("{}:{}", name, number)));
  }
  return rules;
}

Result<void> IgnoreRules::add(std::string_view line, const std::string& place) {
  const bool exception = line.starts_with('!');
  auto text = exception ? trim(line.substr(1)) : line;
  const auto invalid = [&](std::string_view why) {
    return Failure(Error{ErrorCode::invalid, fmt::format("the pattern '{}' is not valid: {}", line, why),
                         "see https://docs.docker.com/build/concepts/context/#dockerignore-files", place});
  };
  if (text.empty()) return invalid("nothing follows the '!'");
  const auto cleaned = clean_path(text);
  text = cleaned;
  if (text.size() > 1 && text.starts_with('/')) text.remove_prefix(1);
  auto pattern = Pattern::parse(text);
  if (!pattern) return invalid(pattern.error().message);
  rules_.push_back({std::move(*pattern), exception});
  return {};
}

void IgnoreRules::keep(std::string_view path) {
  if (IgnoreWalk(*this).excludes_file(path)) rules_.push_back({Pattern::literal(path), true});
}

bool IgnoreRules::may_keep_below(std::string_view folder) const {
  return std::ranges::any_of(rules_,
                             [&](const Rule& rule) { return rule.exception && rule.pattern.may_match_below(folder); });
}

bool IgnoreRules::excludes(std::string_view path, const Matched& above, Matched& matched) const {
  matched.assign(rules_.size(), false);
  bool excluded = false;
  for (std::size_t n = 0; n < rules_.size(); ++n) {
    const auto& rule = rules_[n];
    bool match = !above.empty() && above[n];
    // A pattern that could not change the outcome is not tried, and so is not remembered for what lies below either:
    // visible in corner cases, and the way Docker does it.
    if (!match && rule.exception == excluded) match = rule.pattern.matches(path);
    matched[n] = match;
    if (match) excluded = !rule.exception;
  }
  return excluded;
}

bool IgnoreWalk::excludes_file(std::string_view path) {
  IgnoreRules::Matched matched;
  return rules_->excludes(path, folder(folder_of(path)).matched, matched);
}

bool IgnoreWalk::excludes_folder(std::string_view path) {
  return folder(path).excluded;
}

const IgnoreWalk::Folder& IgnoreWalk::folder(std::string_view path) {
  const std::string key(path);
  if (const auto found = folders_.find(key); found != folders_.end()) return found->second;
  Folder made;
  if (!path.empty()) made.excluded = rules_->excludes(path, folder(folder_of(path)).matched, made.matched);
  return folders_.emplace(key, std::move(made)).first->second;
}

}  // namespace divio::sources
