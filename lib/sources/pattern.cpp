#include "sources/pattern.hpp"

#include <algorithm>
#include <optional>

#include "sources/utf8.hpp"

namespace divio::sources {
namespace {

// The next character of a set, which may be escaped; nullopt where the set is unfinished or '-' stands alone.
std::optional<char32_t> take_member(std::string_view& text) {
  if (text.empty() || text.front() == '-' || text.front() == ']') return std::nullopt;
  if (text.front() == '\\') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  return take_character(text);
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text) {
  Pattern pattern;
  if (auto read = pattern.read(text); !read) return Failure(std::move(read).error());
  pattern.text_ = text;
  if (pattern.kind_ == Kind::prefix) pattern.text_.resize(text.size() - 2);
  if (pattern.kind_ == Kind::suffix) pattern.text_.erase(0, 2);
  if (pattern.kind_ != Kind::general) pattern.parts_.clear();
  return pattern;
}

Pattern Pattern::literal(std::string_view path) {
  Pattern pattern;
  pattern.text_ = path;
  return pattern;
}

bool Pattern::may_match_below(std::string_view folder) const {
  return kind_ != Kind::exact || text_.starts_with(std::string(folder) + "/");
}

Result<void> Pattern::read(std::string_view text) {
  const auto malformed = [] { return fail(ErrorCode::invalid, "a set in [] is not finished or has its ends swapped"); };
  for (bool first = true; !text.empty(); first = false) {
    const auto character = take_character(text);
    if (character == '*' && text.starts_with('*')) {
      read_stars(text, first);
      continue;
    }
    if (character == '*' || character == '?') {
      parts_.push_back({character == '*' ? Part::What::many : Part::What::one});
      kind_ = Kind::general;
    } else if (character == '[') {
      if (!read_set(text)) return malformed();
      kind_ = Kind::general;
    } else if (character == '\\') {
      if (text.empty()) return fail(ErrorCode::invalid, "a backslash has nothing after it");
      parts_.push_back({Part::What::character, take_character(text)});
      kind_ = Kind::general;
    } else {
      if (character == ']') kind_ = Kind::general;
      parts_.push_back({Part::What::character, character});
    }
  }
  return {};
}

// The rest of a "**" whose first star is taken. Docker swallows a '/' after it; a leading "**" that only plain text
// follows compares ends, which is why "**c" matches "abc" while "**c*" does not match "abcd".
void Pattern::read_stars(std::string_view& text, bool first) {
  text.remove_prefix(1);
  const bool last = text.empty() || text == "/";
  if (first) {
    kind_ = Kind::suffix;
  } else {
    kind_ = last && kind_ == Kind::exact ? Kind::prefix : Kind::general;
  }
  parts_.push_back({last ? Part::What::rest : Part::What::folders});
  if (text.starts_with('/')) text.remove_prefix(1);
}

Result<void> Pattern::read_set(std::string_view& text) {
  const auto malformed = fail(ErrorCode::invalid, "malformed set");
  Part set{Part::What::set};
  if (text.starts_with('^')) {
    set.negated = true;
    text.remove_prefix(1);
  }
  while (set.ranges.empty() || !text.starts_with(']')) {
    const auto low = take_member(text);
    if (!low) return malformed;
    auto high = low;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      high = take_member(text);
    }
    if (!high || *high < *low) return malformed;
    set.ranges.emplace_back(*low, *high);
  }
  text.remove_prefix(1);
  parts_.push_back(std::move(set));
  return {};
}

bool Pattern::matches(std::string_view path) const {
  switch (kind_) {
    case Kind::exact:
      return path == text_;
    case Kind::prefix:
      return path.starts_with(text_);
    case Kind::suffix:
      return path.ends_with(text_) || (text_.starts_with('/') && path == std::string_view(text_).substr(1));
    case Kind::general:
      return matches_parts(path);
  }
  return false;
}

// All ways through the pattern are followed at once, so that no pattern takes more than path x pattern steps. State 2n:
// about to match part n. State 2n+1: inside the folders that part n ("**/") stands for.
bool Pattern::matches_parts(std::string_view path) const {
  States now(2 * parts_.size() + 2, 0);
  enter(now, 0);
  while (!path.empty()) {
    States next(now.size(), 0);
    if (!step(now, next, take_character(path))) return false;
    now.swap(next);
  }
  return now[2 * parts_.size()] != 0;
}

// Marks the state before `part`, and those behind parts that may match nothing.
void Pattern::enter(States& states, std::size_t part) const {
  for (; states[2 * part] == 0; ++part) {
    states[2 * part] = 1;
    if (part == parts_.size()) return;
    const auto what = parts_[part].what;
    if (what == Part::What::folders) states[2 * part + 1] = 1;
    if (what != Part::What::folders && what != Part::What::many && what != Part::What::rest) return;
  }
}

bool Pattern::step(const States& from, States& to, char32_t character) const {
  for (std::size_t n = 0; n < parts_.size(); ++n) {
    const auto& part = parts_[n];
    if (from[2 * n + 1] != 0) {
      to[2 * n + 1] = 1;
      if (character == '/') enter(to, n + 1);
    }
    if (from[2 * n] == 0 || !part.accepts(character)) continue;
    const bool repeats = part.what == Part::What::many || part.what == Part::What::rest;
    enter(to, repeats ? n : n + 1);
  }
  return std::ranges::find(to, 1) != to.end();
}

bool Pattern::Part::accepts(char32_t c) const noexcept {
  switch (what) {
    case What::character:
      return c == character;
    case What::one:
    case What::many:
      return c != '/';
    case What::rest:
      return true;
    case What::folders:
      return false;  // followed by the odd states
    case What::set:
      // A negated set takes '/' too, in Docker as here.
      return negated != std::ranges::any_of(ranges, [c](const auto& r) { return r.first <= c && c <= r.second; });
  }
  return false;
}

}  // namespace divio::sources
