// What the ingress remembers between commands and across restarts: all environments' routes, as JSON. Pure.
#pragma once

#include <string>
#include <string_view>

#include "ingress/haproxy/layout.hpp"

namespace divio::ingress {

[[nodiscard]] std::string write_state(const AllRoutes& routes);

// An empty text is an ingress that has no routes yet. Anything else that is not a state is invalid.
[[nodiscard]] Result<AllRoutes> read_state(std::string_view text);

}  // namespace divio::ingress
