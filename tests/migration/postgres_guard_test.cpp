// The guard: what happens to a database when whoever moves it vanishes in the pause.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "migration/postgres/guard.hpp"
#include "migration/postgres/scripts.hpp"
#include "migration/postgres_move.hpp"
#include "migration/test_register.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

// Whether the side is open before the time is over.
bool opens(Conversation& side, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
    if (!is_fenced(side).value()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

bool guarded(const Move& move, const Side& side) {
  const auto left = move.left(side);
  return std::ranges::any_of(left, [](const std::string& what) { return what.starts_with("guard "); });
}

bool ends(const Move& move, const Side& side) {
  for (int tries = 0; tries < 100; ++tries) {
    if (!guarded(move, side)) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a guard opens its database on its own side of the decision only, not before its deadline, and outlives who began it") {
  Move move("guarded", "g1");
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  move.fill(1);
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(side->ask(tools_script(), "prepare"));

  REQUIRE_OK(fence(move.source, 0, 1s));
  REQUIRE_OK(fence(move.target, 0, 1s));
  decisions.decide("aborted");
  REQUIRE_OK(guard(move.source, 0, decisions.where(), Decision::aborted, 600s));
  REQUIRE_OK(guard(move.target, 0, decisions.where(), Decision::committed, 600s));
  CHECK(guarded(move, move.pair.source));
  CHECK_FALSE(opens(move.source, 1s));
  CHECK(decisions.questions() == 0);
  // Another deadline, and again the same guard.
  REQUIRE_OK(guard(move.source, 0, decisions.where(), Decision::aborted, 0ms));
  move.source.close();
  CHECK(opens(move.source, 20s));
  REQUIRE_OK(guard(move.target, 0, decisions.where(), Decision::committed, 0ms));
  CHECK(ends(move, move.pair.target));
  CHECK(is_fenced(move.target).value());
  CHECK(ends(move, move.pair.source));
  move.say("INSERT INTO note (text) VALUES ('open again');\n");
}

TEST_CASE("a guard that gets no decision goes on asking and leaves its database closed, and one that is ended does nothing") {
  Move move("undecided", "g1");
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  move.fill(1);
  REQUIRE_OK(move.source.ask(tools_script(), "prepare"));
  REQUIRE_OK(fence(move.source, 0, 1s));
  // Answers that are errors are no decisions, whatever their body.
  REQUIRE_OK(guard(move.source, 0, decisions.where(), Decision::committed, 0ms));
  CHECK_FALSE(opens(move.source, 1500ms));
  CHECK(decisions.questions() > 1);
  decisions.decide("open");
  CHECK_FALSE(opens(move.source, 1s));
  decisions.decide("committed");
  CHECK(opens(move.source, 20s));
  CHECK(ends(move, move.pair.source));

  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1, 1s));
  REQUIRE_OK(guard(move.source, 1, {move.sides.client_address(), 1, "/"}, Decision::committed, 0ms));  // nobody is there
  CHECK_FALSE(opens(move.source, 1s));
  REQUIRE_OK(end_guard(move.source));
  std::this_thread::sleep_for(500ms);
  CHECK_FALSE(guarded(move, move.pair.source));
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::committed, 0ms));  // one can be begun again
  CHECK(opens(move.source, 20s));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 1, {"a b", 80, "/"}, Decision::committed, 0ms));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 1, {"a", 80, "/$(x)"}, Decision::committed, 0ms));
}
