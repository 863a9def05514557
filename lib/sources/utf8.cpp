#include "sources/utf8.hpp"

#include <algorithm>

namespace divio::sources {
namespace {

constexpr char32_t replacement = 0xFFFD;

// How many bytes a character beginning with `lead` has; 0 for a byte that begins none.
constexpr std::size_t length_of(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

constexpr bool is_valid(char32_t character, std::size_t length) noexcept {
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  return character >= least[length] && character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

}  // namespace

char32_t take_character(std::string_view& text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = length_of(lead);
  if (length == 1) return text.remove_prefix(1), lead;
  const auto tail = text.substr(1, length == 0 ? 0 : length - 1);
  const bool whole = length != 0 && tail.size() == length - 1 &&
                     std::ranges::all_of(tail, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
  char32_t character = whole ? lead & (0x7FU >> length) : replacement;
  if (whole) {
    for (const char c : tail) character = character << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  }
  if (!whole || !is_valid(character, length)) return text.remove_prefix(1), replacement;
  text.remove_prefix(length);
  return character;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto before = text.size();
    if (take_character(text) == replacement && before - text.size() == 1) return false;
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const auto before = text;
    const bool broken = take_character(text) == replacement && before.size() - text.size() == 1;
    valid += broken ? std::string_view("\xEF\xBF\xBD") : before.substr(0, before.size() - text.size());
  }
  return valid;
}

}  // namespace divio::sources
