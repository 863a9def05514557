// The variables by which an environment's containers reach its services.
#pragma once

#include <span>

#include "model/service.hpp"
#include "model/variables.hpp"

namespace divio::services {

// What the attached ones of `instances`, which are one environment's, give; every value is secret:
//   databases  PREFIX_DATABASE_DSN, and DATABASE_URL from the one of prefix `default`
//   caches     PREFIX_CACHE_URL, and CACHE_URL from the one of prefix `default`, else from the first
//   media      PREFIX_STORAGE_DSN, and DEFAULT_STORAGE_DSN from the first, unless one has that prefix
// The names, and the form of the values, are those that Divio's projects know.
[[nodiscard]] model::Variables attached_variables(std::span<const model::ServiceInstance> instances);

}  // namespace divio::services
