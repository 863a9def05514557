// Reading text a character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio::sources {

// Takes the next character off `text`, which must not be empty. A byte that is not UTF-8 counts as one U+FFFD.
[[nodiscard]] char32_t take_character(std::string_view& text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// The text with every byte that is not UTF-8 replaced by U+FFFD: git holds names and messages in any encoding, JSON and
// terminals do not.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace divio::sources
