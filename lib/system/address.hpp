// Addresses of host names.
#pragma once

#include <string>

#include "divio/result.hpp"

namespace divio::system {

// The first IPv4 address of a host name, as this machine's resolver knows it; an address is its own. not_found for a name that
// has none.
[[nodiscard]] Result<std::string> ipv4_of(const std::string& host);

}  // namespace divio::system
