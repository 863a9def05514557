#include "wire/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace divio::wire {
namespace {

constexpr std::array<std::pair<std::string_view, long long>, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr long long longest_duration = 3650LL * 86'400'000;

std::optional<long long> milliseconds_in(std::string_view unit) {
  if (unit.empty()) return 1'000;
  for (const auto& [name, milliseconds] : units)
    if (name == unit) return milliseconds;
  return std::nullopt;
}

// Takes one number and its unit off the front.
std::optional<long long> take_part(std::string_view& text, bool first) {
  long long amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc{} || amount < 0 || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto unit = text.substr(0, text.find_first_of("0123456789"));
  text.remove_prefix(unit.size());
  if (unit.empty() && !first) return std::nullopt;
  const auto factor = milliseconds_in(unit);
  if (!factor || amount > longest_duration / *factor) return std::nullopt;
  return amount * *factor;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  long long sum = 0;
  auto rest = text;
  bool first = true;
  do {
    const auto part = take_part(rest, first);
    if (!part || sum + *part > longest_duration)
      return fail(ErrorCode::invalid, fmt::format("'{}' is not a length of time", text),
                  "write it as 30s, 5m or 1h30m; a plain number is seconds");
    sum += *part;
    first = false;
  } while (!rest.empty());
  return std::chrono::milliseconds(sum);
}

std::string to_text(std::chrono::milliseconds duration) {
  long long left = duration.count();
  std::string text;
  for (const auto& [name, milliseconds] : units) {
    if (left >= milliseconds) text += fmt::format("{}{}", left / milliseconds, name);
    left %= milliseconds;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace divio::wire
