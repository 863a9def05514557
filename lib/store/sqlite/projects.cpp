#include "store/sqlite/projects.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"

namespace divio::store {
namespace {

Result<model::Project> read_project(const Row& row) {
  DIVIO_TRY(name, model::ProjectName::parse(row.text(0)));
  return model::Project{std::move(name), row.text(1), row.text(2), row.text(3)};
}

Result<model::Environment> read_environment(const Row& row) {
  DIVIO_TRY(key, read_key(row, 0));
  DIVIO_TRY(region, model::RegionName::parse(row.text(2)));
  return model::Environment{.key = std::move(key),
                            .region = std::move(region),
                            .release = row.whole(3),
                            .generation = row.whole(4),
                            .stopped = row.number(5) != 0,
                            .scale = {}};
}

Result<void> add_scale(Connection& connection, model::Environment& environment) {
  using Scale = std::pair<model::ProcessName, int>;
  DIVIO_TRY(scales, connection.all("SELECT process, replicas FROM scale WHERE project = ? AND environment = ?",
                                   {environment.key.project.str(), environment.key.environment.str()},
                                   [](const Row& row) -> Result<Scale> {
                                     DIVIO_TRY(process, model::ProcessName::parse(row.text(0)));
                                     return Scale(std::move(process), row.whole(1));
                                   }));
  environment.scale.insert(scales.begin(), scales.end());
  return {};
}

Result<void> put_scale(Connection& connection, const model::Environment& environment) {
  const auto& [project, name] = environment.key;
  DIVIO_CHECK(connection.run("DELETE FROM scale WHERE project = ? AND environment = ?", {project.str(), name.str()}));
  for (const auto& [process, replicas] : environment.scale)
    DIVIO_CHECK(connection.run("INSERT INTO scale (project, environment, process, replicas) VALUES (?, ?, ?, ?)",
                               {project.str(), name.str(), process.str(), replicas}));
  return {};
}

// With what refers to it.
Result<void> remove_deployed(Connection& connection, const model::EnvironmentKey& key) {
  const Arguments which = {key.project.str(), key.environment.str()};
  DIVIO_CHECK(connection.run("DELETE FROM environments WHERE project = ? AND name = ?", which));
  DIVIO_CHECK(connection.run("DELETE FROM services WHERE project = ? AND environment = ?", which));
  return {};
}

}  // namespace

Result<std::vector<model::Project>> SqliteProjects::projects() {
  return database_.read([](Connection& connection) {
    return connection.all("SELECT name, application, directory, organisation FROM projects ORDER BY name", {}, read_project);
  });
}

Result<std::optional<model::Project>> SqliteProjects::project(const model::ProjectName& name) {
  return database_.read([&](Connection& connection) {
    return connection.first("SELECT name, application, directory, organisation FROM projects WHERE name = ?", {name.str()},
                            read_project);
  });
}

Result<void> SqliteProjects::put_project(const model::Project& project) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(
        connection.run("INSERT INTO projects (name, application, directory, organisation) VALUES (?, ?, ?, ?) "
                       "ON CONFLICT (name) DO UPDATE SET application = excluded.application, "
                       "directory = excluded.directory, organisation = excluded.organisation",
                       {project.name.str(), project.application, project.directory, project.organisation}));
    return {};
  });
}

Result<void> SqliteProjects::remove_project(const model::ProjectName& name) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(connection.run("DELETE FROM projects WHERE name = ?", {name.str()}));  // environments go with it
    DIVIO_CHECK(connection.run("DELETE FROM variables WHERE project = ?", {name.str()}));
    DIVIO_CHECK(connection.run("DELETE FROM secret_keys WHERE project = ?", {name.str()}));
    DIVIO_CHECK(connection.run("DELETE FROM services WHERE project = ?", {name.str()}));
    return {};
  });
}

Result<std::vector<model::Environment>> SqliteProjects::environments(const model::ProjectName& project) {
  return database_.read([&](Connection& connection) -> Result<std::vector<model::Environment>> {
    DIVIO_TRY(found, connection.all("SELECT project, name, region, release, generation, stopped FROM environments "
                                    "WHERE project = ? ORDER BY name",
                                    {project.str()}, read_environment));
    for (auto& environment : found) DIVIO_CHECK(add_scale(connection, environment));
    return found;
  });
}

Result<std::optional<model::Environment>> SqliteProjects::environment(const model::EnvironmentKey& key) {
  return database_.read([&](Connection& connection) -> Result<std::optional<model::Environment>> {
    DIVIO_TRY(found, connection.first("SELECT project, name, region, release, generation, stopped FROM environments "
                                      "WHERE project = ? AND name = ?",
                                      {key.project.str(), key.environment.str()}, read_environment));
    if (found) DIVIO_CHECK(add_scale(connection, *found));
    return found;
  });
}

Result<void> SqliteProjects::put_environment(const model::Environment& environment) {
  const std::string& project = environment.key.project.str();
  const std::string& name = environment.key.environment.str();
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(there, connection.any("SELECT 1 FROM projects WHERE name = ?", {project}));
    if (!there) return fail(ErrorCode::not_found, fmt::format("there is no project {}", project), "deploy it first");
    // Not INSERT OR REPLACE, which would delete the environment's releases with the row it replaces.
    DIVIO_CHECK(connection.run(
        "INSERT INTO environments (project, name, region, release, generation, stopped) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (project, name) DO UPDATE SET "
        "region = excluded.region, release = excluded.release, "
        "generation = excluded.generation, stopped = excluded.stopped",
        {project, name, environment.region.str(), environment.release, environment.generation, environment.stopped}));
    return put_scale(connection, environment);
  });
}

Result<void> SqliteProjects::remove_environment(const model::EnvironmentKey& key) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(remove_deployed(connection, key));
    const Arguments which = {key.project.str(), key.environment.str()};
    DIVIO_CHECK(connection.run("DELETE FROM variables WHERE project = ? AND environment = ?", which));
    DIVIO_CHECK(connection.run("DELETE FROM secret_keys WHERE project = ? AND environment = ?", which));
    return {};
  });
}

Result<void> SqliteProjects::remove_deployments(const model::EnvironmentKey& key) {
  return database_.write([&](Connection& connection) { return remove_deployed(connection, key); });
}

}  // namespace divio::store
