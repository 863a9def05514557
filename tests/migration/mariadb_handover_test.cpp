// The hand-over of a real MariaDB database that is written to, there and back.
#include <fmt/format.h>

#include "migration/mariadb/copying.hpp"
#include "migration/mariadb_writers.hpp"
#include "migration/replica_contract.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

TEST_CASE("every acknowledged write is there exactly once after a hand-over and after the way back, without another first copy") {
  MariadbMove move("h1");
  move.fill(20000);
  MariadbWriters writers(move, 4);
  writers.await_more();
  move.prepare();
  REQUIRE_OK(admit_follower(move.target, move.back));
  writers.await_more();
  hand_over(move, move.source, move.target, 1);
  writers.go_to_target();
  writers.await_more();
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(follow(move.source, 1, move.target_peer(), move.back, move.look(move.target).noted));
  move.await_following(move.source);
  writers.await_more();
  hand_over(move, move.target, move.source, 2);
  writers.go_to_source();
  writers.await_more();
  REQUIRE_OK(follow(move.target, 2, move.source_peer(), move.there, move.look(move.source).noted));
  move.await_following(move.target);
  writers.await_more();
  const auto acknowledged = writers.stop();
  fmt::print("{} writes acknowledged, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());
  REQUIRE_OK(begin_attempt(move.source, 3));
  REQUIRE_OK(fence(move.source, 3, fence_patience));
  CHECK(move.proven(move.source, move.target));
  for (auto* side : {&move.source, &move.target}) {
    CHECK((written(move, *side) == acknowledged));
    CHECK(move.hear(*side, "SELECT COUNT(*) FROM note WHERE writer = -1;") == "20000");
  }
}

TEST_CASE("an attempt that is undone leaves the source open and the target closed, which goes on following") {
  MariadbMove move("h2");
  move.fill(10);
  move.prepare();
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  CHECK(move.proven(move.source, move.target));
  REQUIRE_OK(open(move.source, 1));
  REQUIRE_OK(end_attempt(move.target, 1));
  move.say("INSERT INTO note (writer, number) VALUES (0, 1);");
  CHECK(move.hear(move.target, "INSERT INTO note (writer, number) VALUES (0, 2);").find("ERROR 1142") != std::string::npos);
  hand_over(move, move.source, move.target, 2);
  CHECK(written(move, move.target) == "0\t1");
  CHECK(move.hear(move.target, "INSERT INTO note (writer, number) VALUES (0, 2);") == "");
}

TEST_CASE("a source that is killed behind its fence is closed, and the target has all of it again before it says so") {
  MariadbMove move("h3");
  move.fill(10);
  move.prepare();
  move.say("INSERT INTO note (writer, number) VALUES (0, 1);");
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  move.kill(move.source);
  const auto seen = move.look(move.source);
  CHECK(seen.fence == planning::Fence::up);
  CHECK(seen.epoch == planning::Epoch{1, false});
  CHECK(move.hear(move.source, "INSERT INTO note (writer, number) VALUES (0, 2);").find("ERROR 1142") != std::string::npos);
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  CHECK(move.proven(move.source, move.target));
  REQUIRE_OK(open(move.target, 1));
  CHECK(written(move, move.target) == "0\t1");
}

TEST_CASE("a target that is killed is what it was: closed before it was opened, open after that, and it follows nobody then") {
  MariadbMove move("h4");
  move.fill(10);
  move.prepare();
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1, fence_patience));
  CHECK(move.proven(move.source, move.target));
  move.kill(move.target);
  CHECK(move.look(move.target).fence == planning::Fence::up);
  CHECK(move.hear(move.target, "DELETE FROM note;").find("ERROR 1142") != std::string::npos);
  REQUIRE_OK(open(move.target, 1));
  const auto noted = move.look(move.target).noted;
  CHECK(move.hear(move.target, "INSERT INTO note (writer, number) VALUES (0, 1);") == "");
  move.kill(move.target);
  const auto seen = move.look(move.target);
  CHECK(seen.fence == planning::Fence::down);
  CHECK(seen.follows == "");
  CHECK(seen.noted.at == noted.at);
  CHECK(written(move, move.target) == "0\t1");
  // What was written before the kill goes the way back.
  REQUIRE_OK(admit_follower(move.target, move.back));
  REQUIRE_OK(follow(move.source, 1, move.target_peer(), move.back, noted));
  move.await_following(move.source);
  REQUIRE_OK(begin_attempt(move.target, 2));
  REQUIRE_OK(fence(move.target, 2, fence_patience));
  CHECK(move.proven(move.target, move.source));
  CHECK(written(move, move.source) == "0\t1");
}

TEST_CASE("a server that was killed while it noted down whom it follows serves again, is told again, and nothing is lost") {
  MariadbMove move("h5");
  move.fill(10);
  move.prepare();
  const auto lose_note = [&](Conversation& side) {
    const auto note = "/var/lib/mysql/data/master-" + side.names().database + ".info";
    CHECK(move.sides.run(side.side(), "cp -p " + note + " new && : >new && mv new " + note + " && stat -c %s " + note) == "0");
    move.kill(side);
    CHECK(move.sides.run(side.side(), "ls " + note + " 2>&1 | grep -c 'No such file'") == "1");
  };
  lose_note(move.target);
  CHECK(move.hear(move.target, "SELECT COUNT(*) FROM note;") == "10");
  CHECK(move.look(move.target).follows == "");
  REQUIRE_OK(go_on_following(move.target, 0));
  const auto seen = move.look(move.target);
  CHECK(seen.trouble.find("does not know any more whom it followed") != std::string::npos);
  CHECK_FALSE(seen.holds_copy);
  move.begin_copying();
  move.await_following(move.target);
  hand_over(move, move.source, move.target, 1);
  const auto back = [&] { REQUIRE_OK(follow(move.source, 1, move.target_peer(), move.back, move.look(move.target).noted)); };
  REQUIRE_OK(admit_follower(move.target, move.back));
  back();
  lose_note(move.source);
  back();
  move.write(move.target);
  move.await_following(move.source);
  hand_over(move, move.target, move.source, 2);
  CHECK(written(move, move.source) == "0\t1");
}
