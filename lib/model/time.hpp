// Points in time: UTC, to the millisecond.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::model {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// RFC 3339 in UTC: "2026-11-22T20:15:58.123Z".
[[nodiscard]] std::string to_rfc3339(TimePoint time);

// Reads RFC 3339 with any fraction (Docker gives nanoseconds) and offset.
[[nodiscard]] Result<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace divio::model
