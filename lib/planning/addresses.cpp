#include "planning/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <set>

namespace divio::planning {
namespace {

constexpr std::uint32_t pool_first = (10U << 24) | (192U << 16);
constexpr std::uint32_t pool_subnets = 4096;
constexpr unsigned lowest = 2, highest = 127;

struct Range {
  std::uint32_t first = 0, last = 0;
};

std::optional<Range> parse_cidr(const std::string& text) {
  unsigned a = 0, b = 0, c = 0, d = 0, bits = 0;
  if (std::sscanf(text.c_str(), "%3u.%3u.%3u.%3u/%2u", &a, &b, &c, &d, &bits) != 5 || bits > 32) return std::nullopt;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  const std::uint32_t first = ((a << 24) | (b << 16) | (c << 8) | d) & mask;
  return Range{first, first | ~mask};
}

// FNV-1a: the same on every machine, unlike std::hash.
std::uint32_t hash(const std::string& text) {
  std::uint32_t value = 2166136261U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

}  // namespace

std::optional<Subnet> choose_subnet(const std::string& seed, const std::vector<std::string>& taken) {
  std::vector<Range> ranges;
  for (const auto& cidr : taken)
    if (const auto range = parse_cidr(cidr)) ranges.push_back(*range);
  for (std::uint32_t attempt = 0; attempt < pool_subnets; ++attempt) {
    const std::uint32_t first = pool_first + ((hash(seed) + attempt) % pool_subnets) * 256;
    const auto overlaps = [&](const Range& r) { return r.first <= first + 255 && first <= r.last; };
    if (std::ranges::any_of(ranges, overlaps)) continue;
    const auto stem = fmt::format("{}.{}.{}.", first >> 24, (first >> 16) & 255, (first >> 8) & 255);
    return Subnet{stem + "0/24", stem + "128/25"};
  }
  return std::nullopt;
}

std::vector<std::string> choose_addresses(const std::string& subnet, const std::vector<std::string>& used,
                                          std::size_t count) {
  const std::string stem = subnet.substr(0, subnet.rfind('.') + 1);
  std::set<unsigned> hosts;
  for (const auto& address : used) {
    unsigned host = 0;
    if (address.starts_with(stem) && std::sscanf(address.c_str() + stem.size(), "%3u", &host) == 1) hosts.insert(host);
  }
  unsigned last = lowest - 1;
  for (const unsigned host : hosts)
    if (host <= highest) last = std::max(last, host);
  std::vector<std::string> chosen;
  for (unsigned step = 1; step <= highest - lowest + 1 && chosen.size() < count; ++step) {
    const unsigned host = lowest + (last - lowest + step) % (highest - lowest + 1);
    if (!hosts.contains(host)) chosen.push_back(stem + std::to_string(host));
  }
  return chosen;
}

}  // namespace divio::planning
