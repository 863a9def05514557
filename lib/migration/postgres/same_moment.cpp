// Snapshots of both sides after the same write. The lock on the tables lasts for a marker's way only: it belongs to a savepoint,
// and the transaction's snapshot outlives that (https://www.postgresql.org/docs/15/sql-rollback-to.html).
#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "migration/postgres/verification.hpp"
#include "services/evidence.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using namespace std::chrono_literals;

constexpr auto between_tries = 500ms;
constexpr auto for_the_marker = 200ms;

// What holds rows: the tables whose changes are followed.
constexpr std::string_view tables = R"(SELECT string_agg(format('ONLY %I.%I', nspname, relname), ', ')
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind = 'r' AND relpersistence = 'p' AND nspname !~ '^(pg_|information_schema$|divio_migration_)';)";

// A vacuum that is in the way gives way to whoever looks for a deadlock.
constexpr std::string_view beginning = R"(BEGIN ISOLATION LEVEL REPEATABLE READ;
SET LOCAL lock_timeout = '100ms';
SET LOCAL deadlock_timeout = '20ms';
SAVEPOINT still;
)";

constexpr std::string_view locking = R"(\set ON_ERROR_STOP off
LOCK TABLE {} IN SHARE MODE;
\set ON_ERROR_STOP on
\echo :SQLSTATE
)";

constexpr std::string_view locked = "00000";

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
  DIVIO_TRY(state, holder.ask(fmt::format(locking, names), "let writers wait"));
  return trim(state) == locked;
}

// One try. False: some transaction is writing, or the marker takes its time.
Result<bool> seize(Moment& moment, Conversation& from, Conversation& to, const std::string& names, Direction direction, std::uint64_t number) {
  DIVIO_CHECK(moment.from.ask(beginning, "begin to compare"));
  DIVIO_TRY(still, lock(moment.from, names));
  bool arrived = false;
  if (still) {
    DIVIO_CHECK(moment.from.ask("SELECT 1;", "take a snapshot"));
    DIVIO_CHECK(mark(from, direction, number));
    DIVIO_ASSIGN(arrived, await_mark(to, direction, number, for_the_marker));
  }
  if (!arrived) {
    DIVIO_CHECK(moment.from.ask("ROLLBACK;", "let writers go on"));
    return false;
  }
  DIVIO_ASSIGN(moment.to_snapshot, snapshot_in(moment.to.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSELECT pg_export_snapshot();", "take a snapshot")));
  DIVIO_ASSIGN(moment.from_snapshot, snapshot_in(moment.from.ask("ROLLBACK TO SAVEPOINT still;\nRELEASE SAVEPOINT still;\nSELECT pg_export_snapshot();", "take a snapshot")));
  return true;
}

Result<Held> look_in(const Side& side, const std::string& snapshot) {
  Held held;
  DIVIO_ASSIGN(held.evidence, services::postgres::dump_in_snapshot(side.place, side.server, side.instance, {}, snapshot));
  return held;
}

}  // namespace

Result<HeldByBoth> look_at_both(Conversation& from, Conversation& to, Direction direction, std::uint64_t number,
                                std::chrono::milliseconds patience) {
  const auto& place = from.side().place;
  const auto give_up = place.clock.now() + patience;
  DIVIO_TRY(listed, from.ask(tables, "list the tables"));
  const std::string names(trim(listed));
  Moment moment{from.another(), to.another()};
  DIVIO_CHECK(moment.to.ask("SELECT 1;", "begin to compare"));  // beginning a session takes longer than writers should wait
  while (true) {
    DIVIO_TRY(seized, seize(moment, from, to, names, direction, number++));
    if (seized) break;
    if (place.clock.now() >= give_up)
      return fail(ErrorCode::timed_out, fmt::format("database {} cannot be compared: there was no moment in which no transaction was writing to it", from.names().database),
                  "wait for the one that takes so long (pg_stat_activity names it), and type the command again");
    if (!place.clock.sleep(between_tries, place.stop)) return fail(ErrorCode::cancelled, "the comparison was broken off", "run this again");
  }
  auto there = std::async(std::launch::async, [&] { return look_in(to.side(), moment.to_snapshot); });
  auto here = look_in(from.side(), moment.from_snapshot);
  auto both = there.get();
  DIVIO_CHECK(here);
  DIVIO_CHECK(both);
  return HeldByBoth{std::move(*here), std::move(*both)};
}

}  // namespace divio::migration::postgres
