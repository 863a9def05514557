// How long leases last: the catalogue's own and those on engines.
#pragma once

#include <chrono>

namespace divio::controller {

inline constexpr std::chrono::seconds lease_lifetime{15};  // after the last renewal; who holds it may be gone
inline constexpr std::chrono::seconds lease_renewal{5};

}  // namespace divio::controller
