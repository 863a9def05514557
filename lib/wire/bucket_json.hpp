// JSON of buckets, in records of environments and in migrations.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "divio/result.hpp"
#include "model/service.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {

[[nodiscard]] nlohmann::json bucket_value(const model::Bucket& bucket);

// What there is under "bucket"; nothing where there is none.
[[nodiscard]] Result<std::optional<model::Bucket>> bucket_in(const Fields& of);

}  // namespace divio::wire
