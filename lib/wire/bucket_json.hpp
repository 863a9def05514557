// JSON of buckets, in records of environments.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "divio/result.hpp"
#include "model/service.hpp"

namespace divio::wire {

[[nodiscard]] nlohmann::json bucket_value(const model::Bucket& bucket);

// What a service has under "bucket"; nothing where there is none.
[[nodiscard]] Result<std::optional<model::Bucket>> bucket_of(const nlohmann::json& service);

}  // namespace divio::wire
