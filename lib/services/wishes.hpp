// From what somebody says of a service to the service that it means.
#pragma once

#include "divio/result.hpp"
#include "model/service.hpp"

namespace divio::services {

// With the type's defaults: its first version, shared where that is possible, media at /data/PREFIX unless they are in S3. invalid for a version
// or a scope that the type lacks, limits of a server that is shared, or a mount of what is not media.
[[nodiscard]] Result<model::ServiceSpec> complete(const model::ServiceWish& wish);

}  // namespace divio::services
