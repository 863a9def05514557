#include "store/sqlite/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace divio::store {
namespace {

// Times are milliseconds since 1970, UTC. "sealed" columns are what sealing.hpp makes.
constexpr const char* first_schema = R"sql(
-- One row. key_check is a known text sealed with the key, to tell a wrong key before anything is sealed with it.
CREATE TABLE catalogue (
  only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, key_check BLOB NOT NULL
) STRICT;

CREATE TABLE projects (
  name TEXT PRIMARY KEY, application TEXT NOT NULL, directory TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE environments (
  project TEXT NOT NULL REFERENCES projects (name) ON DELETE CASCADE,
  name TEXT NOT NULL, region TEXT NOT NULL, release INTEGER NOT NULL, generation INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  PRIMARY KEY (project, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE scale (
  project TEXT NOT NULL, environment TEXT NOT NULL, process TEXT NOT NULL, replicas INTEGER NOT NULL,
  PRIMARY KEY (project, environment, process),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE releases (
  project TEXT NOT NULL, environment TEXT NOT NULL, number INTEGER NOT NULL,
  image_name TEXT NOT NULL, image_id TEXT NOT NULL, revision TEXT NOT NULL, sealed_config BLOB NOT NULL,
  state TEXT NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (project, environment, number),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX one_active_release ON releases (project, environment) WHERE state = 'active';

-- Variables and the secret key may be there before the environment's first deployment, so they refer to no environment.
-- value is sealed where secret is 1.
CREATE TABLE variables (
  project TEXT NOT NULL, environment TEXT NOT NULL, name TEXT NOT NULL, secret INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (project, environment, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret_keys (
  project TEXT NOT NULL, environment TEXT NOT NULL, sealed_value BLOB NOT NULL,
  PRIMARY KEY (project, environment)
) STRICT, WITHOUT ROWID;

-- History: outlives its project.
CREATE TABLE operations (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, project TEXT NOT NULL, environment TEXT NOT NULL, request TEXT NOT NULL,
  machine TEXT NOT NULL, boot TEXT NOT NULL, process INTEGER NOT NULL, process_started INTEGER NOT NULL,
  person TEXT NOT NULL,
  began_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT NOT NULL, summary TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operations_by_time ON operations (began_at);
CREATE INDEX operations_by_environment ON operations (project, environment, began_at);

CREATE TABLE journal (
  operation TEXT NOT NULL REFERENCES operations (id), sequence INTEGER NOT NULL,
  event TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (operation, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  subject TEXT PRIMARY KEY,
  machine TEXT NOT NULL, boot TEXT NOT NULL, process INTEGER NOT NULL, process_started INTEGER NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL, since INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE regions (
  name TEXT PRIMARY KEY, endpoint TEXT NOT NULL, http_port INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// settings is what wire/region_json.hpp writes. A migration adds to what an older divioctl left.
constexpr const char* region_settings = R"sql(
ALTER TABLE regions ADD COLUMN preferred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE regions ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX one_preferred_region ON regions (preferred) WHERE preferred = 1;
ALTER TABLE projects ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
-- Whatever a project file said, everything ran in the only region there was.
UPDATE environments SET region = 'local';
)sql";

// Like variables, services may be there before their environment. Servers are kept beyond the instances on them, since their volumes are.
constexpr const char* services = R"sql(
CREATE TABLE services (
  project TEXT NOT NULL, environment TEXT NOT NULL, prefix TEXT NOT NULL,
  type TEXT NOT NULL, version TEXT NOT NULL, scope TEXT NOT NULL, state TEXT NOT NULL, server TEXT NOT NULL,
  database TEXT NOT NULL, mount TEXT NOT NULL, memory_bytes INTEGER NOT NULL, cpu_millis INTEGER NOT NULL,
  declared INTEGER NOT NULL,
  role TEXT NOT NULL, sealed_password BLOB NOT NULL,
  next_role TEXT NOT NULL, sealed_next_password BLOB NOT NULL,
  old_role TEXT NOT NULL, sealed_old_password BLOB NOT NULL,
  PRIMARY KEY (project, environment, prefix)
) STRICT, WITHOUT ROWID;
CREATE TABLE servers (
  region TEXT NOT NULL, name TEXT NOT NULL, sealed_password BLOB NOT NULL,
  PRIMARY KEY (region, name)
) STRICT, WITHOUT ROWID;
)sql";

// Small things that have no table of their own; none of them has to be searched.
constexpr const char* settings = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, sealed_value BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// Empty for what is not in S3; the key pair is role and password.
constexpr const char* buckets = R"sql(
ALTER TABLE services ADD COLUMN bucket_endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE services ADD COLUMN bucket_name TEXT NOT NULL DEFAULT '';
ALTER TABLE services ADD COLUMN bucket_region TEXT NOT NULL DEFAULT '';
ALTER TABLE services ADD COLUMN bucket_host_style INTEGER NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN bucket_domain TEXT NOT NULL DEFAULT '';
)sql";

// Where a registry has the image; empty: nowhere.
constexpr const char* image_digests = R"sql(
ALTER TABLE releases ADD COLUMN image_digest TEXT NOT NULL DEFAULT '';
)sql";

// Certificate as PEM; empty: whom the machine trusts.
constexpr const char* bucket_authorities = R"sql(
ALTER TABLE services ADD COLUMN bucket_authority TEXT NOT NULL DEFAULT '';
)sql";

// By which containers find a server; empty: by the name that is made of the prefix.
constexpr const char* service_hosts = R"sql(
ALTER TABLE services ADD COLUMN host TEXT NOT NULL DEFAULT '';
)sql";

// migrations[n] brings version n to n + 1. What was released is never changed, only added to.
constexpr std::array migrations{first_schema, region_settings, services, settings, buckets, image_digests, bucket_authorities, service_hosts};

}  // namespace

int newest_schema() noexcept {
  return static_cast<int>(migrations.size());
}

Result<int> schema_version(Connection& connection) {
  DIVIO_TRY(version,
            connection.first("PRAGMA user_version", {}, [](const Row& row) { return Result<int>(row.whole(0)); }));
  return version.value_or(0);
}

Result<void> check_schema_version(int version) {
  if (version <= newest_schema()) return {};
  return fail(ErrorCode::refused,
              fmt::format("the catalogue was written by a newer divioctl (version {}, this one knows {})", version,
                          newest_schema()),
              "update divioctl");
}

Result<void> migrate_schema(Connection& connection) {
  DIVIO_TRY(version, schema_version(connection));
  DIVIO_CHECK(check_schema_version(version));
  DIVIO_TRY(used, connection.any("SELECT 1 FROM sqlite_schema", {}));
  if (version < 0 || (version == 0 && used))
    return fail(ErrorCode::refused, "catalogue.db is a database, but not a catalogue of divioctl",
                "move it away, or set DIVIOCTL_HOME to another folder");
  for (; version < newest_schema(); ++version)
    DIVIO_CHECK(connection.script(migrations[static_cast<std::size_t>(version)]));
  return connection.script(fmt::format("PRAGMA user_version={}", version).c_str());
}

}  // namespace divio::store
