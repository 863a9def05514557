#include <fmt/format.h>

#include <set>

#include "migration/postgres/moving.hpp"
#include "migration/numbers.hpp"
#include "migration/postgres/scripts.hpp"
#include "services/instance.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using std::chrono::milliseconds;

std::string_view word(Direction direction) { return direction == Direction::forward ? "forward" : "backward"; }

// The publication, the subscription and the slot have one name.
std::string_view stream_of(Direction direction) { return direction == Direction::forward ? "{forward}" : "{backward}"; }

Result<bool> follows(Conversation& side, std::string_view stream) {
  return side.holds(fmt::format("SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid"
                                " WHERE datname = current_database() AND subname = '{}' AND subenabled);", stream), "look whether it follows");
}

// A conflict where the database says that the attempt is over.
Result<std::string> ask_for_attempt(Conversation& side, const std::string& script, std::string_view doing) {
  auto answer = side.ask(script, doing);
  if (!answer && answer.error().hint.find("is not open here") != std::string::npos) answer.error().code = ErrorCode::conflict;
  return answer;
}

Result<void> done(Result<std::string> answer) {
  if (!answer) return Failure(std::move(answer).error());
  return {};
}

// What is published where; from its commit on, for a sender that runs already too.
std::string publishing_script(std::string_view publication, std::string_view what) {
  return fmt::format("ALTER PUBLICATION {} SET (publish = '{}');\n", publication, what);
}

Result<void> set_following(Conversation& side, std::string_view stream, std::string_view what) {
  constexpr std::string_view setting = R"(SELECT format('ALTER SUBSCRIPTION %I {1}', subname)
  FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database() AND subname = '{0}'
\gexec
)";
  return done(side.ask(fmt::format(setting, stream, what), "let following rest or go on"));
}

// What is written from now on is read from the slot at once. That takes a message to be sent and answered, for nothing is published.
Result<void> await_reader(Conversation& side, std::string_view slot) {
  constexpr std::string_view waiting = R"(DO $divio$
DECLARE
  here constant pg_lsn := pg_current_wal_lsn();
BEGIN
  FOR i IN 1..6000 LOOP
    EXIT WHEN EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '{0}' AND active AND confirmed_flush_lsn >= here);
    PERFORM pg_sleep(0.005);
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '{0}' AND active AND confirmed_flush_lsn >= here) THEN
    RAISE EXCEPTION 'nobody comes to follow this database';
  END IF;
END
$divio$;)";
  return done(side.ask(fmt::format(waiting, slot), "wait until it is followed"));
}

// Whether nothing but its publication is missing for it to be followed.
Result<bool> is_prepared(Conversation& side, std::string_view stream) {
  return side.holds(fmt::format("SELECT EXISTS (SELECT FROM pg_publication JOIN pg_replication_slots ON slot_name = pubname"
                                " WHERE pubname = '{}' AND NOT pubinsert AND wal_status <> 'lost');", stream), "look whether it can be followed");
}

}  // namespace

Result<void> begin_attempt(Conversation& side, int attempt) {
  return done(ask_for_attempt(side, fmt::format("SELECT {{schema}}.learn({}, false);", attempt), "tell the database of the attempt"));
}

Result<void> end_attempt(Conversation& side, int attempt) {
  return done(ask_for_attempt(side, fmt::format("SELECT {{schema}}.learn({}, true);", attempt), "end the attempt"));
}

Result<planning::Epoch> epoch(Conversation& side) {
  DIVIO_TRY(answer, side.ask("SELECT attempt, ended FROM {schema}.epoch();", "look what it knows of attempts"));
  const auto words = split(trim(answer), '\t');
  planning::Epoch known;
  if (words.size() == 2) known.attempt = number_in<int>(words[0]);
  known.ended = words.back() == "t";
  return known;
}

Result<unsigned> fence(Conversation& side, int attempt, milliseconds patience) {
  // Two transactions: from the end of the first on nothing new can write.
  DIVIO_TRY(answer, ask_for_attempt(side, fmt::format("SELECT {{schema}}.fence({0}, '{1} ms');\nSELECT {{schema}}.await_writers({0}, '{1} ms');", attempt,
                                                      patience.count()),
                                    "keep writers out of the database"));
  // Each is told whenever it was asked to end, and one that takes its time is asked again.
  std::set<std::string> ended;
  for (const auto& line : split(answer, '\n')) {
    if (!line.empty()) ended.insert(line);
  }
  return static_cast<unsigned>(ended.size());
}

Result<void> unfence(Conversation& side, int attempt) {
  return done(ask_for_attempt(side, fmt::format("SELECT {{schema}}.unfence({});", attempt), "let writers into the database"));
}

Result<bool> is_fenced(Conversation& side) {
  return side.holds("SELECT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = '{schema}');", "look whether writers are kept out");
}

