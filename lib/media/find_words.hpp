// Words of a record that find(1) printed. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace divio::media {

// The next word of a record, which loses it and the space behind it.
[[nodiscard]] std::string_view take_word(std::string_view& record);

template <class Number>
[[nodiscard]] bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "1600000000.1234567890" in nanoseconds; find writes ten digits after the point, the last one 0.
[[nodiscard]] bool parse_time(std::string_view text, std::int64_t& time);

}  // namespace divio::media
