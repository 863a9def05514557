// Snapshots of both sides after the same write. The lock on the tables lasts for a marker's way only: it belongs to a savepoint,
// and the transaction's snapshot outlives that (https://www.postgresql.org/docs/15/sql-rollback-to.html).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>

#include "migration/numbers.hpp"
#include "migration/postgres/verification.hpp"
#include "services/evidence.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using namespace std::chrono_literals;

constexpr auto between_tries = 500ms;
constexpr auto for_the_marker = 200ms;
constexpr auto for_an_answer = 1s;      // while writers wait
constexpr auto between_looks = 2s;
constexpr auto for_catching_up = 1h;

// What holds rows: the tables whose changes are followed.
constexpr std::string_view tables = R"(SELECT string_agg(format('ONLY %I.%I', nspname, relname), ', ')
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind = 'r' AND relpersistence = 'p' AND nspname !~ '^(pg_|information_schema$|divio_migration_)';)";

// A vacuum that is in the way gives way to whoever looks for a deadlock. Whatever becomes of divioctl meanwhile, the server ends the
// lock a second later; what is set behind the savepoint goes with it.
constexpr std::string_view snapshot_beginning = R"(BEGIN ISOLATION LEVEL REPEATABLE READ;
SET LOCAL idle_in_transaction_session_timeout = '1min';
SAVEPOINT still;
SET LOCAL idle_in_transaction_session_timeout = '1s';
SET LOCAL lock_timeout = '100ms';
SET LOCAL statement_timeout = '100ms';
SET LOCAL deadlock_timeout = '20ms';
)";

constexpr std::string_view beginning_there = R"(BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL idle_in_transaction_session_timeout = '1min';
SELECT pg_export_snapshot();
)";

constexpr std::string_view locking = R"(\set ON_ERROR_STOP off
LOCK TABLE {} IN SHARE MODE;
\set ON_ERROR_STOP on
\echo :SQLSTATE
)";

// https://www.postgresql.org/docs/15/errcodes-appendix.html: what another try may bring.
constexpr std::string_view locked = "00000";
constexpr std::array<std::string_view, 4> passing{"55P03" /* lock_timeout */, "57014" /* statement_timeout */, "40P01" /* a deadlock */,
                                                  "42P01" /* a table that is gone */};

// What the schema's hash says nothing of: types, bounds and steps.
constexpr std::string_view reading_sequences = R"(SELECT regexp_replace(s.name, '[[:cntrl:]]', '?', 'g'), s.last, s.given_out, s.increment, seqcycle,
       concat_ws(' ', format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
  FROM {schema}.sequences() AS s JOIN pg_sequence ON seqrelid = to_regclass(s.name)
 WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype = 'e');)";

// What the words of a snapshot's name are.
bool is_snapshot(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789ABCDEF-") == std::string_view::npos;
}

Result<std::string> snapshot_in(Result<std::string> answer) {
  DIVIO_CHECK(answer);
  auto name = std::string(trim(*answer));
  if (!is_snapshot(name)) return fail(ErrorCode::failed, "the server gave no name for a snapshot", "run this again");
  return name;
}

// Sessions in which a snapshot lasts.
struct Moment {
  Conversation from;
  Conversation to;
  std::string from_snapshot = {};
  std::string to_snapshot = {};
};

Result<bool> lock(Conversation& holder, const std::string& names) {
  if (names.empty()) return true;
  DIVIO_TRY(answer, holder.ask(fmt::format(locking, names), "let writers wait", for_an_answer));
  const auto state = trim(answer);
  if (state == locked) return true;
  if (std::ranges::find(passing, state) != passing.end()) return false;
  return fail(ErrorCode::failed, fmt::format("cannot let the writers of database {} wait: error {} of PostgreSQL", holder.names().database, state),
              "look it up in the manual's list of error codes");
}

// One try. False: some transaction is writing, or the marker takes its time.
Result<bool> seize(Moment& moment, Conversation& from, Conversation& to, Direction direction, std::uint64_t number) {
  DIVIO_TRY(listed, from.ask(tables, "list the tables"));
  DIVIO_CHECK(moment.from.ask(snapshot_beginning, "begin to compare"));
  DIVIO_TRY(still, lock(moment.from, std::string(trim(listed))));
  bool arrived = false;
  if (still) {
    DIVIO_CHECK(moment.from.ask("SELECT 1;", "take a snapshot", for_an_answer));
    DIVIO_CHECK(mark(from, direction, number));
    DIVIO_ASSIGN(arrived, await_mark(to, direction, number, for_the_marker));
  }
  if (!arrived) {
    DIVIO_CHECK(moment.from.ask("ROLLBACK;", "let writers go on", for_an_answer));
    return false;
  }
  DIVIO_ASSIGN(moment.to_snapshot, snapshot_in(moment.to.ask(beginning_there, "take a snapshot", for_an_answer)));
  DIVIO_ASSIGN(moment.from_snapshot, snapshot_in(moment.from.ask("ROLLBACK TO SAVEPOINT still;\nRELEASE SAVEPOINT still;\nSELECT pg_export_snapshot();",
                                                                 "take a snapshot", for_an_answer)));
  return true;
}

