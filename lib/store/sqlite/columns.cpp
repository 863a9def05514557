#include "store/sqlite/columns.hpp"

#include <fmt/format.h>

namespace divio::store {

std::string shown(const model::EnvironmentKey& key) {
  return key.project.str() + "/" + key.environment.str();
}

long long milliseconds(model::TimePoint time) {
  return time.time_since_epoch().count();
}

model::TimePoint read_time(const Row& row, int column) {
  return model::TimePoint(std::chrono::milliseconds(row.number(column)));
}

Result<model::EnvironmentKey> read_key(const Row& row, int column) {
  DIVIO_TRY(project, model::ProjectName::parse(row.text(column)));
  DIVIO_TRY(environment, model::EnvironmentName::parse(row.text(column + 1)));
  return model::EnvironmentKey{std::move(project), std::move(environment)};
}

model::Holder read_holder(const Row& row, int column) {
  return {.machine = row.text(column),
          .boot = row.text(column + 1),
          .process = static_cast<long>(row.number(column + 2)),
          .process_started = row.number(column + 3),
          .person = row.text(column + 4)};
}

Failure unknown_value(std::string_view table, const std::string& value) {
  return fail(ErrorCode::failed, fmt::format("the catalogue's table of {} has an unknown value '{}'", table, value),
              "it was changed by something other than divioctl; restore it from a backup");
}

Result<void> require_environment(Connection& connection, const model::EnvironmentKey& key) {
  DIVIO_TRY(there, connection.any("SELECT 1 FROM environments WHERE project = ? AND name = ?",
                                  {key.project.str(), key.environment.str()}));
  if (there) return {};
  return fail(ErrorCode::not_found, fmt::format("there is no environment {}", shown(key)), "deploy it first");
}

}  // namespace divio::store
