// Keeping writers out of a real database, and letting them in again.
#include <fmt/format.h>

#include <chrono>
#include <future>

#include "migration/postgres/scripts.hpp"
#include "migration/postgres_move.hpp"
#include "migration/postgres_talk.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

void prepare(Move& move) { REQUIRE_OK(move.source.ask(tools_script(), "prepare")); }

Talk client(Move& move) { return Talk(move.sides.tenant_session(move.pair.source)); }

// One whose transaction has begun with that statement, and does not end by itself.
Talk client_in(Move& move, const std::string& statement) {
  auto talk = client(move);
  REQUIRE(talk.say("BEGIN; " + statement));
  return talk;
}

const std::vector<std::string> writes{
    "INSERT INTO note (text) VALUES ('x');",
    "UPDATE note SET text = 'x' WHERE id = 1;",
    "DELETE FROM note WHERE id = 1;",
    "TRUNCATE note;",
    "SELECT nextval('note_id_seq');",
    "SELECT setval('note_id_seq', 1);",
    "CREATE TABLE other (id int);",
    "CREATE TEMP TABLE other (id int);",
    "SELECT 1 AS one INTO other;",
    "ALTER TABLE note ADD COLUMN more int;",
    "DROP TABLE note;",
    "CREATE SCHEMA mine;",
    "GRANT ALL ON note TO CURRENT_USER;",
    "GRANT ALL ON note TO PUBLIC;",
    "REASSIGN OWNED BY CURRENT_USER TO SESSION_USER;",
    "DROP OWNED BY CURRENT_USER;",
    "DO 'BEGIN INSERT INTO note (text) VALUES (''x''); END';",
    "SELECT write_note();",
    "RESET ROLE; INSERT INTO note (text) VALUES ('x');",
    "SET default_transaction_read_only = off; INSERT INTO note (text) VALUES ('x');",
    "COPY note (text) FROM STDIN;\nx\n\\.",
    "DROP EVENT TRIGGER divio_migration_f1;",
    "ALTER EVENT TRIGGER divio_migration_f1 DISABLE;",
    "SELECT divio_migration_f1.unfence(1);",
    "INSERT INTO divio_migration_f1.marker VALUES ('forward', 1);"};

// Privileges as they are kept, of everything in the database that has some.
constexpr const char* privileges =
    "SELECT string_agg(relname || coalesce(relacl::text, '-'), ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace;\n"
    "SELECT string_agg(attname || attacl::text, ',' ORDER BY attname) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16384;\n"
    "SELECT string_agg(nspname || coalesce(nspacl::text, '-'), ',' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|divio)';\n"
    "SELECT datacl FROM pg_database WHERE datname = current_database();\n";

}  // namespace

TEST_CASE("while a database is fenced nobody writes, neither with an open session nor with a new one, and reads go on") {
  Move move("fenced", "f1");
  move.fill(10);
  move.say("CREATE FUNCTION write_note() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'INSERT INTO note (text) VALUES (''x'')';\n"
           "GRANT INSERT ON note TO PUBLIC;\n");
  prepare(move);
  auto open = client(move);
  REQUIRE(open.say("INSERT INTO note (text) VALUES ('before');"));
  const auto process = open.hear("SELECT pg_backend_pid();");
  const auto ended = fence(move.source, 0, 2s);
  REQUIRE_OK(ended);
  CHECK(*ended == 0);
  CHECK(is_fenced(move.source).value());
  auto fresh = client(move);
  for (auto* session : {&open, &fresh}) {
    CHECK(session->hear("SELECT count(*) FROM note;") == "11\n");
    for (const auto& write : writes) {
      CAPTURE(write);
      CHECK_FALSE(session->say(write));
      (void)session->say("ROLLBACK; SET ROLE " + move.pair.source.instance.database + ";");
    }
    CHECK(session->hear("SELECT count(*) FROM note;") == "11\n");
  }
  REQUIRE_OK(unfence(move.source, 0));
  CHECK(open.say("INSERT INTO note (text) VALUES ('after');"));
  CHECK(open.hear("SELECT pg_backend_pid();") == process);
  CHECK_FALSE(is_fenced(move.source).value());
}

