// Records that are each ended by a zero byte, as find(1) and sha256sum(1) print them, and the words of one. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::media {

// Takes records out of a stream that comes in pieces.
class Records {
 public:
  // Calls `take`, which gives a Result<void>, with each record that is whole; its first failure is the result.
  template <class Take>
  [[nodiscard]] Result<void> feed(std::string_view bytes, const Take& take) {
    while (true) {
      const auto end = bytes.find('\0');
      rest_ += bytes.substr(0, end);
      if (end == std::string_view::npos) return {};
      if (auto taken = take(std::string_view(rest_)); !taken) return taken;
      rest_.clear();
      bytes.remove_prefix(end + 1);
    }
  }

  // Whether the stream ended within a record.
  [[nodiscard]] bool broken_off() const noexcept { return !rest_.empty(); }

 private:
  std::string rest_;
};

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
