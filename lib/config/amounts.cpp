#include "config/amounts.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace divio::config {
namespace {

// A decimal number in thousandths and what follows it, so that no rounding of binary fractions gets in.
struct Measured {
  std::uint64_t thousandths = 0;
  bool fraction = false;
  std::string_view unit;
};

std::optional<std::uint64_t> read_digits(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Measured> read_measured(std::string_view text) {
  constexpr std::uint64_t most = 1ULL << 53;
  const auto whole = read_digits(text);
  if (!whole || *whole > most) return std::nullopt;
  Measured measured{*whole * 1000, false, text};
  if (!text.starts_with('.')) return measured;
  text.remove_prefix(1);
  const auto digits = text.size();
  const auto fraction = read_digits(text);
  const auto length = digits - text.size();
  if (!fraction || length > 3) return std::nullopt;
  constexpr std::array<std::uint64_t, 4> scale{0, 100, 10, 1};
  return Measured{measured.thousandths + *fraction * scale[length], true, text};
}

template <std::size_t Count>
std::optional<std::uint64_t> unit_value(const std::array<std::pair<std::string_view, std::uint64_t>, Count>& units,
                                        std::string_view unit) {
  for (const auto& [name, value] : units)
    if (name == unit) return value;
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> units{
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
  constexpr std::uint64_t ten_years = 10ULL * 365 * 24 * 3'600'000;
  const auto measured = read_measured(text);
  if (!measured || measured->fraction) return std::nullopt;
  const auto unit = unit_value(units, measured->unit);
  const auto number = measured->thousandths / 1000;
  if (!unit || number > ten_years / *unit) return std::nullopt;
  return std::chrono::milliseconds(number * *unit);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 9> units{{{"", 1},
                                                                             {"k", 1'000},
                                                                             {"M", 1'000'000},
                                                                             {"G", 1'000'000'000},
                                                                             {"T", 1'000'000'000'000},
                                                                             {"Ki", 1ULL << 10},
                                                                             {"Mi", 1ULL << 20},
                                                                             {"Gi", 1ULL << 30},
                                                                             {"Ti", 1ULL << 40}}};
  const auto measured = read_measured(text);
  if (!measured) return std::nullopt;
  const auto unit = unit_value(units, measured->unit);
  if (!unit || (measured->fraction && *unit == 1)) return std::nullopt;
  const auto whole = measured->thousandths / 1000;
  if (whole > (1ULL << 62) / *unit) return std::nullopt;
  return whole * *unit + measured->thousandths % 1000 * *unit / 1000;
}

std::optional<std::uint32_t> parse_cpu_millis(std::string_view text) {
  const auto measured = read_measured(text);
  if (!measured) return std::nullopt;
  auto millis = measured->thousandths;
  if (measured->unit == "m" && !measured->fraction)
    millis /= 1000;
  else if (!measured->unit.empty())
    return std::nullopt;
  if (millis > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(millis);
}

}  // namespace divio::config
