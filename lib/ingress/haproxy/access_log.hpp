// The access log that render.cpp asks HAProxy for, read again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/engine.hpp"
#include "ports/ingress.hpp"

namespace divio::ingress {

struct AccessLine {
  std::string host;
  ports::LoggedRequest request;
};

// Nullopt for what is no line of a request.
[[nodiscard]] std::optional<AccessLine> parse_access_line(std::string_view line);

// Those in the container's log, see ports::Ingress::requests().
[[nodiscard]] Result<std::vector<ports::LoggedRequest>> logged_requests(ports::Engine& engine, const std::string& container,
                                                                       const std::vector<std::string>& hosts, model::TimePoint since);

}  // namespace divio::ingress