Result<std::uint64_t> lag(Conversation& side, Direction direction) {
  DIVIO_TRY(answer, side.ask(fmt::format("SELECT coalesce(max(greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)), 0)"
                                         " FROM pg_replication_slots WHERE slot_name = '{}';", stream_of(direction)), "look how far behind the other side is"));
  return number_in<std::uint64_t>(trim(answer));
}

Result<int> follower(Conversation& to, Direction direction) {
  DIVIO_TRY(answer, to.ask(fmt::format("SELECT coalesce(max(pid), 0) FROM pg_stat_subscription WHERE subname = '{}' AND relid IS NULL;", stream_of(direction)), "look who follows"));
  return number_in<int>(trim(answer));
}

Result<void> mark(Conversation& from, Direction direction, std::uint64_t number) {
  DIVIO_TRY(answer, from.ask(fmt::format("INSERT INTO {{schema}}.marker SELECT '{0}', {1} WHERE NOT EXISTS\n"
                                            "  (SELECT FROM {{schema}}.marker WHERE direction = '{0}' AND n = {1});", word(direction), number),
                             "write a marker"));
  return {};
}

Result<bool> await_mark(Conversation& at, Direction direction, std::uint64_t number, milliseconds patience) {
  return at.holds(fmt::format("SELECT {{schema}}.await_marker('{}', {}, '{} ms');", word(direction), number, patience.count()), "look for a marker");
}

Result<void> copy_sequences(Conversation& from, Conversation& to, unsigned slack) {
  // The source writes what the target is to run: a statement for each, which answers by its name where the target does not have it.
  // Of an extension another version may have others.
  constexpr std::string_view read = R"(SELECT format('SELECT coalesce(setval(to_regclass(%L), %s, %L)::text, %L);', name,
  CASE WHEN given_out THEN least(greatest(last + increment::numeric * {0}, lowest), highest) ELSE last END, given_out,
  CASE WHEN EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = to_regclass(name) AND deptype = 'e') THEN '' ELSE name END)
  FROM {{schema}}.sequences();)";
  DIVIO_TRY(script, from.ask(fmt::format(read, slack), "read the sequences"));
  if (trim(script).empty()) return {};
  DIVIO_TRY(answer, to.ask(script, "set the sequences"));
  auto missing = split(answer, '\n');
  std::erase_if(missing, [](const std::string& line) { return line.find('.') == std::string::npos; });
  if (missing.empty()) return {};
  return fail(ErrorCode::conflict, fmt::format("the other side does not have {}, made since the copying began", join(missing, ", ")),
              "a schema has to stay as it is during a move: abort it, and begin anew");
}

Result<void> end_following(Conversation& from, Conversation& to, Direction direction) {
  // Without its slot, which the publishing side removes by itself: the other one would have to log in there for that.
  const auto stream = stream_of(direction);
  DIVIO_TRY(ended, to.ask(subscription_removal(fmt::format("subname = '{}'", stream)), "end following"));
  DIVIO_TRY(removed, from.ask(slot_removal(fmt::format("slot_name = '{}'", stream)), "remove the slot of what was followed"));
  return {};
}

// The worker that applies would look up whether it still should only a second later; what it is at is not committed then.
Result<void> suspend_following(Conversation& to, Direction direction, int attempt) {
  constexpr std::string_view suspension = R"(BEGIN;
SELECT {{schema}}.admit({1});
ALTER SUBSCRIPTION {0} DISABLE;
COMMIT;
DO $divio$
BEGIN
  FOR i IN 1..4000 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_subscription WHERE subname = '{0}' AND pid IS NOT NULL);
    PERFORM pg_terminate_backend(pid) FROM pg_stat_subscription WHERE subname = '{0}' AND pid IS NOT NULL;
    PERFORM pg_sleep(0.0005);
  END LOOP;
END
$divio$;)";
  return done(ask_for_attempt(to, fmt::format(suspension, stream_of(direction), attempt), "let following rest"));
}

Result<void> resume_following(Conversation& to, Direction direction) {
  return set_following(to, stream_of(direction), "ENABLE");
}

Result<Standing> standing(Conversation& side, std::uint64_t marker) {
  // The subscription's rows are all ready where everything is copied.
  constexpr std::string_view stream = R"(coalesce((SELECT CASE WHEN NOT subenabled THEN 'suspended'
    WHEN EXISTS (SELECT FROM pg_subscription_rel WHERE srsubid = s.oid AND srsubstate <> 'r') THEN 'copying' ELSE 'following' END
  FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database() AND subname = '{0}'), 'absent'))";
  constexpr std::string_view question = R"(SELECT attempt, ended, EXISTS (SELECT FROM pg_event_trigger WHERE evtname = '{{schema}}'),
  EXISTS (SELECT FROM {{schema}}.writers(clock_timestamp())),
  {0},
  {1},
  EXISTS (SELECT FROM {{schema}}.marker WHERE direction = 'forward' AND n = {2}),
  EXISTS (SELECT FROM {{schema}}.marker WHERE direction = 'backward' AND n = {2}),
  EXISTS (SELECT FROM pg_publication WHERE pubname = '{{forward}}' AND pubinsert),
  EXISTS (SELECT FROM pg_publication WHERE pubname = '{{backward}}' AND pubinsert)
