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
  return differences(both->from, both->to);
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
