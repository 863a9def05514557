// What is found on real MariaDB servers before a move, and while one is under way.
#include <fmt/format.h>

#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/inventory.hpp"
#include "migration/mariadb_sides.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

TEST_CASE("two servers of ours can be moved between, and one side that takes part in a migration already cannot") {
  MariadbMove move("i1");
  move.fill(5000);
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(clean(side->side(), move.id));
  const auto source = inventory(move.source.side());
  const auto target = inventory(move.target.side());
  REQUIRE_OK(source);
  REQUIRE_OK(target);
  CHECK(source->version.find("MariaDB") != std::string::npos);
  CHECK(source->logs_rows);
  CHECK_FALSE(source->starts_following);
  CHECK(source->bytes >= 16384);
  CHECK(source->tables == 1);
  CHECK(target->tables == 0);
  CHECK(source->free_disk > 1'000'000);
  CHECK(source->collation.starts_with("utf8mb4_"));
  CHECK(source->missing == std::vector<std::string>{});
  CHECK(source->migration == "");
  for (const auto& obstacle : obstacles(*source, *target)) FAIL_CHECK(obstacle.what);

  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(prepare(*side));
  const auto prepared = inventory(move.target.side());
  REQUIRE_OK(prepared);
  CHECK(prepared->migration == move.id);
  REQUIRE(obstacles(*source, *prepared).size() == 1);
  CHECK(obstacles(*source, *prepared).front().what == "the target's server has traces of migration i1");
}

TEST_CASE("whatever stands in the way is found by its name: engines, tables without a key, what runs as somebody else, waiting transactions") {
  MariadbMove move("i2");
  move.fill(3);
  const auto& name = move.source.names().database;
  move.say("CREATE TABLE old (id INT PRIMARY KEY) ENGINE = MyISAM;\nCREATE TABLE bare (id INT);\nCREATE TABLE loose (id INT, UNIQUE (id));\n"
           "CREATE TABLE keyed (id INT NOT NULL, UNIQUE (id));\nCREATE TABLE `odd\nname` (id INT);\nCREATE VIEW own AS SELECT * FROM note;\nCREATE SEQUENCE numbers;");
  CHECK(move.sides.ask(move.source.side(), fmt::format("USE {}; CREATE VIEW foreign_view AS SELECT * FROM note; CREATE PROCEDURE foreign_procedure() SELECT 1;"
                                                       "CREATE TRIGGER foreign_trigger BEFORE INSERT ON note FOR EACH ROW SET NEW.number = 1;"
                                                       "CREATE EVENT foreign_event ON SCHEDULE EVERY 1 DAY DO SELECT 1;", name)) == "");
  auto waiting = move.sides.talk(move.source.side());
  CHECK(waiting.say("XA START 'one'; INSERT INTO keyed VALUES (1); XA END 'one'; XA PREPARE 'one';"));
  const auto found = inventory(move.source.side());
  REQUIRE_OK(found);
  CHECK(found->engines == std::vector<std::string>{"old (MyISAM)"});
  CHECK(found->keyless == std::vector<std::string>{"bare", "loose", "odd name"});
  CHECK(found->definers == std::vector<std::string>{"event foreign_event (root@localhost)", "procedure foreign_procedure (root@localhost)",
                                                    "trigger foreign_trigger (root@localhost)", "view foreign_view (root@localhost)"});
  CHECK(found->prepared == 1);
  CHECK(found->tables == 6);
  CHECK(waiting.say("XA ROLLBACK 'one';"));
}
