// Points in time: UTC, to the millisecond.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::model {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// RFC 3339 in UTC: "2026-11-22T20:15:58.123Z".
[[nodiscard]] std::string to_rfc3339(TimePoint time);

// Reads RFC 3339 with any fraction (Docker gives nanoseconds) and offset.
[[nodiscard]] Result<TimePoint> parse_rfc3339(std::string_view text);

// Reads "+02:00", or "Z"; nullopt for what is no offset from UTC.
[[nodiscard]] std::optional<std::chrono::minutes> parse_offset(std::string_view text);

// Reads "03:00" and "3:00", as the time since midnight; and writes "03:00".
[[nodiscard]] Result<std::chrono::minutes> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string to_time_of_day(std::chrono::minutes time);

}  // namespace divio::model
