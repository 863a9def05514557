// Going on, and giving up, from wherever a move of MariaDB was left.
#include <fmt/format.h>

#include <functional>

#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/mariadb/guard.hpp"
#include "migration/mariadb_sides.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

namespace {

using Step = std::function<Result<void>(MariadbMove&)>;

// Logins, rights, databases, programs, files, and who follows: all that is of the side and not of the database's content.
std::string what_is_there(MariadbMove& move, const Conversation& side) {
  return move.sides.ask(side.side(), fmt::format("SELECT User, Host, Priv FROM mysql.global_priv; SELECT * FROM mysql.db; SHOW DATABASES; SHOW GRANTS FOR {}@'%'; SHOW ALL SLAVES STATUS;",
                                                 side.names().database)) +
         move.sides.run(side.side(), "ls /tmp; cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -a -o -e 'divio[_]migration[_a-z0-9]*'");
}

Result<void> is_proven(MariadbMove& move) {
  if (move.proven(move.source, move.target)) return {};
  return fail(ErrorCode::failed, "the target does not have all");
}

Result<void> copies(MariadbMove& move) {
  move.begin_copying();
  return {};
}

Result<void> follows(MariadbMove& move) {
  move.await_following(move.target);
  return {};
}

// In this order a move calls them.
const std::vector<Step>& steps() {
  static const std::vector<Step> all{
      [](MariadbMove& move) { return fence(move.target, 0, fence_patience); },
      [](MariadbMove& move) { return admit_follower(move.source, move.there); },
      copies,
      follows,
      [](MariadbMove& move) { return begin_attempt(move.source, 1); },
      [](MariadbMove& move) { return begin_attempt(move.target, 1); },
      [](MariadbMove& move) { return guard(move.source, 1, {"192.0.2.1", 1, "/"}, planning::Decision::aborted, std::chrono::hours(1)); },
      [](MariadbMove& move) { return admit_follower(move.target, move.back); },
      [](MariadbMove& move) { return fence(move.source, 1, fence_patience); },
      is_proven,
      [](MariadbMove& move) { return open(move.target, 1); },
      [](MariadbMove& move) { return follow(move.source, 1, move.target_peer(), move.back, move.look(move.target).noted); }};
  return all;
}

void is_as_before(MariadbMove& move, const std::string& before) {
  for (auto* side : {&move.source, &move.target}) {
    CHECK(move.left(*side) == std::vector<std::string>{});
    CHECK(move.hear(*side, "CREATE TABLE own (id INT PRIMARY KEY); DROP TABLE own;") == "");
    CHECK(move.sides.ask(side->side(), fmt::format("SELECT id FROM information_schema.processlist WHERE user = '{}';", side->names().login)) == "");
  }
  CHECK(what_is_there(move, move.source) + what_is_there(move, move.target) == before);
}

}  // namespace

TEST_CASE("each step can be called again, and nothing is left over, of whatever a migration had done when it is given up") {
  MariadbMove move("c1");
  move.fill(2000);
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(clean(side->side(), move.id));
  const auto before = what_is_there(move, move.source) + what_is_there(move, move.target);
  for (const std::size_t given_up : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{9}, std::size_t{11}, steps().size()}) {
    CAPTURE(given_up);
    for (auto* side : {&move.source, &move.target}) REQUIRE_OK(prepare(*side));
    for (std::size_t step = 0; step < given_up; ++step) {
      CAPTURE(step);
      REQUIRE_OK(steps()[step](move));
      if (step % 4 == 0) move.source.close();  // as if another process went on
      if (given_up == steps().size() || step + 1 == given_up) REQUIRE_OK(steps()[step](move));
    }
    CHECK_FALSE(move.left(move.target).empty());
    for (int time = 0; time < 2; ++time)
      for (auto* side : {&move.source, &move.target}) REQUIRE_OK(clean(side->side(), move.id));
    is_as_before(move, before);
  }
}

TEST_CASE("a side whose data go next stays closed when all else is removed") {
  MariadbMove move("c4");
  move.fill(10);
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  for (int time = 0; time < 2; ++time) {
    REQUIRE_OK(clean(move.source.side(), move.id, migration::Left::closed));
    CHECK(move.hear(move.source, "CREATE TABLE own (id INT PRIMARY KEY);").find("denied") != std::string::npos);
  }
}

TEST_CASE("a copying that was given up, or begun anew, does nothing any more when it comes to its end") {
  MariadbMove move("c2");
  move.fill(100000);
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  REQUIRE_OK(admit_follower(move.source, move.there));
  move.begin_copying();
  const auto& schema = move.target.names().schema;
  CHECK(move.sides.ask(move.target.side(), fmt::format("CALL {0}.acquire('c2'); CALL {0}.end_loading('old', '');", schema)).find("not being copied by this command") != std::string::npos);
  CHECK(move.look(move.target).loading);
  REQUIRE_OK(clean(move.target.side(), move.id));
  REQUIRE_OK(prepare(move.target));
  for (int tries = 0; tries < 1000 && is_copying(move.target).value(); ++tries) (void)move.look(move.target);
  const auto seen = move.look(move.target);
  CHECK_FALSE(seen.loading);
  CHECK(seen.follows == "");
  CHECK(seen.trouble == "");
  CHECK(seen.fence == planning::Fence::down);
  CHECK(move.hear(move.target, "CREATE TABLE own (id INT PRIMARY KEY); DROP TABLE own;") == "");
}

TEST_CASE("no password is in a log, a list of processes, a world-readable file, or the server's list of statements") {
  MariadbMove move("c3");
  move.fill(1000);
  move.prepare();
  REQUIRE_OK(admit_follower(move.target, move.back));
  for (const auto& side : {move.source.side(), move.target.side()}) {
    std::string log;
    (void)move.sides.servers().ground().streams().logs(side.server.name, {}, [&](ports::Output, std::string_view bytes) { log += bytes; }, {});
    const auto processes = move.sides.run(side, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    const auto binary = move.sides.run(side, "cat /var/lib/mysql/data/mariadb-bin.0* | grep -a -c -e passwordthere -e passwordback");
    const auto readable = move.sides.run(side, "find /tmp /var/lib/mysql -type f -perm /004 -exec grep -l -e passwordthere -e passwordback {} +");
    for (const auto* password : {&move.there, &move.back}) {
      CHECK(log.find(password->reveal()) == std::string::npos);
      CHECK(processes.find(password->reveal()) == std::string::npos);
    }
    CHECK(binary == "0");
    CHECK(readable == "");
    CHECK(move.sides.ask(side, "SHOW FULL PROCESSLIST;").find("password") == std::string::npos);
  }
}
