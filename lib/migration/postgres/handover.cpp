#include <fmt/format.h>

#include <charconv>

#include "migration/postgres/moving.hpp"
#include "migration/postgres/scripts.hpp"
#include "services/instance.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

using std::chrono::milliseconds;

std::string_view word(Direction direction) { return direction == Direction::forward ? "forward" : "backward"; }

Result<bool> yes(Conversation& side, std::string_view question, std::string_view doing) {
  DIVIO_TRY(answer, side.ask(question, doing));
  return trim(answer) == "t";
}

}  // namespace

Result<unsigned> fence(Conversation& side, milliseconds patience) {
  // Two transactions: from the end of the first on nothing new can write.
  DIVIO_TRY(answer, side.ask(fmt::format("SELECT {{schema}}.fence('{0} ms');\nSELECT {{schema}}.await_writers('{0} ms');", patience.count()),
                             "keep writers out of the database"));
  unsigned ended = 0;
  for (const auto& line : split(trim(answer), '\n')) {
    unsigned some = 0;
    std::from_chars(line.data(), line.data() + line.size(), some);
    ended += some;
  }
  return ended;
}

Result<void> unfence(Conversation& side) {
  DIVIO_TRY(answer, side.ask("SELECT {schema}.unfence();", "let writers into the database"));
  return {};
}

Result<bool> is_fenced(Conversation& side) {
  return yes(side, "SELECT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = '{schema}');", "look whether writers are kept out");
}

Result<void> mark(Conversation& from, Direction direction, std::uint64_t number) {
  DIVIO_TRY(answer, from.ask(fmt::format("INSERT INTO {{schema}}.marker VALUES ('{}', {}) ON CONFLICT DO NOTHING;", word(direction), number),
                             "write a marker"));
  return {};
}

Result<bool> await_mark(Conversation& at, Direction direction, std::uint64_t number, milliseconds patience) {
  return yes(at, fmt::format("SELECT {{schema}}.await_marker('{}', {}, '{} ms');", word(direction), number, patience.count()), "look for a marker");
}

Result<void> copy_sequences(Conversation& from, Conversation& to, unsigned slack) {
  // The source writes what the target is to run: a statement for each, none for a sequence that the target does not have.
  constexpr std::string_view read = R"(SELECT format('SELECT setval(to_regclass(%L), %s, %L) WHERE to_regclass(%L) IS NOT NULL;', name,
  CASE WHEN given_out THEN least(greatest(last + increment::numeric * {0}, lowest), highest) ELSE last END, given_out, name)
  FROM {{schema}}.sequences();)";
  DIVIO_TRY(script, from.ask(fmt::format(read, slack), "read the sequences"));
  if (trim(script).empty()) return {};
  DIVIO_TRY(set, to.ask(script, "set the sequences"));
  return {};
}

Result<void> end_following(Conversation& source, Conversation& target) {
  // Without its slot, which the source removes: the target would log in there for that.
  DIVIO_TRY(ended, target.ask("SELECT 'BEGIN', format('ALTER SUBSCRIPTION %I DISABLE', subname), format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname),\n"
                              "       format('DROP SUBSCRIPTION %I', subname), 'COMMIT' FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid\n"
                              " WHERE datname = current_database() AND subname = '{forward}'\n\\gexec\n", "end following"));
  DIVIO_TRY(removed, source.ask(slot_removal("slot_name = '{forward}'"), "remove the slot of the way there"));
  return {};
}

Result<void> prepare_return(Conversation& source, Conversation& target, const Peer& target_peer) {
  // The publication first: with a slot that is older than it, the way back would fail for good while it looks well.
  DIVIO_TRY(published, target.ask(publication_script("{backward}"), "publish the target's tables"));
  const auto password = services::new_password();
  DIVIO_TRY(role, target.ask(role_script(password, random_hex(8)), "make the login for replication"));
  // One of an earlier attempt has an older password.
  DIVIO_TRY(made, source.ask(backward_script(connection_string(target.names(), target_peer, password)), "prepare the way back"));
  auto renewed = Secret(fmt::format("ALTER SUBSCRIPTION {{backward}} CONNECTION '{}';",
                                    connection_string(target.names(), target_peer, password).reveal()));
  DIVIO_TRY(same, source.ask(renewed, "prepare the way back"));
  return {};
}

Result<void> begin_return(Conversation& source, Conversation& target) {
  DIVIO_TRY(open, yes(target, "SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid"
                              " WHERE datname = current_database() AND subname = '{forward}');", "look whether following has ended"));
  if (open)
    return fail(ErrorCode::refused, fmt::format("database {} is still following, and what arrives would be sent back", target.names().database),
                "end following first");
  DIVIO_TRY(published, yes(target, "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = '{backward}');", "look at the way back"));
  if (!published) return fail(ErrorCode::refused, fmt::format("the way back of database {} is not prepared", target.names().database), "prepare it first");
  DIVIO_TRY(slot, target.ask("SELECT pg_create_logical_replication_slot('{backward}', 'pgoutput') WHERE NOT EXISTS"
                             " (SELECT FROM pg_replication_slots WHERE slot_name = '{backward}');", "make the slot of the way back"));
  DIVIO_TRY(enabled, source.ask("ALTER SUBSCRIPTION {backward} ENABLE;", "begin the way back"));
  return {};
}

}  // namespace divio::migration::postgres
