// From an endpoint to where HTTP is spoken, and what to say when nobody answers there.
#pragma once

#include "engines/docker/docker.hpp"
#include "system/http.hpp"

namespace divio::engines {

// invalid: the address has no meaning.
[[nodiscard]] Result<system::HttpTarget> target_of(const Endpoint& endpoint);

// The error for an engine at `address` from which no answer came.
[[nodiscard]] Error no_answer(const std::string& address, const system::TransportFailure& failure);

}  // namespace divio::engines
