#include "migration/postgres/cleaning.hpp"

#include "migration/postgres/guard.hpp"
#include "migration/postgres/scripts.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "services/tenancy.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// Nobody logs in from the other side from here on, so nothing is used again that is free.
constexpr std::string_view cleaning_settings = R"(SET client_min_messages = warning;
SELECT 'ALTER ROLE {role} NOLOGIN' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')
\gexec
SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') AS there
\gset
)";

// A subscription that has no slot can go without the publisher.
constexpr std::string_view in_database = R"(\if :there
\connect {database}
SET client_min_messages = warning;
SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname), format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname),
       format('DROP SUBSCRIPTION %I', subname)
  FROM pg_subscription JOIN pg_database d ON d.oid = subdbid
 WHERE datname = current_database() AND subname IN ('{forward}', '{backward}')
\gexec
)";

// Tables that are being copied have slots of their own on the source, with names that PostgreSQL gives.
constexpr std::string_view ours =
    "slot_name IN ('{forward}', '{backward}') OR (database = '{database}' AND slot_name ~ '^pg_[0-9]+_sync_[0-9]+_[0-9]+$')";

constexpr std::string_view own_publications = "DROP PUBLICATION IF EXISTS {forward}, {backward};\n";

constexpr std::string_view opening_up = R"(SELECT 'DO $divio$ BEGIN PERFORM {schema}.let_in(); END $divio$'
 WHERE to_regprocedure('{schema}.let_in()') IS NOT NULL
\gexec
DROP EVENT TRIGGER IF EXISTS {schema};
DROP SCHEMA IF EXISTS {schema} CASCADE;
)";

std::string opened_up() { return std::string(opening_up) + login_opening_script(); }

constexpr std::string_view own_role = R"(SELECT 'ALTER ROLE {login} IN DATABASE {database} RESET temp_file_limit' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '{login}')
\gexec
SELECT 'DROP OWNED BY {role}' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')
\gexec
\endif
)";

constexpr std::string_view role_removal = R"(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}';
DROP ROLE IF EXISTS {role};
SELECT 'ALTER SYSTEM RESET wal_retrieve_retry_interval', 'SELECT pg_reload_conf()'
 WHERE NOT EXISTS (SELECT FROM pg_subscription WHERE subname LIKE 'divio\_%')
\gexec
)";

constexpr std::string_view remains = R"(SELECT 'role {role}' FROM pg_roles WHERE rolname = '{role}';
SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE {ours} ORDER BY 1;
SELECT 'database ' || datname FROM pg_database WHERE datname IN ('{database}n', '{database}o') ORDER BY 1;
SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') AS there
\gset
\if :there
\connect {database}
SELECT 'subscription ' || subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid
 WHERE datname = current_database() AND subname IN ('{forward}', '{backward}') ORDER BY 1;
SELECT 'publication ' || pubname FROM pg_publication WHERE pubname IN ('{forward}', '{backward}') ORDER BY 1;
SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = '{schema}';
SELECT 'event trigger ' || evtname FROM pg_event_trigger WHERE evtname = '{schema}';
SELECT 'setting temp_file_limit' FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole JOIN pg_database d ON d.oid = setdatabase
 WHERE rolname = '{login}' AND datname = '{database}' AND array_to_string(setconfig, ',') LIKE '%temp_file_limit%';
\endif
)";

std::string with_slots(std::string_view text) {
  std::string filled(text);
  const std::string_view word = "{ours}";
  for (auto at = filled.find(word); at != std::string::npos; at = filled.find(word)) filled.replace(at, word.size(), ours);
  return filled;
}

Result<std::string> run(const Side& side, const std::string& script, std::string doing) {
  const auto spec = services::administration(side.server, {"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"});
  return services::run_script(side.place, side.server.name, {spec, Secret(script), std::move(doing)});
}

}  // namespace

std::string clean_script(const Names& names, Left left) {
  std::string script = guard_end(names);
  const auto letting_in = left == Left::opened ? opened_up() : std::string();
  script.append(named(std::string(cleaning_settings).append(in_database).append(slot_removal(ours)).append(own_publications).append(letting_in).append(own_role).append(role_removal), names));
  return script;
}

std::string leftovers_script(const Names& names) { return named(with_slots(remains), names) + guard_question(names); }

Result<void> clean(const Side& side, std::string_view migration, Left left) {
  DIVIO_TRY(names, names_of(migration, side.instance));
  DIVIO_TRY(database, services::SqlName::parse(names.database));
  DIVIO_TRY(login, services::SqlName::parse(names.login));
  DIVIO_TRY(restored, services::restored_names(database, login));
  DIVIO_TRY(answer, run(side, clean_script(names, left) + services::postgres_restore_removal(restored),
                        "clear away what the migration made on server '" + side.server.name + "'"));
  return {};
}

Result<std::vector<std::string>> leftovers(const Side& side, std::string_view migration) {
  DIVIO_TRY(names, names_of(migration, side.instance));
  DIVIO_TRY(answer, run(side, leftovers_script(names), "look for what the migration left on server '" + side.server.name + "'"));
  std::vector<std::string> found;
  for (const auto& line : split(answer, '\n'))
    if (!trim(line).empty()) found.emplace_back(trim(line));
  return found;
}

}  // namespace divio::migration::postgres
