// JSON of comparisons, as they are signed and kept with a migration.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/migration.hpp"

namespace divio::wire {

// On one line. What is not UTF-8 in a name is replaced.
[[nodiscard]] std::string to_json(const model::Comparison& comparison);
[[nodiscard]] Result<model::Comparison> comparison_from_json(std::string_view text);

}  // namespace divio::wire
