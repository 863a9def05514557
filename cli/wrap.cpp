#include "cli/wrap.hpp"

#include "support/text.hpp"

namespace divio::cli {

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string line_break = "\n" + std::string(indent, ' ');
  std::string wrapped;
  for (const auto& paragraph : split(text, '\n')) {
    if (!wrapped.empty() || paragraph.empty()) wrapped += paragraph.empty() ? "\n" : line_break;
    std::size_t column = 0;
    for (const auto& word : split(paragraph, ' ')) {
      if (column != 0 && column + 1 + word.size() > width) {
        wrapped += line_break;
        column = 0;
      } else if (column != 0) {
        wrapped += ' ';
        ++column;
      }
      wrapped += word;
      column += word.size();
    }
  }
  return wrapped;
}

}  // namespace divio::cli
