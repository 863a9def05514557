// Which services with data are meant. Pure.
#pragma once

#include <string>

#include "controller/services.hpp"

namespace divio::controller {

// The services that a copy is about, as they are at its source: those of both environments that have the same prefix
// and type, or the one asked for. Refused where the copy cannot be: another type, an older version, or not made yet.
[[nodiscard]] Result<Instances> to_copy(const Instances& source, const Instances& target, const std::string& prefix);

// The database or cache that is meant: the one of that prefix, or without one the only one there is.
[[nodiscard]] Result<model::ServiceInstance> with_data(const Instances& known, const model::EnvironmentKey& key,
                                                       const std::string& prefix);

}  // namespace divio::controller
