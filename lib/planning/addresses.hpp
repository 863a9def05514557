// Addresses: a subnet of its own for each environment, a fixed address in it for each instance, so that routes stay true
// when an engine restarts and starts its containers in any order.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace divio::planning {

struct Subnet {
  std::string cidr;           // "10.201.5.0/24"
  std::string dynamic_range;  // "10.201.5.128/25"
};

// A /24 of 10.192.0.0/12 (RFC 1918) that overlaps none of `taken` (CIDR texts, of any size). The search begins at a
// place given by `seed`, so that engines which later join one network seldom clash. nullopt: all 4,096 are taken.
[[nodiscard]] std::optional<Subnet> choose_subnet(const std::string& seed, const std::vector<std::string>& taken);

// `count` addresses from the lower half of a /24 (.2 to .127), none of `used`, beginning after the
// highest in use so that an address that was just given up is the last to come back. Fewer if there are not enough.
[[nodiscard]] std::vector<std::string> choose_addresses(const std::string& subnet, const std::vector<std::string>& used,
                                                        std::size_t count);

}  // namespace divio::planning
