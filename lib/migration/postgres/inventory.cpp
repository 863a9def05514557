#include "migration/postgres/inventory.hpp"

#include "migration/numbers.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// Lines of words with tabs between; the first word says what the line is about.
constexpr std::string_view common = R"(SELECT 'server', current_setting('server_version_num')::int / 10000, current_setting('wal_level');
SELECT 'room', current_setting('max_replication_slots'), (SELECT count(*) FROM pg_replication_slots),
       current_setting('max_wal_senders'), (SELECT count(*) FROM pg_stat_replication),
       least(current_setting('max_logical_replication_workers')::int, current_setting('max_worker_processes')::int - 1),
       (SELECT count(*) FROM pg_subscription WHERE subenabled);
)";

// Extensions bring tables of their own; partitions are tables, what is partitioned holds nothing itself.
constexpr std::string_view of_database = R"(SELECT 'bytes', pg_database_size(current_database());
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
CREATE TEMP VIEW divio_table AS
  SELECT c.*, regexp_replace(nspname || '.' || relname, '[[:cntrl:]]', '?', 'g') AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^(pg_|information_schema$|divio_migration_)'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
SELECT 'table', name, greatest(reltuples, 0)::bigint, pg_table_size(oid),
       relreplident = 'f' OR EXISTS (SELECT FROM pg_index WHERE indrelid = t.oid AND indisvalid
                                      AND CASE relreplident WHEN 'd' THEN indisprimary WHEN 'i' THEN indisreplident ELSE false END)
  FROM divio_table AS t WHERE relpersistence = 'p' ORDER BY name;
SELECT 'unlogged', name FROM divio_table WHERE relpersistence = 'u' ORDER BY name;
SELECT 'trigger', name || '.' || tgname FROM pg_trigger JOIN divio_table t ON t.oid = tgrelid
 WHERE NOT tgisinternal AND tgenabled IN ('A', 'R') ORDER BY 2;
SELECT 'extension', extname, extversion FROM pg_extension ORDER BY extname;
SELECT 'event trigger', evtname FROM pg_event_trigger ORDER BY evtname;
SELECT 'prepared', gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY gid;
SELECT 'publication', pubname FROM pg_publication ORDER BY pubname;
SELECT 'subscription', subname FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database() ORDER BY subname;
SELECT 'slot', slot_name FROM pg_replication_slots WHERE database = current_database() ORDER BY slot_name;
)";

constexpr std::string_view of_server = R"(SELECT 'extension', name, default_version FROM pg_available_extensions ORDER BY name;
)";

constexpr std::string_view end = "SELECT 'done';\n";

using Words = std::vector<std::string>;

// Calls `take` with the words of each line; failed where the answer has no end.
template <class Take>
Result<void> read(std::string_view answer, const Take& take) {
  bool done = false;
  for (const auto& line : split(answer, '\n')) {
    if (line.empty()) continue;
    const auto words = split(line, '\t');
    done = words.front() == "done";
    if (!done) take(words);
  }
  if (done) return {};
  return fail(ErrorCode::failed, "the server's answer about a database broke off", "run this again");
}

Room room_of(const Words& words) {
  const auto count = [&](std::size_t at) { return number_in<unsigned>(words[at]); };
  return {count(1), count(2), count(3), count(4), count(5), count(6)};
}

// Where names of the kind go; nullptr for a kind that has no names.
std::vector<std::string>* list_of(Inventory& found, const std::string& kind) {
  if (kind == "unlogged") return &found.unlogged;
  if (kind == "trigger") return &found.triggers;
  if (kind == "event trigger") return &found.event_triggers;
  if (kind == "prepared") return &found.prepared;
  if (kind == "publication") return &found.publications;
  if (kind == "subscription") return &found.subscriptions;
  if (kind == "slot") return &found.slots;
  return nullptr;
}

template <class Found>
void take_common(Found& found, const Words& words) {
  const auto& kind = words.front();
  if (kind == "server" && words.size() == 3) {
    found.version = number_in<unsigned>(words[1]);
    found.wal_level = words[2];
  } else if (kind == "room" && words.size() == 7) {
    found.room = room_of(words);
  } else if (kind == "extension" && words.size() == 3) {
    found.extensions[words[1]] = words[2];
  }
}

Result<std::string> ask(const Side& side, const std::string& database, const std::string& script) {
  const auto spec = services::administration(side.server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U",
                                                           "postgres", "-d", database});
  return services::run_script(side.place, side.server.name, {spec, Secret(script), "look at database " + database});
}

}  // namespace

std::string inventory_script() { return std::string(common).append(of_database).append(end); }
std::string offer_script() { return std::string(common).append(of_server).append(end); }

Result<Inventory> parse_inventory(std::string_view answer) {
  Inventory found;
  DIVIO_CHECK(read(answer, [&](const Words& words) {
    take_common(found, words);
    const auto& kind = words.front();
    if (auto* list = list_of(found, kind); list && words.size() == 2) list->push_back(words[1]);
    if (kind == "bytes" && words.size() == 2) found.bytes = number_in<std::uint64_t>(words[1]);
    if (kind == "large objects" && words.size() == 2) found.large_objects = number_in<std::uint64_t>(words[1]);
    if (kind == "table" && words.size() == 5)
      found.tables.push_back({words[1], number_in<std::uint64_t>(words[2]), number_in<std::uint64_t>(words[3]), words[4] == "t"});
  }));
  return found;
}

// Where Debian's packages and what is compiled by itself have them. A version's own control file says no default.
std::vector<std::string> extensions_command() {
  return {"sh", "-c",
          "for file in /usr/share/postgresql/*/extension/*.control /usr/local/share/postgresql/extension/*.control /usr/share/postgresql/extension/*.control; do\n"
          "  if [ -f \"$file\" ]; then sed -n \"s|^ *default_version *= *'\\([^']*\\)'.*|$(basename \"$file\" .control) \\1|p\" \"$file\"; fi\n"
          "done"};
}

std::map<std::string, std::string> parse_extensions(std::string_view answer) {
  std::map<std::string, std::string> found;
  for (const auto& line : split(trim(answer), '\n'))
    if (const auto blank = line.find(' '); blank != std::string::npos && blank > 0) found[line.substr(0, blank)] = std::string(trim(line.substr(blank)));
  return found;
}

Result<Offer> parse_offer(std::string_view answer) {
  Offer found;
  DIVIO_CHECK(read(answer, [&](const Words& words) { take_common(found, words); }));
  return found;
}

Result<Inventory> inventory(const Side& source) {
  DIVIO_TRY(database, services::SqlName::parse(source.instance.database));
  DIVIO_TRY(answer, ask(source, database.str(), inventory_script()));
  return parse_inventory(answer);
}

Result<Offer> offer(const Side& target) {
  DIVIO_TRY(answer, ask(target, "postgres", offer_script()));
  return parse_offer(answer);
}

}  // namespace divio::migration::postgres
