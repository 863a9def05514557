#include "migration/mariadb/verification.hpp"

#include <fmt/format.h>

#include <future>

#include "migration/evidence_difference.hpp"
#include "migration/numbers.hpp"
#include "migration/told.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 5ms;

// https://mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot/
constexpr std::string_view snapshot = R"sql(SET SESSION time_zone = '+00:00', group_concat_max_len = 16777216;
START TRANSACTION WITH CONSISTENT SNAPSHOT;
SELECT MAX(IF(variable_name = 'BINLOG_SNAPSHOT_FILE', variable_value, NULL)) AS file, MAX(IF(variable_name = 'BINLOG_SNAPSHOT_POSITION', variable_value, NULL)) AS at
  FROM information_schema.session_status WHERE variable_name LIKE 'BINLOG\_SNAPSHOT\_%'\G)sql";

// A query for each table. A row's hash is of all its columns as literals, its first 60 bits are a number, and their sum does not depend on
// an order.
constexpr std::string_view queries = R"sql(SELECT CONCAT('SELECT ', QUOTE(REPLACE(table_name, '\n', ' ')), ' AS `table`, COUNT(*) AS `rows`, COALESCE(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS('','', ',
    GROUP_CONCAT(CONCAT('QUOTE(`', REPLACE(column_name, '`', '``'), '`)') ORDER BY ordinal_position SEPARATOR ', '), ')), 15), 16, 10) AS UNSIGNED)), 0) AS `sum` FROM `{database}`.`',
    REPLACE(table_name, '`', '``'), '`\\G') AS query
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
 WHERE table_schema = '{database}' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') GROUP BY table_name ORDER BY table_name;)sql";

// What is alike on both sides where the schema is. An event rests on who follows.
constexpr std::string_view schema = R"sql(SELECT * FROM (
  SELECT CONCAT_WS(' ', 'column', table_name, LPAD(ordinal_position, 4, '0'), QUOTE(column_name), column_type, is_nullable, QUOTE(column_default), extra, collation_name, QUOTE(generation_expression)) AS line
    FROM information_schema.columns WHERE table_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'index', table_name, index_name, LPAD(seq_in_index, 4, '0'), QUOTE(column_name), non_unique, sub_part, index_type) FROM information_schema.statistics WHERE table_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'reference', table_name, constraint_name, referenced_table_name, update_rule, delete_rule) FROM information_schema.referential_constraints WHERE constraint_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'check', table_name, constraint_name, QUOTE(check_clause)) FROM information_schema.check_constraints WHERE constraint_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'view', table_name, definer, security_type, MD5(view_definition)) FROM information_schema.views WHERE table_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'trigger', trigger_name, event_object_table, action_timing, event_manipulation, definer, MD5(action_statement)) FROM information_schema.triggers WHERE trigger_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', routine_type, routine_name, definer, security_type, dtd_identifier, MD5(routine_definition)) FROM information_schema.routines WHERE routine_schema = '{database}'
  UNION ALL SELECT CONCAT_WS(' ', 'event', event_name, definer, MD5(event_definition), interval_value, interval_field) FROM information_schema.events WHERE event_schema = '{database}'
) shape ORDER BY BINARY line;)sql";

// Lines behind the first one, which has a column's name; the client writes "\\" for a backslash there.
std::vector<std::string> rows_of(const std::string& answer) {
  auto lines = split(answer, '\n');
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) plain += text[i];
    else if (++i; text[i] == 'n') plain += '\n';
    else if (text[i] == 't') plain += '\t';
    else plain += text[i];
  }
  return plain;
}

Result<model::Evidence> look(Conversation& side) {
  model::Evidence seen;
  DIVIO_TRY(version, side.ask("SELECT VERSION() AS version\\G", "read the version"));
  seen.engine = Told{version}["version"];
  DIVIO_TRY(shape, side.ask(schema, "read the schema"));
  seen.schema = sha256_hex(join(rows_of(shape), "\n"));
  DIVIO_TRY(listed, side.ask(queries, "list the tables"));
  for (const auto& query : rows_of(listed)) {
    DIVIO_TRY(answer, side.ask(unescaped(query), "read a table", 24h));
    const Told told{answer};
    seen.tables.push_back({std::string(told["table"]), number_in<std::uint64_t>(told["rows"]), std::string(told["sum"])});
  }
  return seen;
}

Result<LogPosition> take_snapshot(Conversation& side) {
  DIVIO_TRY(answer, side.ask(snapshot, "take a snapshot"));
  const Told told{answer};
  return LogPosition{std::string(told["file"]), number_in<std::uint64_t>(told["at"])};
}

Result<void> run(Conversation& side, const std::string& statements, std::string_view doing) {
  DIVIO_TRY(answer, side.ask(statements, doing));
  return {};
}

Result<void> await_moment(Conversation& to, const LogPosition& moment, std::chrono::milliseconds patience) {
  const auto& place = to.side().place;
  const auto give_up = place.clock.now() + patience;
  while (true) {
    DIVIO_TRY(seen, standing(to));
    if (reaches(seen.applied, moment)) return {};
    if (!seen.trouble.empty()) return fail(ErrorCode::failed, fmt::format("database {} follows no more", to.names().database), seen.trouble);
    if (place.clock.now() >= give_up)
      return fail(ErrorCode::timed_out, fmt::format("database {} cannot be compared: what was written does not arrive on the other side in time", to.names().database),
                  "see how far it is with divioctl migrate show, and whether the two hosts reach each other");
    if (!place.clock.sleep(between_looks, place.stop)) return fail(ErrorCode::cancelled, "the comparison was broken off", "run this again");
  }
}

// From here on `from_view` and `to_view` see both sides as they were at one moment.
Result<void> seize(Conversation& to, Conversation& from_view, Conversation& to_view, std::chrono::milliseconds patience) {
  DIVIO_CHECK(run(to, "STOP SLAVE '{database}' SQL_THREAD;", "let following rest"));
  DIVIO_TRY(moment, take_snapshot(from_view));
  DIVIO_CHECK(run(to, fmt::format("START SLAVE '{{database}}' SQL_THREAD UNTIL MASTER_LOG_FILE = '{}', MASTER_LOG_POS = {};", moment.file, moment.at), "follow up to a moment"));
  DIVIO_CHECK(await_moment(to, moment, patience));
  return take_snapshot(to_view).map([](const auto&) {});
}

}  // namespace

Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, std::chrono::milliseconds patience, const std::string& there) {
  DIVIO_TRY(seen, standing(to));
  DIVIO_TRY(followed, standing(from));
  if (seen.stream != planning::Stream::following || seen.followed != followed.server)
    return fail(ErrorCode::conflict, fmt::format("database {} does not follow the other side", to.names().database), "see how it is: divioctl migrate show");
  auto from_view = from.another();
  auto to_view = to.another();
  const auto seized = seize(to, from_view, to_view, patience);
  const auto resumed = run(to, "STOP SLAVE '{database}' SQL_THREAD;\nSTART SLAVE '{database}' SQL_THREAD;", "go on following");
  DIVIO_CHECK(seized);
  DIVIO_CHECK(resumed);
  auto other = std::async(std::launch::async, [&] { return look(to_view); });
  auto one = look(from_view);
  auto both = other.get();
  DIVIO_CHECK(one);
  DIVIO_CHECK(both);
  HeldByBoth held{std::move(*one), std::move(*both), {}};
  held.differences = migration::differences(held.from, held.to, "MariaDB", there);
  return held;
}

}  // namespace divio::migration::mariadb
