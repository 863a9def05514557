// Buckets of S3 as they are asked for.
#pragma once

#include <optional>

#include "controller/media_buckets.hpp"
#include "divio/requests.hpp"

namespace divio {

// Whether anything is said of one.
[[nodiscard]] bool says_bucket(const BucketRequest& request);

// With the authority's certificates read from their file. invalid where something is missing, or wrong.
[[nodiscard]] Result<controller::BucketLogin> login_of(const BucketRequest& request);

}  // namespace divio
