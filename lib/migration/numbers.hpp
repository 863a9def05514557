// Numbers in a server's answers.
#pragma once

#include <charconv>
#include <string_view>

namespace divio::migration {

// The number that the text begins with; 0 where it begins with none, or with one that is too large.
template <class Number>
[[nodiscard]] Number number_in(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace divio::migration