bool may_pass(const Error& error) { return error.code == ErrorCode::unreachable || error.code == ErrorCode::timed_out; }

// Before writers are made to wait: else they would wait for all that is still under way.
Result<void> catch_up(Conversation& from, Conversation& to, Direction direction, std::uint64_t number) {
  const auto& place = from.side().place;
  const auto give_up = place.clock.now() + for_catching_up;
  DIVIO_CHECK(mark(from, direction, number));
  while (true) {
    DIVIO_TRY(arrived, await_mark(to, direction, number, between_looks));
    if (arrived) return {};
    if (place.stop.stop_requested()) return fail(ErrorCode::cancelled, "the comparison was broken off", "run this again");
    if (place.clock.now() >= give_up)
      return fail(ErrorCode::timed_out, fmt::format("database {} cannot be compared: what was written an hour ago has not arrived on the other side", from.names().database),
                  "see how far it is with divioctl migrate show, and whether the two hosts reach each other");
  }
}

Result<void> seize_in_time(Moment& moment, Conversation& from, Conversation& to, Direction direction, std::uint64_t number, std::chrono::milliseconds patience) {
  const auto& place = from.side().place;
  const auto give_up = place.clock.now() + patience;
  DIVIO_CHECK(moment.to.ask("SELECT 1;", "begin to compare"));  // beginning a session takes longer than writers should wait
  while (true) {
    const auto seized = seize(moment, from, to, direction, number++);
    if (seized && *seized) return {};
    if (!seized && (!may_pass(seized.error()) || place.clock.now() >= give_up)) return Failure(seized.error());
    if (place.clock.now() >= give_up)
      return fail(ErrorCode::timed_out, fmt::format("database {} cannot be compared: there was no moment in which no transaction was writing to it", from.names().database),
                  "wait for the one that takes so long (pg_stat_activity names it), and type the command again");
    if (!seized) {  // what they were at is not known
      moment.from.close();
      moment.to.close();
      DIVIO_CHECK(moment.to.ask("SELECT 1;", "begin to compare"));
    }
    if (!place.clock.sleep(between_tries, place.stop)) return fail(ErrorCode::cancelled, "the comparison was broken off", "run this again");
  }
}

Result<std::map<std::string, Sequence>> read_sequences(Conversation& conversation) {
  DIVIO_TRY(answer, conversation.ask(reading_sequences, "read the sequences"));
  std::map<std::string, Sequence> found;
  for (const auto& line : split(answer, '\n')) {
    if (line.empty()) continue;
    const auto words = split(line, '\t');
    if (words.size() != 6) return fail(ErrorCode::failed, "the server gave no answer about its sequences", "run this again");
    found[words[0]] = {number_in<std::int64_t>(words[1]), words[2] == "t", number_in<std::int64_t>(words[3]), words[4] == "t", words[5]};
  }
  return found;
}

Result<Held> look_in(Conversation& conversation, const std::string& snapshot) {
  DIVIO_TRY(sequences, read_sequences(conversation));
  const auto& side = conversation.side();
  DIVIO_TRY(evidence, services::postgres::dump_in_snapshot(side.place, side.server, side.instance, {}, snapshot));
  return Held{std::move(evidence), std::move(sequences)};
}

}  // namespace

Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, Direction direction, std::uint64_t number,
                                std::chrono::milliseconds patience) {
  DIVIO_CHECK(catch_up(from, to, direction, number));
  Moment moment{from.another(), to.another()};
  DIVIO_CHECK(seize_in_time(moment, from, to, direction, number + 1, patience));
  auto there = std::async(std::launch::async, [&] { return look_in(to, moment.to_snapshot); });
  auto here = look_in(from, moment.from_snapshot);
  auto both = there.get();
  DIVIO_CHECK(here);
  DIVIO_CHECK(both);
  return HeldByBoth{std::move(*here), std::move(*both)};
}

}  // namespace divio::migration::postgres
