// What holds for every service whose target is a replica until it is opened. A `Move` has the two sides as conversations, and
//   shut_out(side, attempt)   the fence
//   write(side)               a write of the application's, which has to succeed
//   look, proven, prepare, left, sides
// What else is called is found in the namespace of the conversation.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "docker/engine_contract.hpp"
#include "migration/test_register.hpp"
#include "planning/cut_over.hpp"

namespace divio::test {

// The pause: `to` follows `from`. Prints how long it took.
template <class Move, class Conversation>
void hand_over(Move& move, Conversation& from, Conversation& to, int attempt) {
  using Clock = std::chrono::steady_clock;
  for (auto* side : {&from, &to}) REQUIRE_OK(begin_attempt(*side, attempt));
  const auto begin = Clock::now();
  const auto so_far = [&] { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); };
  move.shut_out(from, attempt);
  const auto fenced = so_far();
  CHECK(move.proven(from, to));
  const auto proved = so_far();
  REQUIRE_OK(open(to, attempt));
  const auto opened = so_far();
  fmt::print("pause {:.1f} ms: fence {:.1f}, proof {:.1f}, open {:.1f}\n", opened, fenced, proved - fenced, opened - proved);
}

// Whether `to` comes to have all of `from`, which is closed, within so many looks.
template <class Move, class Conversation>
bool comes_to_have_all(Move& move, Conversation& from, Conversation& to, int looks) {
  for (int tries = 0; tries < looks; ++tries) {
    const auto seen = move.look(from);
    if (has_all(seen, move.look(to))) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

template <class Seen>
bool comes(const Seen& seen, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
    if (seen()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

template <class Move, class Conversation>
bool is_open(Move& move, Conversation& side) {
  return move.look(side).fence == planning::Fence::down;
}

template <class Move, class Conversation>
bool guard_has_ended(const Move& move, const Conversation& side) {
  const auto left = move.left(side);
  return std::ranges::none_of(left, [](const std::string& what) { return what.starts_with("guard "); });
}

// Of a move that is prepared.
template <class Move>
void a_guard_opens_at_its_own_word_only(Move& move) {
  using namespace std::chrono_literals;
  using planning::Decision;
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  move.shut_out(move.source, 1);
  decisions.decide("aborted");
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 600s));
  REQUIRE_OK(guard(move.target, 1, decisions.where(), Decision::committed, 600s));
  CHECK_FALSE(comes([&] { return is_open(move, move.source); }, 600ms));
  CHECK(decisions.questions() == 0);
  CHECK_FALSE(guard_has_ended(move, move.source));
  // Another deadline, and again the same guard.
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 0ms));
  move.source.close();
  CHECK(comes([&] { return is_open(move, move.source); }, 20s));
  CHECK(move.look(move.source).epoch == planning::Epoch{1, true});
  move.write(move.source);
  REQUIRE_OK(guard(move.target, 1, decisions.where(), Decision::committed, 0ms));
  CHECK(comes([&] { return guard_has_ended(move, move.target); }, 10s));
  CHECK_FALSE(is_open(move, move.target));
  CHECK(move.look(move.target).stream == planning::Stream::following);
  CHECK(comes([&] { return guard_has_ended(move, move.source); }, 10s));

  // The other word, which nobody says for a while.
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 2));
  move.shut_out(move.source, 2);
  CHECK(move.proven(move.source, move.target));
  decisions.decide("open");
  REQUIRE_OK(guard(move.source, 2, decisions.where(), Decision::aborted, 0ms));
  REQUIRE_OK(guard(move.target, 2, decisions.where(), Decision::committed, 0ms));
  CHECK_FALSE(comes([&] { return is_open(move, move.source) || is_open(move, move.target); }, 600ms));
  CHECK(decisions.questions() > 1);
  decisions.decide("committed");
  CHECK(comes([&] { return is_open(move, move.target); }, 20s));
  CHECK(move.look(move.target).follows == "");
  move.write(move.target);
  CHECK(comes([&] { return guard_has_ended(move, move.source); }, 10s));
  CHECK_FALSE(is_open(move, move.source));
}

template <class Move>
void a_guard_that_is_older_or_ended_opens_nothing(Move& move) {
  using namespace std::chrono_literals;
  using planning::Decision;
  TestRegister decisions(move.sides.servers(), move.sides.client(), move.sides.client_address());
  decisions.decide("aborted");
  REQUIRE_OK(begin_attempt(move.source, 2));
  move.shut_out(move.source, 2);
  REQUIRE_OK(guard(move.source, 1, decisions.where(), Decision::aborted, 0ms));
  CHECK_FALSE(comes([&] { return is_open(move, move.source); }, 800ms));
  REQUIRE_OK(end_guard(move.source));
  REQUIRE_OK(end_guard(move.source));
  CHECK(comes([&] { return guard_has_ended(move, move.source); }, 5s));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 2, {"a b", 80, "/"}, Decision::aborted, 0ms));
  CHECK_CODE(ErrorCode::invalid, guard(move.source, 2, decisions.where(), Decision::open, 0ms));
}

}  // namespace divio::test
