// IPv4 addresses and subnets as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace divio::fakes {

struct Subnet {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] bool contains(std::uint32_t address) const { return first <= address && address <= last; }
  [[nodiscard]] bool overlaps(const Subnet& other) const { return first <= other.last && other.first <= last; }
};

[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);
[[nodiscard]] std::string address_text(std::uint32_t address);
[[nodiscard]] std::optional<Subnet> parse_subnet(std::string_view text);  // "10.201.5.0/24"

}  // namespace divio::fakes
