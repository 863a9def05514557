// Amounts as people write them. Each gives nothing for what it cannot read; ranges are the caller's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace divio::config {

// "500ms", "10s", "2m", "1h": a whole number and a unit, up to ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// "256Mi", "512M", "1.5Gi", "268435456": powers of 1024 with an i, of 1000 without, bytes without a unit. Rounded down
// to a byte.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);

// "0.25", "2", "250m": cores, or thousandths of one with an m. At most three decimals.
[[nodiscard]] std::optional<std::uint32_t> parse_cpu_millis(std::string_view text);

}  // namespace divio::config
