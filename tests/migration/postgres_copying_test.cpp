// Copying and following a real database that is written to.
#include <thread>

#include "fakes/outcome.hpp"
#include "migration/postgres/cleaning.hpp"
#include "migration/postgres/copying_trouble.hpp"
#include "migration/postgres/moving.hpp"
#include "migration/postgres_move.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;

TEST_CASE("a database is copied and followed while it is written to, with all that hangs on its tables") {
  Move move("copying", "m1");
  move.fill(2000);
  move.say("CREATE TABLE parts (id int PRIMARY KEY, x text) PARTITION BY RANGE (id);\n"
           "CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);\n"
           "INSERT INTO parts VALUES (1, 'one');\n"
           "CREATE TABLE keyed (id int NOT NULL, x text); CREATE UNIQUE INDEX keyed_id ON keyed (id);\n"
           "ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_id; INSERT INTO keyed VALUES (1, 'k');\n"
           "CREATE TABLE remark (id int PRIMARY KEY, note int REFERENCES note (id)); INSERT INTO remark VALUES (1, 7);\n"
           "CREATE INDEX note_text ON note (text); CREATE MATERIALIZED VIEW many AS SELECT count(*) AS count FROM note;\n"
           "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.x := upper(NEW.x); RETURN NEW; END';\n"
           "CREATE TRIGGER shout BEFORE UPDATE ON keyed FOR EACH ROW EXECUTE FUNCTION shout();\n");
  REQUIRE_OK(begin_copying(move.source, move.target, move.sides.source_peer()));
  move.say("UPDATE note SET text = 'changed' WHERE id <= 10; DELETE FROM note WHERE id > 1990; UPDATE parts SET x = 'two';\n"
           "UPDATE keyed SET x = 'loud';\n");
  move.follow();
  move.say("INSERT INTO note (text) VALUES ('late');\n");
  REQUIRE_OK(mark(move.source, Direction::forward, 1));
  CHECK(await_mark(move.target, Direction::forward, 1, std::chrono::seconds(20)).value());
  const std::string question = "SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM note WHERE text = 'changed'), (SELECT x FROM parts),\n"
                               " (SELECT x FROM keyed), (SELECT note FROM remark), (SELECT count(*) FROM note WHERE text = 'late'), (SELECT count > 0 FROM many);\n";
  CHECK(move.hear(move.pair.target, question) == "1991|10|two|LOUD|7|1|t\n");
  const std::string schema = "SELECT count(*), string_agg(indexrelid::regclass::text, ',' ORDER BY indexrelid::regclass::text)\n"
                             "  FROM pg_index WHERE indrelid::regclass::text IN ('note', 'parts', 'part_1', 'keyed', 'remark'); SELECT count(*), count(*) FILTER (WHERE tgparentid = 0) FROM pg_trigger;\n"
                             "SELECT tableowner, count(*) FROM pg_tables WHERE schemaname = 'public' GROUP BY 1;\n";
  CHECK(move.hear(move.pair.target, schema) == move.hear(move.pair.source, schema));
}

TEST_CASE("a table whose changes cannot be followed is refused by its name before the application notices") {
  Move move("refused", "m2");
  move.say("CREATE TABLE bare (id int); INSERT INTO bare VALUES (1);\n");
  const auto begun = begin_copying(move.source, move.target, move.sides.source_peer());
  REQUIRE_FALSE(begun);
  CHECK(begun.error().code == ErrorCode::refused);
  CHECK(begun.error().message == "the changes of 1 table cannot be followed: public.bare");
  move.say("UPDATE bare SET id = 2;\n");
  move.say("ALTER TABLE bare REPLICA IDENTITY FULL;\n");
  REQUIRE_OK(begin_copying(move.source, move.target, move.sides.source_peer()));
  move.say("UPDATE bare SET id = 3;\n");
  move.follow();
}

TEST_CASE("nobody logs in at a target with its password until it follows, and then as ever") {
  Move move("unfinished", "m5");
  move.fill(20);
  REQUIRE(move.sides.as_tenant(move.pair.target, "SELECT 1;\n").code == 0);
  const auto before = move.sides.as_administrator(move.pair.target, "SELECT * FROM pg_authid WHERE rolname LIKE 'd%' ORDER BY 1;\n").out;
  REQUIRE_OK(begin_copying(move.source, move.target, move.sides.source_peer()));
  const auto refused = move.sides.as_tenant(move.pair.target, "SELECT 1;\n");
  CHECK(refused.code != 0);
  CHECK(divio::tests::contains(refused.err, "password authentication failed"));
  move.follow();
  CHECK(move.hear(move.pair.target, "SELECT count(*) FROM note;\n") == "20\n");
  REQUIRE_OK(clean(move.pair.target, "m5", migration::Left::opened));
  CHECK(move.sides.as_administrator(move.pair.target, "SELECT * FROM pg_authid WHERE rolname LIKE 'd%' ORDER BY 1;\n").out == before);
}

TEST_CASE("why rows cannot be put into the target is told, while its server tries again and again") {
  Move move("stubborn", "m4");
  move.say("CREATE TABLE strict (id int PRIMARY KEY, CONSTRAINT at_home CHECK (current_setting('session_replication_role') <> 'replica'));\n"
           "INSERT INTO strict VALUES (1);\n");
  REQUIRE_OK(begin_copying(move.source, move.target, move.sides.source_peer()));
  std::string trouble;
  for (int tries = 0; tries < 200 && trouble.empty(); ++tries) {
    trouble = copying_trouble(move.target);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(trouble == "table strict: new row for relation \"strict\" violates check constraint \"at_home\"");
  CHECK_FALSE(progress(move.source, move.target).value().all_copied());
  move.say("ALTER TABLE strict DROP CONSTRAINT at_home;\n");
  REQUIRE(move.sides.as_administrator(move.pair.target, "ALTER TABLE strict DROP CONSTRAINT at_home;\n").code == 0);
  move.follow();
}

TEST_CASE("a target that holds data of somebody else's is not touched") {
  Move move("occupied", "m3");
  REQUIRE(move.sides.as_tenant(move.pair.target, "CREATE TABLE precious AS SELECT 1 AS one;\n").code == 0);
  const auto begun = begin_copying(move.source, move.target, move.sides.source_peer());
  REQUIRE_FALSE(begun);
  CHECK(begun.error().code == ErrorCode::refused);
  CHECK(move.hear(move.pair.target, "SELECT one FROM precious;\n") == "1\n");
}
