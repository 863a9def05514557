#include "cli/report/text_width.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace divio::cli {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

constexpr char32_t no_character = 0xFFFD;

// The first character of `text`, which is not empty. What is no UTF-8 is one byte of no_character.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  if (bytes == 1 || lead >= 0xF5 || text.size() < bytes) return {no_character, 1};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return {no_character, 1};
    code = (code << 6U) | (next & 0x3FU);
  }
  return {code, bytes};
}

using Range = std::pair<char32_t, char32_t>;
constexpr std::array<Range, 7> without_width{{{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1AB0, 0x1AFF}, {0x200B, 0x200F},
                                              {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}}};
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};

std::size_t width_of(char32_t code) {
  const auto holds = [code](const Range& range) { return code >= range.first && code <= range.second; };
  if (code < 0x300) return 1;
  if (std::ranges::any_of(without_width, holds)) return 0;
  return std::ranges::any_of(wide, holds) ? 2 : 1;
}

// The length of the escape sequence that begins `text`.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  std::size_t at = 2;
  if (text[1] == '[') {
    while (at < text.size() && (text[at] < 0x40 || text[at] > 0x7E)) ++at;
    return std::min(at + 1, text.size());
  }
  if (text[1] == ']') {
    while (at < text.size() && text[at] != '\a' && text[at] != '\x1b') ++at;
    if (at < text.size() && text[at] == '\x1b') ++at;
    return std::min(at + 1, text.size());
  }
  return 2;
}

std::string_view last_overwrite(std::string_view text) {
  while (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  const auto at = text.rfind('\r');
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = first_character(text);
    width += width_of(character.code);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 0;
  std::size_t bytes = 0;
  while (true) {
    const auto character = first_character(text.substr(bytes));
    if (width + width_of(character.code) > columns - 1) break;
    width += width_of(character.code);
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string printable(std::string_view text) {
  text = last_overwrite(text);
  std::string clean;
  while (!text.empty()) {
    if (text[0] == '\x1b') {
      text.remove_prefix(escape_length(text));
      continue;
    }
    const auto character = first_character(text);
    if (character.code == '\t') clean += "    ";
    else if (character.code == no_character && character.bytes == 1) clean += "\uFFFD";
    else if (character.code >= 0x20 && (character.code < 0x7F || character.code > 0x9F))
      clean += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return clean;
}

}  // namespace divio::cli
