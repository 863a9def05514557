// Projects and environments in the catalogue.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace divio::store {

class SqliteProjects final : public ports::Projects {
 public:
  explicit SqliteProjects(Database& database) : database_(database) {}
  [[nodiscard]] Result<std::vector<model::Project>> projects() override;
  [[nodiscard]] Result<std::optional<model::Project>> project(const model::ProjectName& name) override;
  [[nodiscard]] Result<void> put_project(const model::Project& project) override;
  [[nodiscard]] Result<void> remove_project(const model::ProjectName& name) override;
  [[nodiscard]] Result<std::vector<model::Environment>> environments(const model::ProjectName& project) override;
  [[nodiscard]] Result<std::optional<model::Environment>> environment(const model::EnvironmentKey& key) override;
  // not_found if the catalogue does not have its project.
  [[nodiscard]] Result<void> put_environment(const model::Environment& environment) override;
  [[nodiscard]] Result<void> remove_environment(const model::EnvironmentKey& key) override;
  [[nodiscard]] Result<void> remove_deployments(const model::EnvironmentKey& key) override;

 private:
  Database& database_;
};

}  // namespace divio::store
