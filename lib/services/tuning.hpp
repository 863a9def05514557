// How a server is set up for the memory it may use. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/process.hpp"
#include "model/service.hpp"

namespace divio::services {

// Further words of the server's command; they win over the blueprint's. None where the memory has no limit: the server's
// own defaults are for machines that it shares.
[[nodiscard]] std::vector<std::string> tuning(model::ServiceType type, const model::Resources& limits);

}  // namespace divio::services
