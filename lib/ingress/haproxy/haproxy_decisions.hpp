// The words of migrations (ports/decisions.hpp), kept by the program in the ingress's container.
#pragma once

#include <memory>

#include "ingress/haproxy/haproxy_traffic.hpp"
#include "ports/decisions.hpp"

namespace divio::ingress {

[[nodiscard]] std::unique_ptr<ports::Decisions> make_decisions(Talk talk);

}  // namespace divio::ingress
