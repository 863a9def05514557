#include "migration/server_texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace divio::migration {
namespace {

constexpr std::size_t longest_id = 24;

bool fits(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

Result<void> check_id(std::string_view migration) {
  if (!migration.empty() && migration.size() <= longest_id && std::ranges::all_of(migration, fits)) return {};
  return fail(ErrorCode::invalid, fmt::format("'{}' is not the id of a migration", migration), fmt::format("use 1 to {} of a-z, 0-9 and '-'", longest_id));
}

bool is_plain(std::string_view text, std::string_view others) noexcept {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

std::string filled_in(std::string_view text, std::span<const Filling> words) {
  std::string filled(text);
  for (const auto& [word, value] : words)
    for (auto at = filled.find(word); at != std::string::npos; at = filled.find(word, at + value.size())) filled.replace(at, word.size(), value);
  return filled;
}

}  // namespace divio::migration