FROM {{schema}}.epoch();)";
  DIVIO_TRY(answer, side.ask(fmt::format(question, fmt::format(stream, "{forward}"), fmt::format(stream, "{backward}"), marker), "look how it stands"));
  const auto words = split(trim(answer), '\t');
  if (words.size() != 10) return fail(ErrorCode::failed, "the server gave no answer about how it stands", "run this again");
  Standing seen;
  seen.epoch.attempt = number_in<int>(words[0]);
  seen.epoch.ended = words[1] == "t";
  if (words[2] == "t") seen.fence = words[3] == "t" ? planning::Fence::closing : planning::Fence::up;
  const auto stream_state = [](const std::string& word) {
    using planning::Stream;
    return word == "following" ? Stream::following : word == "suspended" ? Stream::suspended : word == "copying" ? Stream::copying : Stream::absent;
  };
  seen.forward = stream_state(words[4]);
  seen.backward = stream_state(words[5]);
  seen.forward_mark = words[6] == "t";
  seen.backward_mark = words[7] == "t";
  seen.publishes_forward = words[8] == "t";
  seen.publishes_backward = words[9] == "t";
  return seen;
}

Result<void> prepare_following(Conversation& from, Conversation& to, const Peer& from_peer, Direction direction) {
  const auto stream = stream_of(direction);
  DIVIO_TRY(begun, follows(to, stream));
  DIVIO_TRY(prepared, is_prepared(from, stream));
  if (begun && prepared) return await_reader(from, stream);
  DIVIO_CHECK(set_following(to, stream, "DISABLE"));
  // The publication first: with a slot that is older than it, following would fail for good while it looks well; with one that is
  // older than its being empty, what came from the other side would be sent back.
  DIVIO_TRY(published, from.ask(publication_script(stream) + publishing_script(stream, "") + slot_removal(fmt::format("slot_name = '{}'", stream)),
                                "publish the tables"));
  const auto password = services::new_password();
  const auto connection = connection_string(from.names(), from_peer, password);
  DIVIO_TRY(role, from.ask(role_script(password, random_hex(8)), "make the login for replication"));
  DIVIO_TRY(prompt, to.ask(prompt_start_script(), "prepare to follow"));
  DIVIO_TRY(made, to.ask(following_script(stream, connection), "prepare to follow"));
  // One that an earlier attempt made has an older password.
  DIVIO_TRY(same, to.ask(connection_script(stream, connection), "prepare to follow"));
  DIVIO_TRY(slot, from.ask(fmt::format("SELECT pg_create_logical_replication_slot('{}', 'pgoutput');", stream), "make a slot"));
  DIVIO_CHECK(set_following(to, stream, "ENABLE"));
  return await_reader(from, stream);
}

Result<void> begin_following(Conversation& from, Conversation& to, Direction direction, int attempt) {
  const auto stream = stream_of(direction);
  const auto opposite = stream_of(direction == Direction::forward ? Direction::backward : Direction::forward);
  DIVIO_TRY(prepared, follows(to, stream));
  constexpr std::string_view question = R"(SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid
  WHERE datname = current_database() AND subname = '{0}' AND subenabled), EXISTS (SELECT FROM pg_publication JOIN pg_replication_slots ON slot_name = pubname
  WHERE pubname = '{1}'), EXISTS (SELECT FROM pg_publication WHERE pubname = '{1}' AND pubinsert);)";
  DIVIO_TRY(answer, from.ask(fmt::format(question, opposite, stream), "look whether it can be followed"));
  const auto words = split(trim(answer), '\t');
  const auto& database = from.names().database;
  if (words.size() != 3) return fail(ErrorCode::failed, "the server gave no answer about who follows it", "run this again");
  if (words.front() != "f")
    return fail(ErrorCode::refused, fmt::format("database {} still follows the other side, and what arrives would be sent back", database),
                "end that first");
  if (!prepared || words[1] != "t")
    return fail(ErrorCode::refused, fmt::format("database {} is not prepared to be followed", database), "prepare it first");
  if (words[2] == "t") return {};
  const auto script = fmt::format("BEGIN;\nSELECT {{schema}}.admit({});\n{}COMMIT;", attempt, publishing_script(stream, "insert, update, delete, truncate"));
  return done(ask_for_attempt(from, script, "begin to be followed"));
}

}  // namespace divio::migration::postgres
