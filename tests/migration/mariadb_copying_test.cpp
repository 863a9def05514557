// Copying and following a real MariaDB database that is written to, and what becomes of that when servers are killed.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "migration/conversing.hpp"
#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/mariadb_writers.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

// All that was acknowledged is there exactly once on both sides, when no more can be.
void has_what_was_written(MariadbMove& move, MariadbWriters& writers) {
  const auto acknowledged = writers.stop();
  fmt::print("{} writes acknowledged, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  CHECK(move.proven(move.source, move.target));
  CHECK((written(move, move.source) == acknowledged));
  CHECK((written(move, move.target) == acknowledged));
}

bool refuses_password(const std::string& answer) { return answer.find("ERROR 1045") != std::string::npos; }

// It has ended, whether well or not.
Standing ended_copying(MariadbMove& move) {
  for (int tries = 0; tries < 7500; ++tries) {
    const auto seen = move.look(move.target);
    if (!seen.loading) return seen;
    std::this_thread::sleep_for(20ms);
  }
  FAIL("the copying does not end");
  return {};
}

}  // namespace

TEST_CASE("a database that is copied has its application shut out until it is in, whoever goes that began it, and another copying goes on with it") {
  MariadbMove move("n1");
  move.fill(300000);
  CHECK(move.hear(move.target, "CREATE TABLE replaced (id INT PRIMARY KEY);") == "");
  auto before = move.sides.talk(move.target.side());
  CHECK(before.hear("SELECT COUNT(*) FROM replaced;") == "0");
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  REQUIRE_OK(admit_follower(move.source, move.there));
  MariadbWriters writers(move, 2);
  move.begin_copying();
  CHECK(is_copying(move.target).value());
  CHECK(move.look(move.target).stream == planning::Stream::copying);
  CHECK(refuses_password(move.hear(move.target, "SELECT 1;")));
  CHECK(before.hear("SELECT 1;").find("ERROR") != std::string::npos);
  CHECK_FALSE(services::provision(move.pair.target.place, move.pair.target.server, move.pair.target.instance));
  CHECK_CODE(ErrorCode::conflict, fence(move.target, 0, fence_patience));
  move.begin_copying();
  move.source.close();
  move.target.close();
  move.await_following(move.target);
  CHECK_FALSE(is_copying(move.target).value());
  CHECK(move.hear(move.target, "SHOW TABLES LIKE 'replaced';") == "");
  CHECK(move.hear(move.target, "SELECT COUNT(*) FROM note WHERE writer = -1;") == "300000");
  CHECK(move.hear(move.target, "DELETE FROM note;").find("ERROR 1142") != std::string::npos);
  writers.await_more();
  has_what_was_written(move, writers);
}

TEST_CASE("a copying that fails says why, leaves the target closed, and can be begun again") {
  MariadbMove move("n2");
  move.fill(300000);
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  REQUIRE_OK(admit_follower(move.source, move.there));
  REQUIRE_OK(begin_copying(move.target, 0, move.source_peer(), Secret("wrong"), "utf8mb4_general_ci"));
  auto seen = ended_copying(move);
  CHECK_MESSAGE(seen.trouble.find("Access denied") != std::string::npos, seen.trouble);
  CHECK(seen.follows == "");
  REQUIRE_OK(begin_copying(move.target, 0, {"192.0.2.1", 3306}, move.there, "utf8mb4_general_ci"));
  REQUIRE_OK(clean(move.target.side(), move.id));
  REQUIRE_OK(prepare(move.target));
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  // The source is gone in the middle of it.
  move.begin_copying();
  std::this_thread::sleep_for(200ms);
  move.kill(move.source);
  seen = ended_copying(move);
  CHECK(seen.trouble != "");
  CHECK(seen.stream == planning::Stream::absent);
  CHECK(seen.fence == planning::Fence::up);
  CHECK(move.hear(move.target, "CREATE TABLE own (id INT);").find("ERROR 1142") != std::string::npos);
  move.begin_copying();
  move.await_following(move.target);
  CHECK(move.hear(move.target, "SELECT COUNT(*) FROM note;") == "300000");
}

TEST_CASE("a target that is killed while it is copied says that it was, and is copied anew") {
  MariadbMove move("n3");
  move.fill(300000);
  REQUIRE_OK(fence(move.target, 0, fence_patience));
  REQUIRE_OK(admit_follower(move.source, move.there));
  move.begin_copying();
  std::this_thread::sleep_for(200ms);
  move.kill(move.target);
  const auto seen = move.look(move.target);
  CHECK(seen.loading);
  CHECK(seen.fence == planning::Fence::up);
  CHECK_FALSE(is_copying(move.target).value());
  CHECK(refuses_password(move.hear(move.target, "SELECT 1;")));
  move.begin_copying();
  move.await_following(move.target);
  CHECK(move.hear(move.target, "SELECT COUNT(*) FROM note;") == "300000");
}

TEST_CASE("a target that is killed while it follows goes on when it is told to, and not before, and nothing is lost") {
  MariadbMove move("n4");
  move.fill(100);
  move.prepare();
  MariadbWriters writers(move, 4);
  for (int kill = 0; kill < 2; ++kill) {
    writers.await_more();
    move.kill(move.target);
    const auto seen = move.look(move.target);
    CHECK(seen.stream == planning::Stream::absent);
    CHECK(seen.fence == planning::Fence::up);
    CHECK(seen.follows == "source:3306");
    CHECK(move.sides.ask(move.target.side(), "SHOW ALL SLAVES STATUS\\G").find("Running: Yes") == std::string::npos);
    const auto rows = move.hear(move.target, "SELECT COUNT(*) FROM note;");
    writers.await_more();
    CHECK(move.hear(move.target, "SELECT COUNT(*) FROM note;") == rows);
    REQUIRE_OK(go_on_following(move.target, 0));
    // What stops it, if anything does, is what it applied just before the kill.
    const auto wanted = move.look(move.source);
    Standing after;
    for (int tries = 0; tries < 1500 && !is_as_far(wanted, after) && after.trouble.empty(); ++tries) {
      std::this_thread::sleep_for(20ms);
      after = move.look(move.target);
    }
    if (is_as_far(wanted, after)) continue;
    REQUIRE(after.trouble != "");
    MESSAGE("it has to be copied anew: " << after.trouble);
    move.begin_copying();
    move.await_following(move.target);
  }
  has_what_was_written(move, writers);
}

TEST_CASE("when its source is killed the target goes on by itself, and nothing is lost") {
  MariadbMove move("n5");
  move.fill(100);
  move.prepare();
  MariadbWriters writers(move, 4);
  for (int kill = 0; kill < 2; ++kill) {
    writers.await_more();
    move.kill(move.source);
    move.await_following(move.target);
    writers.await_more();
  }
  has_what_was_written(move, writers);
}
