#include "model/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace divio::model {
namespace {

constexpr std::size_t longest = 40;

bool allowed(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

Result<void> check_dns_label(std::string_view text, std::string_view noun) {
  const bool good = !text.empty() && text.size() <= longest && std::ranges::all_of(text, allowed) &&
                    text.front() != '-' && text.back() != '-';
  if (good) return {};
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a valid {}", text, noun),
              fmt::format("use 1 to {} of a-z, 0-9 and '-', not beginning or ending with '-', for example '{}'", longest,
                          to_dns_label(text)));
}

std::string to_dns_label(std::string_view text) {
  std::string label;
  for (const char c : text) {
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const char next = allowed(lower) ? lower : '-';
    if (next == '-' && (label.empty() || label.back() == '-')) continue;
    if (label.size() < longest) label += next;
  }
  while (!label.empty() && label.back() == '-') label.pop_back();
  return label.empty() ? "app" : label;
}

}  // namespace divio::model
