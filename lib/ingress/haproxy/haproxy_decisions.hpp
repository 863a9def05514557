// The words of migrations (ports/decisions.hpp), kept by the program in the ingress's container.
#pragma once

#include <memory>

#include "ingress/haproxy/haproxy_traffic.hpp"
#include "ports/decisions.hpp"

namespace divio::ingress {

// Whether it can be the id of a migration; invalid otherwise. Pure.
[[nodiscard]] Result<void> check_id(const std::string& id);

[[nodiscard]] std::unique_ptr<ports::Decisions> make_decisions(Talk talk);

}  // namespace divio::ingress
