// Lengths of time as people write them in flags and variables.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::wire {

// Reads "90" (seconds), "500ms", "30s", "5m", "2h", "1d" and sums such as "1h30m". Anything else, and what is longer
// than ten years, is `invalid`.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// The shortest such text: "1h30m"; "0s" for nothing.
[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);

}  // namespace divio::wire
