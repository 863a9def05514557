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
constexpr std::string_view beginning = R"(\o |cat >&2
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

// Tables of extensions are made by them; partitions are tables too. What pg_dump writes about itself is no schema, and
// since 15.14 it begins with a random word (\restrict).
constexpr std::string_view counting = R"(SELECT E'divio\tengine', current_setting('server_version');
SELECT E'divio\tlarge objects', count(*) FROM pg_largeobject_metadata;
SELECT format(
  E'SELECT E''divio\ttable'', %L, count(*), coalesce(sum(hashtextextended(divio_row::text, 0)::numeric), 0) FROM ONLY %I.%I AS divio_row',
  regexp_replace(n.nspname || '.' || c.relname, '[[:cntrl:]]', '?', 'g'), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^(pg_catalog$|information_schema$|divio_migration_)'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname \gexec
\! {{ pg_dump -U postgres --schema-only --no-owner --no-privileges {1} --snapshot="$DIVIO_SNAPSHOT" {0} </dev/null || echo "divio	failed	schema" >&2; }} | sed '/^CREATE EVENT TRIGGER divio_migration_/,/;$/d;/^--/d;/^.restrict /d;/^.unrestrict /d;/^$/d' | sha256sum | sed 's/^/divio	schema	/;s/ .*//' >&2
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
  auto script = std::string(beginning);
  if (!snapshot.empty()) script += fmt::format("SET TRANSACTION SNAPSHOT '{}';\n", snapshot);
  script += exporting;
  if (sink) script += fmt::format(dumping, database.str(), without_migrations);
  script += fmt::format(counting, database.str(), without_migrations);
  const auto spec = administration(server, {"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-U",
                                            "postgres", "-d", database.str()});
  DIVIO_TRY(session, place.engine.streams().exec(server.name, spec));
  DIVIO_CHECK(session->write(script));
  DIVIO_CHECK(session->close_input());
  Told told;
  DIVIO_CHECK(listen(*session, place.stop, sink, told));
  DIVIO_TRY(code, session->exit_code());
  if (code != 0 || !told.done || !told.failed.empty() || told.evidence.schema.size() != 64)
    return Failure(failure_of({code, told.complaint}, fmt::format("dump database {}", database.str())));
  std::ranges::sort(told.evidence.tables, {}, &model::TableEvidence::name);
  return std::move(told.evidence);
}

}  // namespace divio::services::postgres
