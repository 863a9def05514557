#include "fakes/subnet.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdlib>

namespace divio::fakes {

std::optional<std::uint32_t> parse_address(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::string address_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

std::optional<Subnet> parse_subnet(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  const int bits = std::atoi(std::string(text.substr(slash + 1)).c_str());
  if (!address || bits < 1 || bits > 32) return std::nullopt;
  const auto size = std::uint64_t{1} << (32 - bits);
  const auto mask = static_cast<std::uint32_t>(size - 1);
  return Subnet{*address & ~mask, *address | mask};
}

}  // namespace divio::fakes
