#include "model/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string>

#include "support/text.hpp"

namespace divio::model {
namespace {

using namespace std::chrono;

// Reads ".123456789" to milliseconds and the offset "Z" or "+02:00" after it.
bool read_tail(std::string_view tail, milliseconds& fraction, minutes& offset) {
  if (tail.starts_with('.')) {
    long long value = 0;
    int digits = 0;
    tail.remove_prefix(1);
    for (; !tail.empty() && tail.front() >= '0' && tail.front() <= '9'; tail.remove_prefix(1))
      if (digits < 3) value = value * 10 + (tail.front() - '0'), ++digits;
    for (; digits < 3; ++digits) value *= 10;
    fraction = milliseconds(value);
  }
  const auto read = parse_offset(tail);
  if (read) offset = *read;
  return read.has_value();
}

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && value >= 0 && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  int year_number = 0, hour = 0, minute = 0, second = 0;
  unsigned month_number = 0, day_number = 0;
  const std::string head(text.substr(0, 19));
  const bool read = std::sscanf(head.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year_number, &month_number, &day_number, &hour,
                                &minute, &second) == 6;
  const year_month_day date{year{year_number}, month{month_number}, day{day_number}};
  milliseconds fraction{0};
  minutes offset{0};
  if (!read || !date.ok() || text.size() < 20 || !read_tail(text.substr(19), fraction, offset))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not a time", text), "write it like 2026-11-22T20:15:58Z");
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + fraction - offset;
}

std::optional<minutes> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return minutes(0);
  if (text.size() != 6 || (text.front() != '+' && text.front() != '-') || text[3] != ':') return std::nullopt;
  const auto hour = number(text.substr(1, 2), 23);
  const auto minute = number(text.substr(4), 59);
  if (!hour || !minute) return std::nullopt;
  return minutes((*hour * 60 + *minute) * (text.front() == '-' ? -1 : 1));
}

Result<minutes> parse_time_of_day(std::string_view text) {
  const auto parts = split(text, ':');
  const auto hour = parts.size() == 2 && parts[0].size() <= 2 ? number(parts[0], 23) : std::nullopt;
  const auto minute = parts.size() == 2 && parts[1].size() == 2 ? number(parts[1], 59) : std::nullopt;
  if (hour && minute) return minutes(*hour * 60 + *minute);
  return fail(ErrorCode::invalid, fmt::format("'{}' is no time of the day", text), "write it like 03:00, in UTC");
}

std::string to_time_of_day(minutes time) { return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60); }

}  // namespace divio::model
