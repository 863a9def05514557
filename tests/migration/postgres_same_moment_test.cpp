// Comparing both sides of a real database while it is written to.
#include <fmt/format.h>

#include <chrono>

#include "migration/postgres/verification.hpp"
#include "migration/postgres_talk.hpp"
#include "migration/postgres_writers.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> compared(Move& move, std::uint64_t number) {
  const auto both = look_at_both(move.source, move.target, Direction::forward, number);
  REQUIRE_OK(both);
  return differences(*both, "on the target");
}

}  // namespace

TEST_CASE("both sides are seen after the same write while clients write, whoever differs is named, and no writer waits for long") {
  Move move("moment", "m1");
  move.fill(3000);
  // Expressions that a server writes otherwise when it is given what it wrote.
  move.say("CREATE TABLE empty (id int PRIMARY KEY);\nCREATE TYPE mood AS ENUM ('well', 'ill');\n"
           "CREATE TABLE odd (s varchar(9) PRIMARY KEY CHECK (s IN ('a', 'b')), m mood DEFAULT 'well');\n"
           "CREATE INDEX ON odd (m) WHERE s IN ('a', 'b');\nCREATE VIEW lively AS SELECT * FROM odd WHERE s IN ('a', 'b');\n"
           "INSERT INTO odd VALUES ('a', 'well'), ('b', 'ill');\n");
  move.prepare();
  Writers writers(move, 4);
  for (std::uint64_t number = 1000; number < 1600; number += 200) {
    const auto before = writers.acknowledged();
    for (const auto& difference : compared(move, number)) FAIL_CHECK(difference);
    for (int tries = 0; tries < 3000 && writers.acknowledged() < before + 50; ++tries) std::this_thread::sleep_for(10ms);
  }
  fmt::print("{} writes, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());

  const auto spoil = "SET session_replication_role = replica; UPDATE note SET text = 'spoilt' WHERE text = 'note 7'; INSERT INTO empty VALUES (1);\n";
  const auto said = move.sides.as_administrator(move.pair.target, spoil);
  REQUIRE_MESSAGE(said.code == 0, said.err);
  CHECK(compared(move, 2000) == std::vector<std::string>{"table public.empty has 1 rows on the target instead of 0",
                                                         "table public.note has other content on the target"});
  CHECK(writers.stop().size() > 150);
}

TEST_CASE("another schema is a difference, with the same rows in it") {
  Move move("shape", "m3");
  move.fill(10);
  move.prepare();
  REQUIRE(move.sides.as_administrator(move.pair.target, "CREATE INDEX extra ON note (text);\n").code == 0);
  const auto found = compared(move, 1000);
  REQUIRE(found.size() == 1);
  CHECK(found.front().starts_with("the schema is another one on the target"));
}

TEST_CASE("where sequences stand is seen on both sides, and one that is further where the database was left, defined otherwise or missing is named") {
  Move move("numbers", "m4");
  move.fill(10);
  move.say("CREATE SEQUENCE down INCREMENT -5 MAXVALUE 100 MINVALUE -1000 START 100; SELECT nextval('down'), nextval('down');\n"
           "CREATE SEQUENCE round MAXVALUE 3 CYCLE; CREATE SEQUENCE \"Not Used\" START 7; ALTER SEQUENCE \"Not Used\" RESTART WITH 500;\n");
  move.prepare();
  const auto seen = [&](std::uint64_t number, std::optional<unsigned> ahead) {
    const auto both = look_at_both(move.source, move.target, Direction::forward, number);
    REQUIRE_OK(both);
    return differences(*both, "on the target", ahead);
  };
  const auto on_target = [&](const std::string& words) { REQUIRE(move.sides.as_administrator(move.pair.target, words).code == 0); };
  const auto both = look_at_both(move.source, move.target, Direction::forward, 1000);
  REQUIRE_OK(both);
  const auto found = positions(*both);
  REQUIRE(found.size() == 4);
  CHECK(found[0] == model::ComparedSequence{"public.\"Not Used\"", "500", "7"});
  CHECK(found[1] == model::ComparedSequence{"public.down", "95", "100"});
  CHECK(found[2].name == "public.note_id_seq");
  CHECK(found[2].serving == "10");
  CHECK(seen(1200, {}).empty());

  REQUIRE_OK(copy_sequences(move.source, move.target));
  CHECK(seen(1400, sequence_slack).empty());
  CHECK(seen(1600, 0) == std::vector<std::string>{"sequence public.down is at -65 on the target, which is further than 95, so numbers would be given out twice",
                                                  "sequence public.note_id_seq is at 42 on the target, which is further than 10, so numbers would be given out twice"});
  move.say("TRUNCATE note RESTART IDENTITY;\n");  // which follows
  CHECK(seen(1700, 0).size() == 1);
  on_target("SELECT setval('down', -70), setval('round', 3);\n");
  CHECK(seen(1800, sequence_slack).size() == 1);

  on_target("ALTER SEQUENCE down INCREMENT -6;\nALTER SEQUENCE round NO CYCLE;\n");
  CHECK(seen(2000, {}) == std::vector<std::string>{"sequence public.down is defined in another way on the target", "sequence public.round is defined in another way on the target"});
  on_target("ALTER SEQUENCE down INCREMENT -5;\nDROP SEQUENCE round;\n");
  const auto missing = seen(2200, {});
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].starts_with("the schema is another one on the target"));
  CHECK(missing[1] == "sequence public.round is not on the target");
}

TEST_CASE("where a transaction goes on writing the comparison gives up, and others write meanwhile") {
  Move move("endless", "m2");
  move.fill(10);
  move.prepare();
  Talk endless(move.sides.tenant_session(move.pair.source));
  REQUIRE(endless.say("BEGIN; INSERT INTO note (text) VALUES ('endless');"));
  const auto tried = look_at_both(move.source, move.target, Direction::forward, 1000, 1s);
  REQUIRE_FALSE(tried);
  CHECK(tried.error().code == ErrorCode::timed_out);
  Talk other(move.sides.tenant_session(move.pair.source));
  CHECK(other.say("INSERT INTO note (text) VALUES ('another');"));
  CHECK(endless.say("COMMIT;"));
  CHECK(compared(move, 2000).empty());
}
