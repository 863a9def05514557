// JSON of migrations as the catalogue keeps them, sealed.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/migration.hpp"

namespace divio::wire {

// With its secret: only to be kept sealed.
[[nodiscard]] Secret to_json(const model::Migration& migration);
[[nodiscard]] Result<model::Migration> migration_from_json(const Secret& text);

}  // namespace divio::wire
