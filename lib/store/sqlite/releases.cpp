#include "store/sqlite/releases.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"
#include "wire/release_json.hpp"

namespace divio::store {
namespace {

constexpr const char* select_releases =
    "SELECT project, environment, number, image_name, image_id, revision, sealed_config, state, created_at, "
    "created_by, reason, image_digest FROM releases WHERE project = ? AND environment = ? ORDER BY number DESC";
constexpr const char* select_release =
    "SELECT project, environment, number, image_name, image_id, revision, sealed_config, state, created_at, "
    "created_by, reason, image_digest FROM releases WHERE project = ? AND environment = ? AND number = ?";

Result<model::ReleaseConfig> read_config(const std::string& sealed, const SealingKey& sealing,
                                         const std::string& noun) {
  DIVIO_TRY(text, sealing.open(sealed, noun));
  auto config = wire::read_release_config(text.reveal());
  if (!config) config.error().message = fmt::format("{} cannot be read: {}", noun, config.error().message);
  return config;
}

Result<model::Release> read_release(const Row& row, const SealingKey& sealing) {
  DIVIO_TRY(key, read_key(row, 0));
  const int number = row.whole(2);
  DIVIO_TRY(revision, wire::read_revision(row.text(5)));
  DIVIO_TRY(config, read_config(row.text(6), sealing, fmt::format("release {} of {}", number, shown(key))));
  const auto state = model::parse_release_state(row.text(7));
  if (!state) return unknown_value("releases", row.text(7));
  return model::Release{.key = std::move(key),
                        .number = number,
                        .image = {row.text(3), row.text(4), row.text(11)},
                        .revision = std::move(revision),
                        .config = std::move(config),
                        .state = *state,
                        .created_at = read_time(row, 8),
                        .created_by = row.text(9),
                        .reason = row.text(10)};
}

Result<void> require_release(Connection& connection, const model::EnvironmentKey& key, int number) {
  DIVIO_TRY(there, connection.any("SELECT 1 FROM releases WHERE project = ? AND environment = ? AND number = ?",
                                  {key.project.str(), key.environment.str(), number}));
  if (there) return {};
  return fail(ErrorCode::not_found, fmt::format("there is no release {} of {}", number, shown(key)),
              "see `divioctl releases`");
}

Result<int> next_number(Connection& connection, const model::EnvironmentKey& key) {
  DIVIO_TRY(last, connection.first("SELECT MAX(number) FROM releases WHERE project = ? AND environment = ?",
                                   {key.project.str(), key.environment.str()},
                                   [](const Row& row) { return Result<int>(row.whole(0)); }));
  return last.value_or(0) + 1;
}

}  // namespace

Result<void> insert_release(Connection& connection, const SealingKey& sealing, const model::Release& release, int number) {
  DIVIO_TRY(config, wire::write_release_config(release.config));
  const std::string sealed = sealing.seal(config.reveal());
  const std::string revision = wire::write_revision(release.revision);
  DIVIO_CHECK(connection.run(
      "INSERT INTO releases (project, environment, number, image_name, image_id, revision, sealed_config, state, "
      "created_at, created_by, reason, image_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {release.key.project.str(), release.key.environment.str(), number, release.image.name, release.image.id, revision,
       Blob{sealed}, model::to_string(release.state), milliseconds(release.created_at), release.created_by, release.reason,
       release.image.digest}));
  return {};
}

Result<int> SqliteReleases::add_release(const model::Release& release) {
  return database_.write([&](Connection& connection) -> Result<int> {
    DIVIO_CHECK(require_environment(connection, release.key));
    DIVIO_TRY(number, next_number(connection, release.key));
    DIVIO_CHECK(insert_release(connection, sealing_, release, number));
    return number;
  });
}

Result<std::vector<model::Release>> SqliteReleases::releases(const model::EnvironmentKey& key) {
  return database_.read([&](Connection& connection) {
    return connection.all(select_releases, {key.project.str(), key.environment.str()},
                          [&](const Row& row) { return read_release(row, sealing_); });
  });
}

Result<std::optional<model::Release>> SqliteReleases::release(const model::EnvironmentKey& key, int number) {
  return database_.read([&](Connection& connection) {
    return connection.first(select_release, {key.project.str(), key.environment.str(), number},
                            [&](const Row& row) { return read_release(row, sealing_); });
  });
}

Result<void> SqliteReleases::set_release_state(const model::EnvironmentKey& key, int number, model::ReleaseState state,
                                               const std::string& reason) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(require_release(connection, key, number));
    DIVIO_TRY(other, connection.any("SELECT 1 FROM releases WHERE project = ? AND environment = ? AND number <> ? AND "
                                    "state = 'active'",
                                    {key.project.str(), key.environment.str(), number}));
    if (other && state == model::ReleaseState::active)
      return fail(ErrorCode::conflict, fmt::format("another release of {} is active already", shown(key)),
                  "activate this one in its place");
    DIVIO_CHECK(
        connection.run("UPDATE releases SET state = ?, reason = ? WHERE project = ? AND environment = ? AND number = ?",
                       {model::to_string(state), reason, key.project.str(), key.environment.str(), number}));
    return {};
  });
}

Result<void> SqliteReleases::activate_release(const model::EnvironmentKey& key, int number) {
  const std::string& project = key.project.str();
  const std::string& environment = key.environment.str();
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(require_release(connection, key, number));
    DIVIO_CHECK(
        connection.run("UPDATE releases SET state = 'superseded' WHERE project = ? AND environment = ? AND "
                       "state = 'active' AND number <> ?",
                       {project, environment, number}));
    DIVIO_CHECK(
        connection.run("UPDATE releases SET state = 'active' WHERE project = ? AND environment = ? AND number = ?",
                       {project, environment, number}));
    DIVIO_CHECK(connection.run("UPDATE environments SET release = ? WHERE project = ? AND name = ?",
                               {number, project, environment}));
    return {};
  });
}

}  // namespace divio::store
