// One pattern of a .dockerignore file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "divio/result.hpp"

namespace divio::sources {

// A pattern as Docker reads it (module moby/patternmatcher): `*` is anything but '/', `?` one such character, `[a-z]`
// and
// `[^a-z]` a character of a set, `**` any number of folders, `\` takes the next character literally. A pattern stands
// for whole paths from the root of the context, never for part of one. A value; safe to share between threads.
//
// Docker turns patterns into Go regular expressions, through which a few characters slip with a meaning nobody
// documents
// (`^` outside a set, `\d`). Those are plain characters here.
class Pattern {
 public:
  // `text` is cleaned already (clean_path), without the '!' of an exception. invalid for an unfinished set or a
  // trailing backslash.
  [[nodiscard]] static Result<Pattern> parse(std::string_view text);

  // A pattern that stands for this one path, whatever characters it has.
  [[nodiscard]] static Pattern literal(std::string_view path);

  [[nodiscard]] bool matches(std::string_view path) const;

  // False only if nothing below `folder` can match.
  [[nodiscard]] bool may_match_below(std::string_view folder) const;

 private:
  // How much of the machinery the pattern needs; most need none.
  enum class Kind { exact, prefix, suffix, general };

  struct Part {
    enum class What { character, one, many, folders, rest, set } what = What::character;
    char32_t character = 0;                               // What::character
    bool negated = false;                                 // What::set
    std::vector<std::pair<char32_t, char32_t>> ranges{};  // What::set, both ends included
    [[nodiscard]] bool accepts(char32_t c) const noexcept;
  };
  using States = std::vector<unsigned char>;

  [[nodiscard]] Result<void> read(std::string_view text);
  void read_stars(std::string_view& text, bool first);
  [[nodiscard]] Result<void> read_set(std::string_view& text);
  [[nodiscard]] bool matches_parts(std::string_view path) const;
  void enter(States& states, std::size_t part) const;
  [[nodiscard]] bool step(const States& from, States& to, char32_t character) const;

  Kind kind_ = Kind::exact;
  std::string text_;  // literal: all of the path, its beginning or its end
  std::vector<Part> parts_;
};

}  // namespace divio::sources