TEST_CASE("a database that an earlier divioctl prepared, with functions of other results, is fenced by this one") {
  Move move("older", "f8");
  move.fill(10);
  prepare(move);
  for (const char* function : {"end_writers()", "fence(number int, patience interval)", "await_writers(number int, patience interval)"})
    REQUIRE_OK(move.source.ask(fmt::format("DROP FUNCTION divio_migration_f8.{0}; CREATE FUNCTION divio_migration_f8.{0} RETURNS int LANGUAGE sql AS 'SELECT 1';", function), "be an earlier one"));
  prepare(move);
  const auto ended = fence(move.source, 0, 2s);
  REQUIRE_OK(ended);
  CHECK(*ended == 0);
  CHECK(is_fenced(move.source).value());
}

TEST_CASE("what a fence took away it gives back to the letter, however often both are called") {
  Move move("exact", "f2");
  move.fill(10);
  const auto login = move.pair.source.instance.role;
  const auto owner = move.pair.source.instance.database;
  move.say(fmt::format("CREATE TABLE kept (id int PRIMARY KEY); REVOKE DELETE, INSERT ON kept FROM {0}; CREATE TABLE shown (id serial, x text);\n"
                       "GRANT UPDATE (x), SELECT (x) ON shown TO {1}; GRANT INSERT, SELECT ON shown TO {1} WITH GRANT OPTION;\n"
                       "GRANT INSERT ON shown TO PUBLIC; REVOKE ALL ON SEQUENCE shown_id_seq FROM {0}; GRANT CREATE ON SCHEMA public TO {1};\n", owner, login));
  prepare(move);
  const auto before = move.sides.as_administrator(move.pair.source, privileges).out;
  REQUIRE_OK(unfence(move.source, 0));
  CHECK(move.sides.as_administrator(move.pair.source, privileges).out == before);
  for (int round = 1; round < 3; ++round) {
    REQUIRE_OK(begin_attempt(move.source, round));
    REQUIRE_OK(fence(move.source, round, 1s));
    REQUIRE_OK(fence(move.source, round, 1s));
    CHECK(move.sides.as_administrator(move.pair.source, privileges).out != before);
    REQUIRE_OK(unfence(move.source, round));
    REQUIRE_OK(unfence(move.source, round));
    CHECK(move.sides.as_administrator(move.pair.source, privileges).out == before);
  }
  CHECK_FALSE(client(move).say("INSERT INTO kept VALUES (1);"));
}

TEST_CASE("a transaction that could still write is waited for, and only one that does not end is ended, with nobody else") {
  Move move("waits", "f3");
  move.fill(10);
  prepare(move);
  auto writer = client_in(move, "INSERT INTO note (text) VALUES ('late');");
  auto reader = client_in(move, "SELECT count(*) FROM note;");
  auto locker = client_in(move, "LOCK TABLE note IN ROW EXCLUSIVE MODE;");
  auto idle = client(move);
  REQUIRE(idle.say("SELECT 1;"));
  const auto ended = fence(move.source, 0, 200ms);
  REQUIRE_OK(ended);
  CHECK(*ended == 2);
  CHECK_FALSE(writer.say("COMMIT;"));
  CHECK_FALSE(locker.say("INSERT INTO note (text) VALUES ('x');"));
  CHECK(reader.hear("SELECT count(*) FROM note;") == "10\n");
  CHECK_FALSE(reader.say("INSERT INTO note (text) VALUES ('x');"));
  CHECK(idle.hear("SELECT count(*) FROM note;") == "10\n");
  REQUIRE_OK(unfence(move.source, 0));
  CHECK(idle.say("INSERT INTO note (text) VALUES ('x');"));

  // One that ends in time keeps its session and what it wrote.
  auto quick = client_in(move, "INSERT INTO note (text) VALUES ('in time');");
  quick.begin("SELECT pg_sleep(0.3); COMMIT;");
  REQUIRE_OK(begin_attempt(move.source, 1));
  const auto none = fence(move.source, 1, 20s);
  REQUIRE_OK(none);
  CHECK(*none == 0);
  CHECK(quick.hear("SELECT 'seen', count(*) FROM note WHERE text = 'in time';").ends_with("seen|1\n"));
}

