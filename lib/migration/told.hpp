// What a server tells about itself in lines of "name: value". Pure.
#pragma once

#include <algorithm>
#include <string_view>

#include "support/text.hpp"

namespace divio::migration {

// Keeps the text's bytes, not the text.
struct Told {
  std::string_view text;

  // What stands behind "name:" at the beginning of a line, or after blanks there.
  [[nodiscard]] std::string_view operator[](std::string_view name) const {
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const auto line = trim(text.substr(at, end - at));
      if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) return trim(line.substr(name.size() + 1));
      at = end + 1;
    }
    return {};
  }
};

// Calls take(name, value) for each line that has a colon.
template <class Take>
void for_each_told(std::string_view text, const Take& take) {
  for (const auto& line : split(text, '\n')) {
    const auto told = trim(line);
    const auto colon = told.find(':');
    if (colon != std::string_view::npos) take(told.substr(0, colon), trim(told.substr(colon + 1)));
  }
}

}  // namespace divio::migration
