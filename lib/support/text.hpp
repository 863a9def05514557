// Small pure functions on text that the standard library lacks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace divio {

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::string to_lower(std::string_view text);

// Levenshtein's edit distance.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `word` if it is near enough to be a likely misspelling, for "did you mean".
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// Bytes for people: "512 B", "256 MiB", "1.5 GiB".
[[nodiscard]] std::string human_bytes(unsigned long long bytes);

// Seconds for people: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string human_seconds(double seconds);

// "1 file", "2 files".
[[nodiscard]] std::string counted(unsigned long long count, std::string_view noun);

// Quotes one word for a POSIX shell where it needs it.
[[nodiscard]] std::string shell_quote(std::string_view word);

}  // namespace divio
