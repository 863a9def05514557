// What a closed MariaDB database takes, and what opening it gives back.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <thread>

#include "migration/mariadb_sides.hpp"
#include "migration/replica_contract.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

bool is_refused(const std::string& answer) {
  const auto says = [&](const char* words) { return answer.find(words) != std::string::npos; };
  return says("ERROR 1142") || says("ERROR 1044") || says("ERROR 1370") || says("ERROR 1227") || says("ERROR 1305");
}

// Clients that come again all the time, as those do whose sessions are ended.
class Rush {
 public:
  explicit Rush(MariadbMove& move) : move_(move) {
    const auto& instance = move.pair.source.instance;
    const auto program = fmt::format(
        "echo $$ >/tmp/rush; for i in 1 2 3 4 5 6; do while :; do MYSQL_PWD={} mariadb -h source -u {} {} -e 'SELECT SLEEP(0.2); INSERT INTO note (writer, number) VALUES (0, 0)'; done & done; wait",
        instance.password.reveal(), instance.role, instance.database);
    run({"bash", "-c", "setsid bash -c \"$0\" >/dev/null 2>&1 </dev/null &", program});
  }
  ~Rush() { run({"bash", "-c", "kill -- -$(cat /tmp/rush)"}); }
  Rush(const Rush&) = delete;
  Rush& operator=(const Rush&) = delete;

 private:
  void run(std::vector<std::string> command) { (void)move_.sides.servers().run(move_.sides.client(), std::move(command)); }

  MariadbMove& move_;
};