TEST_CASE("a session that takes its time to end is one session, however often it is asked to") {
  Move move("slowly", "f6");
  move.fill(10);
  prepare(move);
  auto writer = client_in(move, "INSERT INTO note (text) VALUES ('late');");
  const auto process = std::string(trim(writer.hear("SELECT pg_backend_pid();")));
  const auto send = [&](const char* signal) {
    return move.sides.servers().run(move.pair.source.server.name, {"sh", "-c", fmt::format("kill -{} {}", signal, process)}).code;
  };
  REQUIRE(send("STOP") == 0);
  auto fencing = std::async(std::launch::async, [&] { return fence(move.source, 0, 10ms); });
  CHECK(fencing.wait_for(1s) == std::future_status::timeout);
  REQUIRE(send("CONT") == 0);
  const auto ended = fencing.get();
  REQUIRE_OK(ended);
  CHECK(*ended == 1);
}

TEST_CASE("a change of a table's definition that does not end cannot keep a fence from being put up") {
  Move move("defining", "f4");
  move.fill(10);
  prepare(move);
  auto definer = client_in(move, "ALTER TABLE note ADD COLUMN more int;");
  const auto ended = fence(move.source, 0, 200ms);
  REQUIRE_OK(ended);
  CHECK(*ended == 1);
  CHECK(is_fenced(move.source).value());
  CHECK_FALSE(definer.say("COMMIT;"));
}

TEST_CASE("how long a fence takes, with few tables and with many") {
  Move move("many", "f5");
  prepare(move);
  int made = 0;
  for (const int tables : {10, 1000}) {
    move.say(fmt::format("SELECT format('CREATE TABLE t%s (id serial PRIMARY KEY)', g) FROM generate_series({}, {}) AS g\n\\gexec\n", made + 1, tables));
    made = tables;
    REQUIRE_OK(begin_attempt(move.source, tables));  // opens the conversation
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE_OK(fence(move.source, tables, 5s));
    const auto fenced = std::chrono::steady_clock::now();
    REQUIRE_OK(unfence(move.source, tables));
    const auto end = std::chrono::steady_clock::now();
    const auto milliseconds = [](auto time) { return std::chrono::duration<double, std::milli>(time).count(); };
    fmt::print("{} tables with a sequence each: fenced in {:.1f} ms, open again in {:.1f} ms\n", tables, milliseconds(fenced - begin), milliseconds(end - fenced));
  }
  CHECK(client(move).say("INSERT INTO t1000 DEFAULT VALUES;"));
}

TEST_CASE("what comes late for an attempt is refused: once it has ended, or a newer one is known, nothing of it puts a fence up or takes one down") {
  Move move("late", "f6");
  move.fill(10);
  prepare(move);
  CHECK_CODE(ErrorCode::conflict, fence(move.source, 1, 1s));  // nobody has told it of this attempt
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1, 1s));
  REQUIRE_OK(unfence(move.source, 1));
  CHECK(epoch(move.source).value() == planning::Epoch{1, true});
  CHECK_CODE(ErrorCode::conflict, fence(move.source, 1, 1s));
  CHECK_CODE(ErrorCode::conflict, begin_attempt(move.source, 1));
  CHECK_FALSE(is_fenced(move.source).value());

  REQUIRE_OK(begin_attempt(move.source, 2));
  REQUIRE_OK(fence(move.source, 2, 1s));
  CHECK_CODE(ErrorCode::conflict, unfence(move.source, 1));
  CHECK_CODE(ErrorCode::conflict, end_attempt(move.source, 1));
  CHECK(is_fenced(move.source).value());
  CHECK(epoch(move.source).value() == planning::Epoch{2, false});
  REQUIRE_OK(unfence(move.source, 3));  // one that it has never heard of ends, too
  CHECK(epoch(move.source).value() == planning::Epoch{3, true});
  CHECK(client(move).say("INSERT INTO note (text) VALUES ('open');"));
}
