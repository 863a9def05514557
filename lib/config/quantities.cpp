#include "config/quantities.hpp"

#include <fmt/format.h>

#include "config/amounts.hpp"
#include "config/reader.hpp"

namespace divio::config {
namespace {

std::string show(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 1000 != 0) return fmt::format("{}ms", count);
  if (count == 0 || count % 60'000 != 0) return fmt::format("{}s", count / 1000);
  return count % 3'600'000 == 0 ? fmt::format("{}h", count / 3'600'000) : fmt::format("{}m", count / 60'000);
}

Failure out_of_range(const YamlNode& node, std::string_view lowest, std::string_view highest) {
  return problem(node.place, fmt::format("{} must be from {} to {}, not '{}'", node.name, lowest, highest, node.text),
                 fmt::format("write an amount from {} to {}", lowest, highest));
}

}  // namespace

Result<std::chrono::milliseconds> read_duration(const YamlNode& node, DurationRange range) {
  const auto duration = parse_duration(node.text);
  if (!duration) return wrong_value(node, "a duration", "write a whole number and a unit: 500ms, 10s, 2m or 1h");
  if (*duration < range.lowest || *duration > range.highest)
    return out_of_range(node, show(range.lowest), show(range.highest));
  return *duration;
}

Result<std::chrono::seconds> read_seconds(const YamlNode& node, DurationRange range) {
  DIVIO_TRY(duration, read_duration(node, range));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  if (seconds != duration) return wrong_value(node, "in whole seconds", "write it like 10s, 2m or 1h");
  return seconds;
}

Result<std::uint64_t> read_memory(const YamlNode& node) {
  const auto bytes = parse_bytes(node.text);
  if (!bytes) return wrong_value(node, "an amount of memory", "write it like 256Mi, 512M or 1Gi");
  if (*bytes < 6ULL << 20 || *bytes > 16ULL << 40) return out_of_range(node, "6Mi", "16Ti");
  return *bytes;
}

Result<std::uint32_t> read_cpu(const YamlNode& node) {
  const auto millis = parse_cpu_millis(node.text);
  if (!millis) return wrong_value(node, "an amount of processor cores", "write it like 0.25, 2 or 250m");
  if (*millis < 10 || *millis > 512'000) return out_of_range(node, "0.01", "512");
  return *millis;
}

}  // namespace divio::config
