// Comparing both sides of a real MariaDB database that is written to, and all that there can be in one.
#include <fmt/format.h>

#include <chrono>

#include "migration/mariadb/verification.hpp"
#include "migration/mariadb_writers.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

namespace {

using Words = std::vector<std::string>;

Words compared(MariadbMove& move) {
  const auto begin = std::chrono::steady_clock::now();
  const auto both = look_at_both(move.source, move.target, std::chrono::seconds(30), "on the target");
  REQUIRE_OK(both);
  fmt::print("compared in {:.2f} s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  CHECK(both->differences.empty() == (both->from == both->to));
  return both->differences;
}

// As whoever breaks something would.
void spoil(MariadbMove& move, const std::string& statements) {
  CHECK(move.sides.ask_silently(move.target.side(), fmt::format("USE {};{}", move.target.names().database, statements)) == "");
}

constexpr const char* everything = R"sql(
CREATE TABLE kinds (id INT PRIMARY KEY, word VARCHAR(50), text LONGTEXT CHARACTER SET latin1, bytes LONGBLOB, few BIT(9), place POINT, price DECIMAL(30, 10), share DOUBLE,
  at TIMESTAMP(6) NULL, day DATE, one ENUM('a', 'b'), some SET('x', 'y'), tree JSON, doubled INT AS (id * 2) STORED, tripled INT AS (id * 3) VIRTUAL, CHECK (id >= 0));
INSERT INTO kinds (id, word, text, bytes, few, place, price, share, at, day, one, some, tree) VALUES
  (1, '😀 ''quoted'' \\ \n', 'é', UNHEX('00FF0A275C1A'), b'101010101', POINT(1.5, -2), 12345678901234567890.0123456789, 0.1, '2024-03-31 01:30:00.123456', '2024-02-29', 'b', 'x,y', '{"a": [1, null]}'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE `odd ``name` (`odd ``column` INT AUTO_INCREMENT PRIMARY KEY, at DATETIME DEFAULT '0000-00-00'); INSERT INTO `odd ``name` VALUES (0, '0000-00-00'), (5, NULL);
CREATE TABLE parent (id INT PRIMARY KEY); CREATE TABLE child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2);
CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO parts VALUES (1), (2), (3);
CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, word TEXT);
CREATE SEQUENCE numbers START WITH 7; DO NEXTVAL(numbers);
CREATE VIEW few AS SELECT id, twice_of FROM (SELECT id, doubled AS twice_of FROM kinds) k;
DELIMITER //
CREATE TRIGGER noted AFTER INSERT ON parent FOR EACH ROW BEGIN INSERT INTO log (word) VALUES (CONCAT('parent ', NEW.id)); END//
CREATE PROCEDURE add_parent(n INT) BEGIN INSERT INTO parent VALUES (n); INSERT INTO child VALUES (n, n); END//
CREATE FUNCTION ninefold(n INT) RETURNS INT DETERMINISTIC RETURN 9 * n//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM log//
DELIMITER ;
)sql";

}  // namespace

