// Who comes late: what belongs to an older attempt, or to one that has ended, changes nothing on either side.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "migration/redis/cleaning.hpp"
#include "migration/redis_sides.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;

TEST_CASE("a call of an older attempt, or of one that has ended, is refused, and what ends an attempt can be said again") {
  RedisMove move("a1");
  auto& side = move.source;
  CHECK(move.look(side).epoch == planning::Epoch{0, false});
  CHECK_CODE(ErrorCode::conflict, fence(side, 1));  // not begun
  REQUIRE_OK(begin_attempt(side, 1));
  REQUIRE_OK(begin_attempt(side, 1));
  CHECK_CODE(ErrorCode::conflict, fence(side, 0));
  REQUIRE_OK(fence(side, 1));
  REQUIRE_OK(fence(side, 1));
  CHECK(move.look(side).fence == planning::Fence::up);
  REQUIRE_OK(open(side, 1));
  REQUIRE_OK(open(side, 1));
  CHECK(move.look(side).epoch == planning::Epoch{1, true});
  CHECK(move.look(side).fence == planning::Fence::down);
  CHECK_CODE(ErrorCode::conflict, fence(side, 1));
  CHECK_CODE(ErrorCode::conflict, begin_attempt(side, 1));
  REQUIRE_OK(begin_attempt(side, 2));
  REQUIRE_OK(fence(side, 2));
  for (auto* late : {&open, &end_attempt, &begin_attempt, &fence}) CHECK_CODE(ErrorCode::conflict, late(side, 1));
  CHECK(move.look(side).fence == planning::Fence::up);
  // By one that is not known yet, which ends it.
  REQUIRE_OK(open(side, 5));
  CHECK(move.look(side).epoch == planning::Epoch{5, true});
  REQUIRE_OK(end_attempt(side, 6));
  CHECK(move.look(side).epoch == planning::Epoch{6, true});
}

TEST_CASE("a server that its application may write never follows another one, by no attempt and in no order") {
  RedisMove move("a2");
  auto client = move.sides.talk(move.target.side());
  CHECK(client.hear("SET own kept") == "OK");
  REQUIRE_OK(admit_follower(move.source, move.there));
  CHECK_CODE(ErrorCode::conflict, follow(move.target, 0, move.source_peer(), move.there));
  REQUIRE_OK(begin_attempt(move.target, 1));
  REQUIRE_OK(fence(move.target, 1));
  CHECK_CODE(ErrorCode::conflict, follow(move.target, 0, move.source_peer(), move.there));
  CHECK_CODE(ErrorCode::conflict, follow(move.target, 2, move.source_peer(), move.there));
  REQUIRE_OK(open(move.target, 1));
  CHECK_CODE(ErrorCode::conflict, follow(move.target, 1, move.source_peer(), move.there));
  CHECK(move.look(move.target).follows.empty());
  CHECK(client.hear("GET own") == "kept");

  // Whoever opens and whoever wants to follow do so at the same time.
  for (int attempt = 2; attempt < 6; ++attempt) {
    REQUIRE_OK(begin_attempt(move.target, attempt));
    REQUIRE_OK(fence(move.target, attempt));
    auto other = move.target.another();
    std::jthread late([&] { for (int times = 0; times < 5; ++times) (void)follow(other, attempt, {"192.0.2.1", 6379}, move.there); });
    REQUIRE_OK(open(move.target, attempt));
    late.join();
    const auto seen = move.look(move.target);
    CHECK(seen.follows.empty());
    CHECK(seen.fence == planning::Fence::down);
    CHECK(client.hear("GET own") == "kept");
  }
}

TEST_CASE("on a side that is not prepared, has been cleaned or is another migration's nothing is done") {
  RedisMove move("a3");
  auto other = Conversation::with(move.sides.source(), "another");
  REQUIRE_OK(other);
  CHECK_CODE(ErrorCode::conflict, prepare(*other));
  CHECK_CODE(ErrorCode::refused, fence(*other, 0));
  REQUIRE_OK(fence(move.source, 0));
  REQUIRE_OK(clean(move.source.side(), "another"));
  CHECK(leftovers(move.source.side(), "another").value().empty());
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(clean(move.source.side(), move.id));
  for (auto* late : {&fence, &open, &begin_attempt, &end_attempt}) CHECK_CODE(ErrorCode::refused, late(move.source, 3));
  CHECK_CODE(ErrorCode::refused, follow(move.source, 0, move.target_peer(), move.back));
  CHECK_CODE(ErrorCode::refused, admit_follower(move.source, move.back));
  CHECK(move.look(move.source).fence == planning::Fence::down);
  CHECK_CODE(ErrorCode::invalid, Conversation::with(move.sides.source(), "no id"));
  CHECK_CODE(ErrorCode::invalid, follow(move.source, 0, {"a b", 1}, move.back));
  CHECK_CODE(ErrorCode::invalid, follow(move.source, 0, {"a", 1}, Secret("a b")));
}
