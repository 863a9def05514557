#include <fmt/format.h>

#include "migration/postgres/scripts.hpp"
#include "support/scram.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::string_view identities = R"(SELECT n.nspname || '.' || c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind = 'r' AND relpersistence = 'p' AND nspname !~ '^(pg_|information_schema$|divio_migration_)' AND relreplident <> 'f'
   AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisvalid
                    AND CASE relreplident WHEN 'd' THEN indisprimary WHEN 'i' THEN indisreplident ELSE false END)
 ORDER BY 1;
)";

// Before 14 there is no role that reads all: then it is a member of the tenant, who owns all but the markers. The verifier is no password.
constexpr std::string_view role_creation = R"(SELECT 'CREATE ROLE {role} NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')
\gexec
GRANT CONNECT ON DATABASE {database} TO {role};
SELECT format('GRANT %I TO {role}', CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_read_all_data')
                                         THEN 'pg_read_all_data' ELSE '{database}' END)
\gexec
SELECT 'GRANT USAGE ON SCHEMA {schema} TO {role}', 'GRANT SELECT ON {schema}.marker TO {role}' WHERE to_regclass('{schema}.marker') IS NOT NULL
\gexec
ALTER ROLE {role} LOGIN REPLICATION BYPASSRLS INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 8 PASSWORD ')";

// From 16 on, rows are put in as their table's owner, who may not write while the target is closed.
constexpr std::string_view subscription =
    "SELECT format('CREATE SUBSCRIPTION {0} CONNECTION %L PUBLICATION {0} WITH ({1}%s)', $divio${2}$divio$,\n"
    "              CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ', run_as_owner = true' ELSE '' END)\n"
    " WHERE NOT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid\n"
    "                    WHERE datname = current_database() AND subname = '{0}')\n\\gexec\n";

// Primary keys and what else rows are found by; the rest of the constraints and all other indexes come after the rows.
// The lines are the beginnings of those in pg_restore's list: the catalogue's number (pg_constraint, pg_class), then the
// object's.
constexpr std::string_view dump = R"(set -eu
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pg_dump -U postgres -Fc --schema-only --no-owner --no-privileges --no-publications --no-subscriptions \
  --exclude-schema='divio_migration_*' -f "$folder/dump" {database} </dev/null
psql -X -q -A -t -U postgres -d {database} >"$folder/needed" <<'END'
SELECT CASE WHEN con.oid IS NULL THEN format('; 1259 %s INDEX ', i.indexrelid) ELSE format('; 2606 %s CONSTRAINT ', con.oid) END
  FROM pg_index i JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')
 WHERE (indisprimary OR indisreplident) AND nspname !~ '^(pg_|information_schema$|divio_migration_)'
END
)";

constexpr std::string_view list_for_rows = R"(pg_restore -l --section=pre-data "$folder/dump" >"$folder/list"
pg_restore -l --section=post-data "$folder/dump" | grep -F -f "$folder/needed" >>"$folder/list" || true
)";
constexpr std::string_view list_after_rows = R"(pg_restore -l --section=post-data "$folder/dump" | grep -v -F -f "$folder/needed" >"$folder/list" || true
)";
constexpr std::string_view write = R"(pg_restore --no-owner --no-privileges -L "$folder/list" -f - "$folder/dump"
)";

// What pg_dump says about itself differs from run to run.
constexpr std::string_view hash = R"(set -eu
pg_dump -U postgres --schema-only --section=post-data --no-owner --no-privileges --no-publications --no-subscriptions \
  --exclude-schema='divio_migration_*' {database} </dev/null | sed '/^--/d;/^.restrict /d;/^.unrestrict /d;/^$/d' | sha256sum
)";

}  // namespace

std::string without_identity_script() { return std::string(identities); }

std::string publication_script(std::string_view publication) {
  return fmt::format("SELECT 'CREATE PUBLICATION {0} FOR ALL TABLES' WHERE NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '{0}')\n\\gexec\n",
                     publication);
}

Secret role_script(const Secret& password, std::string_view salt) {
  return Secret(std::string(role_creation) + scram_verifier(password.reveal(), salt) + "';\n");
}

Secret connection_string(const Names& names, const Peer& peer, const Secret& password) {
  return Secret(fmt::format("host={} port={} dbname={} user={} password={} connect_timeout=10 "
                            "keepalives_idle=10 keepalives_interval=5 keepalives_count=3",
                            peer.host, peer.port, names.database, names.role, password.reveal()));
}

Secret forward_script(const Secret& connection) {
  return Secret(fmt::format(fmt::runtime(subscription), "{forward}", "copy_data = true", connection.reveal()));
}

Secret following_script(std::string_view name, const Secret& connection) {
  const auto options = fmt::format("copy_data = false, create_slot = false, enabled = false, slot_name = ''{}''", name);
  return Secret(fmt::format(fmt::runtime(subscription), name, options, connection.reveal()));
}

Secret connection_script(std::string_view name, const Secret& connection) {
  return Secret(fmt::format("ALTER SUBSCRIPTION {} CONNECTION $divio${}$divio$;", name, connection.reveal()));
}

std::string login_closing_script() {
  return "ALTER ROLE {login} VALID UNTIL 'epoch';\nSELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}';\n";
}

std::string login_opening_script() { return "UPDATE pg_authid SET rolvaliduntil = NULL WHERE rolname = '{login}' AND rolvaliduntil = 'epoch';\n"; }

std::string prompt_start_script() {
  return "ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms';\nDO 'BEGIN PERFORM pg_reload_conf(); END';\n";
}

std::string subscription_removal(std::string_view condition) {
  return fmt::format(R"(SELECT 'BEGIN', format('ALTER SUBSCRIPTION %I DISABLE', subname),
       format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname), format('DROP SUBSCRIPTION %I', subname), 'COMMIT'
  FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database() AND {0}
\gexec
)", condition);
}

std::string slot_removal(std::string_view condition) {
  return fmt::format(R"(DO $divio$
DECLARE
  one record;
BEGIN
  FOR attempt IN 1..2000 LOOP
    FOR one IN SELECT slot_name, active_pid FROM pg_replication_slots WHERE {0} LOOP
      IF one.active_pid IS NOT NULL THEN PERFORM pg_terminate_backend(one.active_pid); END IF;
      BEGIN
        PERFORM pg_drop_replication_slot(one.slot_name);
      EXCEPTION WHEN object_in_use OR undefined_object THEN NULL;
      END;
    END LOOP;
    EXIT WHEN NOT EXISTS (SELECT FROM pg_replication_slots WHERE {0});
    PERFORM pg_sleep(0.0025);
  END LOOP;
  IF EXISTS (SELECT FROM pg_replication_slots WHERE {0}) THEN
    RAISE EXCEPTION 'a replication slot is in use all the time';
  END IF;
END
$divio$;
)",
                     condition);
}

std::string schema_for_rows(const Names& names) { return named(std::string(dump).append(list_for_rows).append(write), names); }
std::string schema_after_rows(const Names& names) { return named(std::string(dump).append(list_after_rows).append(write), names); }
std::string schema_after_rows_hash(const Names& names) { return named(hash, names); }

}  // namespace divio::migration::postgres
