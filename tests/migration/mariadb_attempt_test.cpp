// Who comes late: what belongs to an older attempt, or to one that has ended, changes nothing on either side.
#include <atomic>
#include <thread>

#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/mariadb_sides.hpp"

using namespace divio;
using namespace divio::migration::mariadb;
using namespace divio::test;

namespace {

// Of a side that its application may write.
void nothing_follows(MariadbMove& move, int attempt) {
  CAPTURE(attempt);
  const LogPosition begin{"mariadb-bin.000001", 4};
  CHECK_CODE(ErrorCode::conflict, follow(move.target, attempt, move.source_peer(), move.there, begin));
  CHECK_CODE(ErrorCode::conflict, begin_copying(move.target, attempt, move.source_peer(), move.there, "utf8mb4_general_ci"));
  CHECK_CODE(ErrorCode::conflict, go_on_following(move.target, attempt));
  CHECK(move.look(move.target).follows == "");
  CHECK(move.hear(move.target, "SELECT word FROM own;") == "kept");
}

}  // namespace

TEST_CASE("a call of an older attempt, or of one that has ended, is refused, and what ends an attempt can be said again") {
  MariadbMove move("a1");
  auto& side = move.source;
  CHECK(move.look(side).epoch == planning::Epoch{0, false});
  CHECK_CODE(ErrorCode::conflict, fence(side, 1, fence_patience));  // not begun
  REQUIRE_OK(begin_attempt(side, 1));
  REQUIRE_OK(begin_attempt(side, 1));
  CHECK_CODE(ErrorCode::conflict, fence(side, 0, fence_patience));
  CHECK(move.look(side).fence == planning::Fence::down);
  REQUIRE_OK(fence(side, 1, fence_patience));
  REQUIRE_OK(fence(side, 1, fence_patience));
  CHECK(move.look(side).fence == planning::Fence::up);
  REQUIRE_OK(open(side, 1));
  REQUIRE_OK(open(side, 1));
  CHECK(move.look(side).epoch == planning::Epoch{1, true});
  CHECK(move.look(side).fence == planning::Fence::down);
  CHECK_CODE(ErrorCode::conflict, fence(side, 1, fence_patience));
  CHECK_CODE(ErrorCode::conflict, begin_attempt(side, 1));
  REQUIRE_OK(begin_attempt(side, 2));
  REQUIRE_OK(fence(side, 2, fence_patience));
  for (auto* late : {&open, &end_attempt, &begin_attempt, &go_on_following}) CHECK_CODE(ErrorCode::conflict, late(side, 1));
  CHECK_CODE(ErrorCode::conflict, fence(side, 1, fence_patience));
  CHECK(move.look(side).fence == planning::Fence::up);
  // By one that is not known yet, which ends it.
  REQUIRE_OK(open(side, 5));
  CHECK(move.look(side).epoch == planning::Epoch{5, true});
  REQUIRE_OK(end_attempt(side, 6));
  CHECK(move.look(side).epoch == planning::Epoch{6, true});
}

TEST_CASE("a database that its application may write is never followed into nor replaced, by no attempt and in no order") {
  MariadbMove move("a2");
  CHECK(move.hear(move.target, "CREATE TABLE own (word TEXT); INSERT INTO own VALUES ('kept');") == "");
  REQUIRE_OK(admit_follower(move.source, move.there));
  nothing_follows(move, 0);
  REQUIRE_OK(begin_attempt(move.target, 1));
  nothing_follows(move, 1);
  REQUIRE_OK(fence(move.target, 1, fence_patience));
  // Closed, but for another attempt than theirs.
  nothing_follows(move, 0);
  nothing_follows(move, 2);
  REQUIRE_OK(open(move.target, 1));
  nothing_follows(move, 1);

  // Whoever opens and whoever wants to follow do so at the same time.
  for (int attempt = 2; attempt < 6; ++attempt) {
    REQUIRE_OK(begin_attempt(move.target, attempt));
    REQUIRE_OK(fence(move.target, attempt, fence_patience));
    auto other = move.target.another();
    std::jthread late([&] {
      for (int times = 0; times < 5; ++times) (void)follow(other, attempt, {"192.0.2.1", 3306}, move.there, {"mariadb-bin.000001", 4});
    });
    REQUIRE_OK(open(move.target, attempt));
    late.join();
    CHECK(move.look(move.target).fence == planning::Fence::down);
    CHECK(move.look(move.target).follows == "");
    CHECK(move.hear(move.target, "UPDATE own SET word = 'kept';") == "");
  }
}

TEST_CASE("on a side that is not prepared, has been cleaned or is another migration's nothing is done") {
  MariadbMove move("a3");
  auto other = Conversation::with(move.source.side(), "another");
  REQUIRE_OK(other);
  CHECK_CODE(ErrorCode::conflict, prepare(*other));
  CHECK_CODE(ErrorCode::refused, fence(*other, 0, fence_patience));
  REQUIRE_OK(fence(move.source, 0, fence_patience));
  REQUIRE_OK(clean(move.source.side(), "another"));
  CHECK(leftovers(move.source.side(), "another").value().empty());
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(clean(move.source.side(), move.id));
  for (auto* late : {&open, &begin_attempt, &end_attempt, &go_on_following}) CHECK_CODE(ErrorCode::refused, late(move.source, 3));
  CHECK_CODE(ErrorCode::refused, fence(move.source, 3, fence_patience));
  CHECK_CODE(ErrorCode::refused, follow(move.source, 0, move.target_peer(), move.back, {"mariadb-bin.000001", 4}));
  CHECK_CODE(ErrorCode::refused, admit_follower(move.source, move.back));
  CHECK_CODE(ErrorCode::refused, standing(move.source));
  CHECK_CODE(ErrorCode::invalid, Conversation::with(move.source.side(), "no id"));
  CHECK_CODE(ErrorCode::invalid, begin_copying(move.target, 0, {"a b", 1}, move.there, "utf8mb4_general_ci"));
  CHECK_CODE(ErrorCode::invalid, begin_copying(move.target, 0, {"a", 1}, Secret("a b"), "utf8mb4_general_ci"));
}
