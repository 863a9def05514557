// The guard of a Redis server: what happens to it when whoever moves it vanishes in the pause.
#include <algorithm>
#include <chrono>
#include <thread>

#include "migration/redis/guard.hpp"
#include "migration/redis_sides.hpp"
#include "migration/test_register.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;
using namespace std::chrono_literals;
using planning::Decision;

namespace {

template <class Seen>
bool comes(const Seen& seen, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
    if (seen()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

bool is_open(RedisMove& move, Conversation& side) { return move.look(side).fence == planning::Fence::down; }

bool has_ended(const RedisMove& move, const Conversation& side) {
  const auto left = move.left(side);
  return std::ranges::none_of(left, [](const std::string& what) { return what.starts_with("guard "); });
}

}  // namespace

TEST_CASE("a guard opens its server at its own word only, not before its deadline, and outlives who began it") {
  RedisMove move("g1");
  move.prepare();
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1));
  decisions.decide("aborted");
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 600s));
  REQUIRE_OK(guard(move.target, 1, decisions.where(), Decision::committed, 600s));
  CHECK_FALSE(comes([&] { return is_open(move, move.source); }, 600ms));
  CHECK(decisions.questions() == 0);
  // Another deadline, and again the same guard.
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 0ms));
  move.source.close();
  CHECK(comes([&] { return is_open(move, move.source); }, 20s));
  CHECK(move.look(move.source).epoch == planning::Epoch{1, true});
  REQUIRE_OK(guard(move.target, 1, decisions.where(), Decision::committed, 0ms));
  CHECK(comes([&] { return has_ended(move, move.target); }, 10s));
  CHECK_FALSE(is_open(move, move.target));
  CHECK(move.look(move.target).stream == planning::Stream::following);
  CHECK(comes([&] { return has_ended(move, move.source); }, 10s));

  // The other word, which nobody says for a while.
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 2));
  REQUIRE_OK(fence(move.source, 2));
  CHECK(move.proven(move.source, move.target));
  decisions.decide("open");
  REQUIRE_OK(guard(move.source, 2, decisions.where(), Decision::aborted, 0ms));
  REQUIRE_OK(guard(move.target, 2, decisions.where(), Decision::committed, 0ms));
  CHECK_FALSE(comes([&] { return is_open(move, move.source) || is_open(move, move.target); }, 600ms));
  CHECK(decisions.questions() > 1);
  decisions.decide("committed");
  CHECK(comes([&] { return is_open(move, move.target); }, 20s));
  CHECK(move.look(move.target).follows.empty());
  CHECK(move.sides.talk(move.target.side()).hear("SET own kept") == "OK");
  CHECK(comes([&] { return has_ended(move, move.source); }, 10s));
  CHECK_FALSE(is_open(move, move.source));
}

TEST_CASE("a guard of an older attempt opens nothing, and one that is ended neither") {
  RedisMove move("g2");
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  decisions.decide("aborted");
  REQUIRE_OK(begin_attempt(move.source, 2));
  REQUIRE_OK(fence(move.source, 2));
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 0ms));
  CHECK_FALSE(comes([&] { return is_open(move, move.source); }, 800ms));
  REQUIRE_OK(end_guard(move.source));
  REQUIRE_OK(end_guard(move.source));
  CHECK(comes([&] { return has_ended(move, move.source); }, 5s));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 2, {"a b", 80, "/"}, Decision::aborted, 0ms));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 2, decisions.where(), Decision::open, 0ms));
}
