#include "model/full_disk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace divio::model {
namespace {

// ENOSPC and EDQUOT, and MariaDB's own word for the first.
constexpr std::array<std::string_view, 4> words{"no space left on device", "disk quota exceeded", "disk is full", "disk full"};
constexpr std::string_view unnamed = "the disk of its engine";

}  // namespace

bool says_full_disk(std::string_view complaint) {
  const auto text = to_lower(complaint);
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

Error with_disk_of(Error error, std::string_view whose) {
  if (error.hint.starts_with(full_disk_hint)) error.hint.replace(0, unnamed.size(), fmt::format("the disk of {}", whose));
  return error;
}

}  // namespace divio::model