double seconds_for(const std::function<Result<void>()>& act) {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(act().has_value());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("a closed database takes no write by any way, of sessions that were there neither, and can be read") {
  MariadbMove move("f1");
  move.fill(3);
  move.say("CREATE PROCEDURE put() INSERT INTO note (writer, number) VALUES (1, 1);\nCREATE SEQUENCE numbers;\n"
           "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n;\nCREATE VIEW few AS SELECT * FROM note;\n"
           "CREATE PROCEDURE rows_of_note() SELECT COUNT(*) FROM note;");
  auto early = move.sides.talk(move.source.side());
  CHECK(early.hear("SELECT COUNT(*) FROM note;") == "3");
  REQUIRE_OK(fence(move.source, 0, fence_patience));
  CHECK(early.hear("INSERT INTO note (writer, number) VALUES (1, 1);").find("ERROR") != std::string::npos);  // it was ended
  CHECK(early.hear("SELECT COUNT(*) FROM note;") == "3");
  auto nowhere = move.sides.talk(move.source.side(), false);
  const auto& name = move.source.names().database;
  for (const std::string command :
       {"INSERT INTO note (writer, number) VALUES (1, 1)", "UPDATE note SET writer = 1", "UPDATE few SET writer = 1", "DELETE FROM note", "TRUNCATE note",
        "REPLACE INTO note VALUES (1, 1, 1)", "DROP TABLE note", "ALTER TABLE note ADD c INT", "CREATE TABLE other (id INT)", "RENAME TABLE note TO other",
        "CREATE INDEX i ON note (number)", "CREATE VIEW v AS SELECT 1", "DROP VIEW few", "CREATE PROCEDURE p() SELECT 1", "DROP PROCEDURE put", "CALL put()",
        "SELECT NEXTVAL(numbers)", "CREATE TRIGGER t BEFORE INSERT ON note FOR EACH ROW SET NEW.writer = 1", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM note",
        "LOCK TABLES note WRITE", "GRANT ALL ON note TO CURRENT_USER()", "OPTIMIZE TABLE note"}) {
    CAPTURE(command);
    CHECK(is_refused(early.hear(command + ";")));
  }
  CHECK(is_refused(nowhere.hear(fmt::format("INSERT INTO {}.note (writer, number) VALUES (1, 1);", name))));
  CHECK(is_refused(early.hear("DROP DATABASE " + name + ";")));
  CHECK(early.hear("SELECT SUM(twice(number)) FROM few;") == "12");
  CHECK(early.hear("CALL rows_of_note();") == "3");
  REQUIRE_OK(open(move.source, 1));
  CHECK(early.hear("SELECT 1;").find("ERROR") != std::string::npos);  // it has rights of before
  CHECK(early.hear("CALL put(); SELECT NEXTVAL(numbers);") == "1");
}

TEST_CASE("a transaction is let end within the patience and is ended after it, and who is idle is not waited for") {
  MariadbMove move("f2");
  move.fill(3);
  auto idle = move.sides.talk(move.source.side());
  CHECK(idle.hear("SELECT COUNT(*) FROM note;") == "3");
  CHECK(seconds_for([&] { return fence(move.source, 0, 20s); }) < 5);
  REQUIRE_OK(open(move.source, 0));

  REQUIRE_OK(begin_attempt(move.source, 1));
  auto client = move.sides.talk(move.source.side());
  CHECK(client.say("BEGIN; INSERT INTO note (writer, number) VALUES (0, 1);"));
  std::this_thread::sleep_for(200ms);  // what the server says of transactions is as old as that
  double lasted = 0;
  std::jthread closing([&] { lasted = seconds_for([&] { return fence(move.source, 1, 20s); }); });
  std::this_thread::sleep_for(700ms);
  CHECK(client.say("INSERT INTO note (writer, number) VALUES (0, 2);"));
  CHECK(client.say("COMMIT;"));
  closing.join();
  CHECK(lasted > 0.6);
  CHECK(lasted < 10);
  CHECK(move.hear(move.source, "SELECT COUNT(*) FROM note WHERE writer = 0;") == "2");
  REQUIRE_OK(open(move.source, 1));

  REQUIRE_OK(begin_attempt(move.source, 2));
  auto endless = move.sides.talk(move.source.side());
  CHECK(endless.say("BEGIN; INSERT INTO note (writer, number) VALUES (1, 1);"));
  std::this_thread::sleep_for(200ms);
  lasted = seconds_for([&] { return fence(move.source, 2, 500ms); });
  CHECK(lasted >= 0.5);
  CHECK(lasted < 10);
  CHECK_FALSE(endless.say("COMMIT;"));
  CHECK(move.hear(move.source, "SELECT COUNT(*) FROM note WHERE writer = 1;") == "0");
}

TEST_CASE("a fence gives up on a session whose transaction takes long to be undone, and the database opens while it is") {
  MariadbMove move("f5");
  move.fill(3);
  move.say("CREATE TABLE heavy (id INT PRIMARY KEY, a BINARY(16), b BINARY(16), KEY (a), KEY (b));");
  int attempt = 0;
  bool outlived = false;
  // With more rows where the server has undone them too soon.
  for (int rows = 200'000; rows <= 1'600'000 && !outlived; rows *= 2) {
    CAPTURE(rows);
    REQUIRE_OK(begin_attempt(move.source, ++attempt));
    auto client = move.sides.talk(move.source.side());
    const auto session = client.hear("SELECT CONNECTION_ID();");
    const auto is_there = [&] {
      return move.sides.ask(move.source.side(), fmt::format("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {};", session)) == "1";
    };
    REQUIRE(client.hear(fmt::format("BEGIN; INSERT INTO heavy SELECT seq, UNHEX(MD5(seq)), UNHEX(MD5(CONCAT('b', seq))) FROM seq_1_to_{};", rows), 300s) == "");
    std::this_thread::sleep_for(200ms);
    const auto fenced = fence(move.source, attempt, 500ms);
    if (!fenced) {
      CHECK_CODE(ErrorCode::timed_out, fenced);
      CHECK(fenced.error().hint.find("ended") != std::string::npos);
      CHECK(move.look(move.source).fence == planning::Fence::down);
    }
    REQUIRE_OK(open(move.source, attempt));
    CHECK(move.hear(move.source, fmt::format("INSERT INTO note (writer, number) VALUES (0, {});", attempt)) == "");
    outlived = !fenced && is_there();
    REQUIRE(comes([&] { return !is_there(); }, 300s));
  }
  CHECK(outlived);
  REQUIRE_OK(begin_attempt(move.source, ++attempt));
  REQUIRE_OK(fence(move.source, attempt, fence_patience));
  CHECK(move.look(move.source).fence == planning::Fence::up);
  CHECK(move.hear(move.source, "SELECT COUNT(*) FROM heavy;") == "0");
  CHECK(move.hear(move.source, "SELECT COUNT(*) FROM note WHERE writer = 0;") == std::to_string(attempt - 1));
}

TEST_CASE("who comes again all the time does not keep a fence from coming up") {
  MariadbMove move("f3");
  move.fill(3);
  Rush rush(move);
  std::this_thread::sleep_for(500ms);
  CHECK(seconds_for([&] { return fence(move.source, 0, 15s); }) < 10);
  CHECK(move.look(move.source).fence == planning::Fence::up);
  const auto rows = move.hear(move.source, "SELECT COUNT(*) FROM note;");
  std::this_thread::sleep_for(500ms);
  CHECK(move.hear(move.source, "SELECT COUNT(*) FROM note;") == rows);
}

TEST_CASE("a closed database is closed when its server starts again, whatever the password becomes, and opens as it was") {
  MariadbMove move("f4");
  move.fill(3);
  auto side = move.source.side();
  const auto rights = [&] { return move.sides.ask(side, fmt::format("SHOW GRANTS FOR {}@'%';", side.instance.role)); };
  const auto before = rights();
  REQUIRE_OK(fence(move.source, 0, fence_patience));
  move.kill(move.source);
  CHECK(move.look(move.source).fence == planning::Fence::up);
  CHECK(is_refused(move.hear(move.source, "DELETE FROM note;")));
  REQUIRE_OK(fence(move.source, 0, fence_patience));
  // Provisioned again, and within a rotation.
  const auto next = services::new_login(side.instance);
  REQUIRE_OK(next);
  REQUIRE_OK(services::provision(side.place, side.server, side.instance));
  CHECK(is_refused(move.hear(move.source, "DELETE FROM note;")));
  REQUIRE_OK(services::begin_rotation(side.place, side.server, side.instance, *next));
  auto rotated = side;
  rotated.instance.password = next->password;
  for (const auto& one : {side, rotated}) {
    CHECK(is_refused(move.sides.talk(one).hear("DELETE FROM note;")));
    CHECK(move.sides.talk(one).hear("SELECT COUNT(*) FROM note;") == "3");
  }
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(services::provision(side.place, side.server, side.instance));
  for (int time = 0; time < 2; ++time) {
    REQUIRE_OK(open(move.source, 0));
    CHECK(rights() == before);
  }
  move.kill(move.source);
  CHECK(rights() == before);
  CHECK(move.hear(move.source, "DELETE FROM note;") == "");
}