TEST_CASE("all that can be in a database arrives, what is made and altered while it is followed too, and nothing differs while clients write") {
  MariadbMove move("v1");
  move.fill(2000);
  move.say(everything);
  move.prepare();
  {
    MariadbWriters writers(move, 4);
    writers.await_more();
    move.say("CALL add_parent(3); DELETE FROM parent WHERE id = 1; UPDATE kinds SET word = '🎉', bytes = UNHEX('0001') WHERE id = 2; DO NEXTVAL(numbers);");
    CHECK(compared(move) == Words{});
    writers.await_more();
    move.say("ALTER TABLE kinds ADD COLUMN more VARCHAR(20) DEFAULT 'new' AFTER word; UPDATE kinds SET more = 'é' WHERE id = 1;\n"
             "CREATE TABLE later (id INT PRIMARY KEY, word TEXT) AS SELECT id, word FROM kinds; CREATE TABLE gone (id INT); DROP TABLE gone;\n"
             "RENAME TABLE parts TO pieces; TRUNCATE TABLE log; CREATE OR REPLACE VIEW few AS SELECT 1 AS one; DROP TRIGGER noted;\n"
             "CREATE FUNCTION tenfold(n INT) RETURNS INT DETERMINISTIC RETURN 10 * n; CREATE TRIGGER kept BEFORE INSERT ON later FOR EACH ROW SET NEW.word = UPPER(NEW.word);\n"
             "INSERT INTO later VALUES (9, 'loud'); DROP EVENT nightly; CREATE UNIQUE INDEX word ON later (id, word(10));");
    CHECK(compared(move) == Words{});
    writers.await_more();
    fmt::print("{} writes, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());
  }
  move.catch_up();
  CHECK(move.look(move.target).stream == planning::Stream::following);
  CHECK(move.hear(move.target, "SELECT word FROM later WHERE id = 9; SELECT one FROM few; SELECT ninefold(2) + tenfold(1);") == "LOUD\n1\n28");
  CHECK(move.hear(move.target, "SELECT word, HEX(bytes), tripled FROM kinds WHERE id = 2; SELECT `odd ``column` FROM `odd ``name` ORDER BY 1; SELECT COUNT(*) FROM child;") ==
        "🎉\t0001\t6\n0\n5\n2");
  REQUIRE_OK(begin_attempt(move.target, 1));
  REQUIRE_OK(open(move.target, 1));
  CHECK(move.hear(move.target, "SELECT NEXTVAL(numbers) > 8;") == "1");  // it gives no number twice
  CHECK(move.hear(move.target, "CALL add_parent(4); INSERT INTO later VALUES (10, 'x');") == "");
}

TEST_CASE("whatever differs is named: rows, content, schema, a table too few and one too many, and who does not follow is not compared") {
  MariadbMove move("v2");
  CHECK_CODE(ErrorCode::conflict, look_at_both(move.source, move.target, std::chrono::seconds(5), "on the target"));
  move.fill(100);
  move.say("CREATE TABLE word (id INT PRIMARY KEY, word TEXT); INSERT INTO word VALUES (1, 'one'), (2, 'two');\nCREATE TABLE third (id INT PRIMARY KEY);\n"
           "CREATE VIEW few AS SELECT 1; CREATE PROCEDURE put() SELECT 1; CREATE TABLE empty (id INT PRIMARY KEY, word VARCHAR(10)); INSERT INTO empty VALUES (1, NULL);");
  move.prepare();
  CHECK(compared(move) == Words{});
  spoil(move, "UPDATE word SET word = 'One' WHERE id = 1;");
  CHECK(compared(move) == Words{"table word has other content on the target"});
  spoil(move, "UPDATE word SET word = 'one' WHERE id = 1; UPDATE empty SET word = 'NULL';");
  CHECK(compared(move) == Words{"table empty has other content on the target"});
  spoil(move, "UPDATE empty SET word = NULL; DELETE FROM note WHERE id <= 3;");
  CHECK(compared(move) == Words{"table note has 97 rows on the target instead of 100"});
  spoil(move, "INSERT INTO note (id, writer, number) VALUES (1, -1, 1), (2, -1, 2), (3, -1, 3);");
  CHECK(compared(move) == Words{});
  for (const auto& [break_it, mend] : std::vector<std::pair<std::string, std::string>>{
           {"CREATE INDEX more ON word (id);", "DROP INDEX more ON word;"},
           {"CREATE OR REPLACE DEFINER = CURRENT_USER VIEW few AS SELECT 2;", ""},
           {"CREATE TRIGGER t BEFORE INSERT ON word FOR EACH ROW SET NEW.id = 1;", "DROP TRIGGER t;"},
           {"CREATE FUNCTION f() RETURNS INT RETURN 1;", "DROP FUNCTION f;"},
           {"ALTER TABLE word MODIFY word TEXT DEFAULT 'x';", ""}}) {
    CAPTURE(break_it);
    spoil(move, break_it);
    const auto found = compared(move);
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with("the schema is another one on the target (MariaDB 10."));
    if (!mend.empty()) spoil(move, mend);
  }
  spoil(move, "DROP TABLE third; CREATE TABLE fourth (id INT PRIMARY KEY);");
  const auto found = compared(move);
  REQUIRE(found.size() == 3);
  CHECK(found[1] == "table third is not on the target");
  CHECK(found[2] == "table fourth is on the target only");
}

TEST_CASE("what is defined by a session that is in no database is not followed, and is named as a difference") {
  MariadbMove move("v3");
  move.fill(3);
  move.prepare();
  auto nowhere = move.sides.talk(move.source.side(), false);
  const auto& name = move.source.names().database;
  CHECK(nowhere.say(fmt::format("INSERT INTO {}.note (writer, number) VALUES (0, 1);", name)));
  CHECK(compared(move) == Words{});
  CHECK(nowhere.say(fmt::format("ALTER TABLE {}.note ADD COLUMN more INT;", name)));
  const auto found = compared(move);
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().starts_with("the schema is another one on the target"));
}
