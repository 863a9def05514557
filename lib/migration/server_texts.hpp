// Texts that go into names and scripts on servers. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::migration {

// invalid for what is no id of a migration: 1 to 24 of a-z, 0-9 and '-'.
[[nodiscard]] Result<void> check_id(std::string_view migration);

// Whether it is letters, digits and `others` only, and not empty: so it is nothing but itself to a shell, a server's client or HTTP.
[[nodiscard]] bool is_plain(std::string_view text, std::string_view others = "-._:") noexcept;

struct Filling {
  std::string_view word;  // "{database}"
  std::string_view text;
};

// `text` with what stands for each word.
[[nodiscard]] std::string filled_in(std::string_view text, std::span<const Filling> words);

}  // namespace divio::migration
