// One psql that holds a snapshot, within which pg_dump and the counting see the same state. The dump is its standard
// output; what is evidence goes to standard error, in lines that begin with a mark.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "services/commands.hpp"
#include "services/evidence.hpp"
#include "services/server_container.hpp"
#include "services/sql.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::services::postgres {
namespace {

using namespace std::chrono_literals;

constexpr auto look_whether_stopped = 250ms;
constexpr std::size_t longest_complaint = 8192;

// A row's text depends on these; the others are the session's guards, which are not for this one.
constexpr std::string_view evidence_settings = R"(\o |cat >&2
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET row_security = off;
SET extra_float_digits = 3;
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET timezone = 'UTC';
SET bytea_output = 'hex';
SET lc_monetary = 'C';
SET search_path = pg_catalog;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
)";

constexpr std::string_view exporting = R"(SELECT pg_export_snapshot() AS snapshot \gset
\setenv DIVIO_SNAPSHOT :snapshot
)";

constexpr std::string_view dumping =
    "\\! pg_dump -U postgres -Fc --compress=0 --no-owner --no-privileges {1} --snapshot=\"$DIVIO_SNAPSHOT\" {0} </dev/null"
    " || echo \"divio\tfailed\tdump\" >&2\n";

// Tables of extensions are made by them; partitions are tables too.
constexpr std::string_view counting = R"(SELECT E'divio\tengine', current_setting('server_version');
SELECT E'divio\tlarge objects', count(*) FROM pg_largeobject_metadata;
SELECT format(
  E'SELECT E''divio\ttable'', %L, count(*), coalesce(sum(hashtextextended(divio_row::text, 0)::numeric), 0) FROM ONLY %I.%I AS divio_row',
  regexp_replace(n.nspname || '.' || c.relname, '[[:cntrl:]]', '?', 'g'), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^(pg_catalog$|information_schema$|divio_migration_)'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname \gexec
)";

// The schema by what a restore keeps to the letter. Expressions are not among it, and so pg_dump's text is no measure: a server
// writes them anew from what it has understood, and CHECK (state IN ('a')) of a varchar comes back as another text.
constexpr std::string_view shaping = R"(WITH own AS (
  SELECT c.oid, relkind, format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
   WHERE nspname !~ '^(pg_|information_schema$|divio_migration_)' AND relpersistence <> 't'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
own_types AS (
  SELECT t.* FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname !~ '^(pg_|information_schema$|divio_migration_)'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'))
SELECT E'divio\tschema', 'shape:' || encode(sha256(convert_to(coalesce(string_agg(line, E'\n' ORDER BY line COLLATE "C"), ''), 'UTF8')), 'hex') FROM (
  SELECT format('%s %s', relkind, name) FROM own
  UNION ALL SELECT format('column %s.%I %s %s %s %s %s', name, attname, format_type(atttypid, atttypmod), attnotnull, atthasdef, attidentity, attgenerated)
    FROM own JOIN pg_attribute ON attrelid = own.oid WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm', 'c', 'f')
  UNION ALL SELECT format('constraint %s.%I %s %s', name, conname, contype, convalidated) FROM own JOIN pg_constraint ON conrelid = own.oid
   WHERE contype IN ('p', 'u', 'f', 'c', 'x')
  UNION ALL SELECT format('index %s.%s %s %s', name, indexrelid::regclass, indisunique, indnkeyatts) FROM own JOIN pg_index ON indrelid = own.oid
  UNION ALL SELECT format('trigger %s.%I %s', name, tgname, tgenabled) FROM own JOIN pg_trigger ON tgrelid = own.oid WHERE NOT tgisinternal
  UNION ALL SELECT format('policy %s.%I %s', name, polname, polcmd) FROM own JOIN pg_policy ON polrelid = own.oid
  UNION ALL SELECT format('function %I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
   WHERE nspname !~ '^(pg_|information_schema$|divio_migration_)'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL SELECT format('label %s %s', enumtypid::regtype, enumlabel) FROM pg_enum JOIN own_types t ON t.oid = enumtypid
  UNION ALL SELECT format('domain %s %s %s', t.oid::regtype, format_type(typbasetype, typtypmod), typnotnull) FROM own_types t WHERE typtype = 'd'
  UNION ALL SELECT format('extension %I', extname) FROM pg_extension) AS lines (line);
COMMIT;
SELECT E'divio\tdone';
)";

// What a migration that is under way has put there is no data of the instance.
constexpr std::string_view without_migrations = "--no-publications --no-subscriptions --exclude-schema='divio_migration_*'";

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What is told by the lines with the mark.
struct Told {
  model::Evidence evidence;
  std::string failed;
  bool done = false;
  std::string line;
  std::string complaint;

  void add(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n') line += c;
      else take();
    }
  }

  void take() {
    const auto words = split(std::exchange(line, {}), '\t');
    if (words.front() != "divio") {
      complaint += words.front() + "\n";
      if (complaint.size() > longest_complaint) complaint.erase(0, complaint.size() - longest_complaint);
    } else if (words.size() == 5 && words[1] == "table") {
      evidence.tables.push_back({words[2], number(words[3]), words[4]});
    } else if (words.size() == 3 && words[1] == "large objects") {
      if (words[2] != "0") evidence.tables.push_back({"large objects", number(words[2]), {}});
    } else if (words.size() == 3 && words[1] == "schema") {
      evidence.schema = words[2];
    } else if (words.size() == 3 && words[1] == "engine") {
      evidence.engine = split(words[2], ' ').front();
    } else if (words.size() == 3 && words[1] == "failed") {
      failed = words[2];
    } else if (words.size() == 2 && words[1] == "done") {
      done = true;
    }
  }
};

Result<void> listen(ports::Session& session, const std::stop_token& stop, const ports::ByteSink& sink, Told& told) {
  while (true) {
    auto chunk = session.read(look_whether_stopped);
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "a dump was broken off", "run this again");
    if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
    if (!chunk) return Failure(std::move(chunk).error());
    if (!*chunk) return {};
    if ((*chunk)->output == ports::Output::err) told.add((*chunk)->bytes);
    else if (sink) DIVIO_CHECK(sink((*chunk)->bytes));
  }
}

}  // namespace

Result<model::Evidence> dump_in_snapshot(const Place& place, const Server& server, const model::ServiceInstance& instance,
                                         const ports::ByteSink& sink, std::string_view snapshot) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  auto script = std::string(evidence_settings);
  if (!snapshot.empty()) script += fmt::format("SET TRANSACTION SNAPSHOT '{}';\n", snapshot);
  script += exporting;
  if (sink) script += fmt::format(dumping, database.str(), without_migrations);
  script.append(counting).append(shaping);
  const auto spec = administration(server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U",
                                            "postgres", "-d", database.str()});
  DIVIO_TRY(session, place.engine.streams().exec(server.name, spec));
  DIVIO_CHECK(session->write(script));
  DIVIO_CHECK(session->close_input());
  Told told;
  DIVIO_CHECK(listen(*session, place.stop, sink, told));
  DIVIO_TRY(code, session->exit_code());
  if (code != 0 || !told.done || !told.failed.empty() || told.evidence.schema.empty())
    return Failure(failure_of({code, told.complaint}, fmt::format("dump database {}", database.str())));
  std::ranges::sort(told.evidence.tables, {}, &model::TableEvidence::name);
  return std::move(told.evidence);
}

}  // namespace divio::services::postgres
