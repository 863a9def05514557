#include "migration/mariadb/inventory.hpp"

#include "migration/mariadb/scripts.hpp"
#include "migration/numbers.hpp"
#include "migration/told.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

// Names and values in lines; a line end in a name becomes a blank. A key tells rows apart that is unique and in which nothing is NULL.
constexpr std::string_view looking = R"sh(for one in bash flock setsid mariadb-dump sed grep mktemp; do command -v $one >/dev/null || echo "missing: $one"; done
df -P -k /var/lib/mysql | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\).*/free_disk: \1/p'
tr '\0' '\n' </proc/1/cmdline | grep -qx -e --skip-slave-start && echo 'starts_following: 0'
mariadb --batch --user=root)sh";

constexpr std::string_view questions = R"sql(SELECT VERSION() AS version, @@log_bin = 1 AND @@binlog_format = 'ROW' AS logs_rows\G
SELECT default_collation_name AS collation FROM information_schema.schemata WHERE schema_name = '{database}'\G
SELECT COALESCE(SUM(data_length + index_length), 0) AS bytes, COUNT(*) AS tables FROM information_schema.tables
 WHERE table_schema = '{database}' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')\G
SELECT REPLACE(CONCAT(table_name, ' (', engine, ')'), '\n', ' ') AS engine FROM information_schema.tables
 WHERE table_schema = '{database}' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND engine <> 'InnoDB' ORDER BY 1\G
SELECT REPLACE(t.table_name, '\n', ' ') AS keyless FROM information_schema.tables t
 WHERE t.table_schema = '{database}' AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND NOT EXISTS (SELECT index_name FROM information_schema.statistics s
   WHERE s.table_schema = t.table_schema AND s.table_name = t.table_name AND s.non_unique = 0 GROUP BY index_name HAVING SUM(s.nullable = 'YES') = 0) ORDER BY 1\G
SELECT REPLACE(CONCAT(kind, ' ', name, ' (', definer, ')'), '\n', ' ') AS definer FROM (
  SELECT 'trigger' AS kind, trigger_name AS name, definer FROM information_schema.triggers WHERE trigger_schema = '{database}'
  UNION SELECT 'view', table_name, definer FROM information_schema.views WHERE table_schema = '{database}'
  UNION SELECT LOWER(routine_type), routine_name, definer FROM information_schema.routines WHERE routine_schema = '{database}'
  UNION SELECT 'event', event_name, definer FROM information_schema.events WHERE event_schema = '{database}') all_of_them
 WHERE definer <> '{database}@%' ORDER BY 1\G
XA RECOVER\G
)sql";

void take(Inventory& found, std::string_view name, std::string_view value) {
  const auto number = [&] { return number_in<std::uint64_t>(value); };
  if (name == "version") found.version = value;
  else if (name == "missing") found.missing.emplace_back(value);
  else if (name == "logs_rows") found.logs_rows = value == "1";
  else if (name == "starts_following") found.starts_following = value != "0";
  else if (name == "bytes") found.bytes = number();
  else if (name == "tables") found.tables = number();
  else if (name == "free_disk") found.free_disk = number() * 1024;
  else if (name == "owner") found.migration = value == "-" ? "another one" : value;
  else if (name == "collation") found.collation = value;
  else if (name == "formatID") ++found.prepared;
  else if (name == "engine") found.engines.emplace_back(value);
  else if (name == "keyless") found.keyless.emplace_back(value);
  else if (name == "definer") found.definers.emplace_back(value);
}

}  // namespace

Result<Inventory> inventory(const Side& side) {
  DIVIO_TRY(names, names_of("plan", side.instance));  // of no migration
  const services::Script asked{services::administration(side.server, {"sh", "-c", std::string(looking)}), Secret(named(std::string(questions).append(owner_script()), names)),
                               "look at database " + names.database};
  DIVIO_TRY(answer, services::run_script(side.place, side.server.name, asked));
  return parse_inventory(answer);
}

Result<Inventory> parse_inventory(std::string_view answer) {
  Inventory found;
  for_each_told(answer, [&](std::string_view name, std::string_view value) { take(found, name, value); });
  if (found.version.empty()) return fail(ErrorCode::failed, "the server gave no answer about what it holds", std::string(trim(answer)).substr(0, 200));
  return found;
}

}  // namespace divio::migration::mariadb
