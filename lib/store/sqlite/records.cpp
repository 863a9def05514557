#include "store/sqlite/records.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"
#include "store/sqlite/releases.hpp"
#include "store/sqlite/services.hpp"
#include "store/sqlite/variables.hpp"
#include "support/base64.hpp"

namespace divio::store {
namespace {

constexpr std::string_view what_is_sealed = "the record's secrets";

Result<void> insert_environment(Connection& connection, const model::EnvironmentRecord& record) {
  const auto& it = record.environment;
  const auto& project = record.project;
  DIVIO_CHECK(connection.run("INSERT OR IGNORE INTO projects (name, application, directory, organisation) VALUES (?, ?, ?, ?)",
                             {project.name.str(), project.application, project.directory, project.organisation}));
  DIVIO_CHECK(connection.run("INSERT INTO environments (project, name, region, release, generation, stopped) VALUES (?, ?, ?, ?, ?, ?)",
                             {it.key.project.str(), it.key.environment.str(), it.region.str(), it.release, it.generation, it.stopped}));
  for (const auto& [process, replicas] : it.scale)
    DIVIO_CHECK(connection.run("INSERT INTO scale (project, environment, process, replicas) VALUES (?, ?, ?, ?)",
                               {it.key.project.str(), it.key.environment.str(), process.str(), replicas}));
  return {};
}

Result<void> insert_servers(Connection& connection, const SealingKey& sealing, const model::RegionName& region, const std::map<std::string, Secret>& servers) {
  for (const auto& [server, password] : servers) {
    const auto sealed = sealing.seal(password.reveal());
    DIVIO_CHECK(connection.run("INSERT OR IGNORE INTO servers (region, name, sealed_password) VALUES (?, ?, ?)", {region.str(), server, Blob{sealed}}));
  }
  return {};
}

Result<void> insert_secrets(Connection& connection, const SealingKey& sealing, const model::EnvironmentRecord& record) {
  const auto& key = record.environment.key;
  if (!record.secret_key.empty()) {
    const auto sealed = sealing.seal(record.secret_key.reveal());
    DIVIO_CHECK(connection.run("INSERT OR REPLACE INTO secret_keys (project, environment, sealed_value) VALUES (?, ?, ?)",
                               {key.project.str(), key.environment.str(), Blob{sealed}}));
  }
  DIVIO_CHECK(insert_servers(connection, sealing, record.environment.region, record.servers));
  return insert_servers(connection, sealing, record.other_region ? record.other_region->name : record.environment.region, record.other_servers);
}

}  // namespace

Result<void> SqliteRecords::restore(const model::EnvironmentRecord& record) {
  const auto& key = record.environment.key;
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(there, connection.any("SELECT 1 FROM environments WHERE project = ? AND name = ?",
                                    {key.project.str(), key.environment.str()}));
    if (there) return fail(ErrorCode::conflict, fmt::format("{} is in the catalogue already", shown(key)));
    DIVIO_CHECK(insert_environment(connection, record));
    for (const auto& release : record.releases) DIVIO_CHECK(insert_release(connection, sealing_, release, release.number));
    for (const auto& [name, variable] : record.variables)
      DIVIO_CHECK(insert_variable(connection, sealing_, key, name, variable));
    for (const auto& service : record.services) DIVIO_CHECK(insert_service(connection, sealing_, service));
    return insert_secrets(connection, sealing_, record);
  });
}

std::string SqliteRecords::seal(const Secret& text) { return base64(sealing_.seal(text.reveal())); }

Result<Secret> SqliteRecords::open(const std::string& sealed, const std::string& key_file) {
  const auto bytes = base64_decode(sealed).value_or("");  // nothing, which no key opens
  if (key_file.empty()) return sealing_.open(bytes, what_is_sealed);
  DIVIO_TRY(key, SealingKey::load(key_file));
  return key.open(bytes, what_is_sealed);
}

std::string SqliteRecords::digest(const Secret& text) { return sealing_.digest(text.reveal()); }

}  // namespace divio::store
