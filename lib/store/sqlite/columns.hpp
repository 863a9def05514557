// Columns that several tables have, to and from the model. What does not fit the model is `failed`: somebody else wrote
// it.
#pragma once

#include <string>

#include "divio/result.hpp"
#include "model/names.hpp"
#include "model/operation.hpp"
#include "model/time.hpp"
#include "store/sqlite/connection.hpp"

namespace divio::store {

// "shop/live"
[[nodiscard]] std::string shown(const model::EnvironmentKey& key);

[[nodiscard]] long long milliseconds(model::TimePoint time);
[[nodiscard]] model::TimePoint read_time(const Row& row, int column);

// From the columns project, environment, beginning with `column`.
[[nodiscard]] Result<model::EnvironmentKey> read_key(const Row& row, int column);

// From the columns machine, boot, process, process_started, person, beginning with `column`.
[[nodiscard]] model::Holder read_holder(const Row& row, int column);

// `table` names the place in the error of a value that is none of the known ones.
[[nodiscard]] Failure unknown_value(std::string_view table, const std::string& value);

// not_found unless the catalogue has the environment.
[[nodiscard]] Result<void> require_environment(Connection& connection, const model::EnvironmentKey& key);

}  // namespace divio::store
