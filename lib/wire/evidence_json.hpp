// JSON of what can be compared of data. Only for sources that already include nlohmann-json.
#pragma once

#include <nlohmann/json.hpp>

#include "divio/result.hpp"
#include "model/backup.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {

[[nodiscard]] nlohmann::json evidence_value(const model::Evidence& evidence);
[[nodiscard]] Result<model::Evidence> evidence_from_fields(const Fields& fields);

}  // namespace divio::wire
