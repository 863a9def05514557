#include "config/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace divio::config {
namespace {

constexpr std::size_t longest = 300;

std::string printable(std::string text) {
  if (text.size() > longest) {
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;  // not within a character
    text = text.substr(0, end) + "...";
  }
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

}  // namespace

Error within_file(Error error, std::string_view file_name) {
  error.message = printable(std::move(error.message));
  error.hint = printable(std::move(error.hint));
  error.where = error.where.empty() ? std::string(file_name) : fmt::format("{}:{}", file_name, error.where);
  return error;
}

}  // namespace divio::config
