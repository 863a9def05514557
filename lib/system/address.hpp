// Addresses of host names.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "divio/result.hpp"

namespace divio::system {

// The first IPv4 address of a host name, as this machine's resolver knows it; an address is its own. not_found for a name that
// has none.
[[nodiscard]] Result<std::string> ipv4_of(const std::string& host);

// The same for several at once; empty for one that has none, or whose resolver has not answered within `patience`. What is still
// being looked up then goes on in threads of its own, and is forgotten.
[[nodiscard]] std::vector<std::string> ipv4_of(const std::vector<std::string>& hosts, std::chrono::milliseconds patience);

}  // namespace divio::system
