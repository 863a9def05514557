#include "config/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace divio::config {
namespace {

constexpr std::size_t largest = 1 << 20;

Place place_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1, static_cast<int>(offset - line_start) + 1};
}

bool continues(unsigned char c) {
  return (c & 0xC0U) == 0x80;
}

// How many bytes a UTF-8 sequence has which begins with `first`; 0 if none does. C0, C1 and F5 upwards never occur.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// Whether the second byte makes the sequence overlong, a surrogate, or beyond U+10FFFF.
bool forbidden_pair(unsigned char first, unsigned char second) {
  return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
         (first == 0xF4 && second > 0x8F);
}

bool valid_sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() > 1 && forbidden_pair(at(0), at(1))) return false;
  return std::ranges::all_of(bytes.substr(1), continues);
}

bool control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

std::string_view line_at(std::string_view text, int line) {
  for (; line > 1 && !text.empty(); --line) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return text.substr(0, text.find('\n'));
}

char character_at(std::string_view text, Place place) {
  const auto line = line_at(text, place.line);
  const auto column = static_cast<std::size_t>(place.column);
  return column >= 1 && column <= line.size() ? line[column - 1] : '\0';
}

bool tab_indented(std::string_view line) {
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

// Parts of yaml-cpp's messages (exceptions.h) and what they mean to somebody who writes a file.
constexpr std::array<std::pair<std::string_view, SyntaxError>, 9> syntax_errors{{
    {"illegal map value",
     {"a key cannot stand here", "check the indentation, and put a value that holds ': ' between quotes"}},
    {"end of map not found", {"the indentation of this line fits nothing above it", "indent the keys of a map alike"}},
    {"end of sequence not found",
     {"the indentation of this line fits nothing above it", "indent the entries of a list alike"}},
    {"flow not found", {"the bracket that opens here is never closed", "close it"}},
    {"illegal flow end",
     {"the bracket that closes here was never opened", "remove it, or put the value between quotes"}},
    {"anchor is not defined",
     {"a word that begins with '*' is an alias, and this one repeats nothing",
      "put a value that begins with '*' between quotes"}},
    {"unknown token",
     {"a value cannot begin with this character", "put a value that begins with '@', '`' or '%' between quotes"}},
    {"unknown escape",
     {"this escape is not known", "write a backslash twice between double quotes, or use single ones"}},
    {"EOF in scalar", {"the text between quotes has no end", "close the quotes"}},
}};

std::string_view skip_properties(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  while (text.starts_with('&') || text.starts_with('!')) {
    text.remove_prefix(std::min(text.size(), text.find_first_of(blank)));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(blank)));
  }
  return text;
}

}  // namespace

Result<void> check_yaml_text(std::string_view text) {
  if (text.size() > largest)
    return problem({}, fmt::format("the file has {} bytes, which is more than 1 MiB", text.size()),
                   "keep data out of this file");
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto length = sequence_length(first);
    if (length == 0 || i + length > text.size() || !valid_sequence(text.substr(i, length)))
      return problem(place_of(text, i), "the file is not valid UTF-8 here", "save it with the encoding UTF-8");
    if (control(first))
      return problem(place_of(text, i), fmt::format("there is a control character (0x{:02x}) here", first),
                     "remove it, or write it as an escape between double quotes");
    i += length;
  }
  return {};
}

bool quotes_closed(std::string_view text) {
  text = skip_properties(text);
  const char quote = text.empty() ? '\0' : text.front();
  if (quote != '"' && quote != '\'') return true;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return true;
      ++i;  // '' stands for one quote
    }
  }
  return false;
}

SyntaxError explain_syntax_error(std::string_view text, Place place, std::string_view parser_message) {
  if (parser_message.find(" tab ") != std::string_view::npos || tab_indented(line_at(text, place.line)))
    return {"this line is indented with a tab, which YAML does not allow", "indent with spaces"};
  if (parser_message.find("unknown token") != std::string_view::npos && character_at(text, place) == '?')
    return {"a '?' here, between brackets, begins something else in YAML", "put the value that holds it between quotes"};
  for (const auto& [part, error] : syntax_errors)
    if (parser_message.find(part) != std::string_view::npos) return error;
  return {"this is not valid YAML", "check the indentation and the quotes around this place"};
}

}  // namespace divio::config
