// Going on, and giving up, from wherever a move of Redis was left.
#include <fmt/format.h>

#include <functional>

#include "migration/redis/cleaning.hpp"
#include "migration/redis/guard.hpp"
#include "migration/redis_sides.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;

namespace {

using Step = std::function<Result<void>(RedisMove&)>;

std::string what_it_may_and_has_set(RedisMove& move, const Conversation& side) {
  return move.sides.ask(side.side(), "ACL LIST\nCONFIG GET repl*\nCONFIG GET append*\nCONFIG GET auto-aof*\nCONFIG GET client-output*\nCONFIG GET master*") +
         move.sides.run(side.side(), "sort /data/users.acl; ls /data | grep -v dump.rdb; ls /tmp");
}

Result<void> is_proven(RedisMove& move) {
  if (move.proven(move.source, move.target)) return {};
  return fail(ErrorCode::failed, "the target does not have all");
}

// In this order a move calls them.
const std::vector<Step>& steps() {
  static const std::vector<Step> all{
      [](RedisMove& move) { return fence(move.target, 0); },
      [](RedisMove& move) { return admit_follower(move.source, move.there); },
      [](RedisMove& move) { return follow(move.target, 0, move.source_peer(), move.there); },
      [](RedisMove& move) { return begin_attempt(move.source, 1); },
      [](RedisMove& move) { return begin_attempt(move.target, 1); },
      [](RedisMove& move) { return guard(move.source, 1, {"192.0.2.1", 1, "/"}, planning::Decision::aborted, std::chrono::hours(1)); },
      [](RedisMove& move) { return fence(move.source, 1); },
      is_proven,
      [](RedisMove& move) { return open(move.target, 1); },
      [](RedisMove& move) { return admit_follower(move.target, move.back); },
      [](RedisMove& move) { return follow(move.source, 1, move.target_peer(), move.back); }};
  return all;
}

}  // namespace

TEST_CASE("each step can be called again, and nothing is left over, of whatever a migration had done when it is given up") {
  std::string before;
  {
    RedisMove untouched("c0");
    for (auto* side : {&untouched.source, &untouched.target}) REQUIRE_OK(clean(side->side(), untouched.id));
    before = what_it_may_and_has_set(untouched, untouched.source) + what_it_may_and_has_set(untouched, untouched.target);
  }
  for (std::size_t given_up = 1; given_up <= steps().size(); given_up += given_up < 2 ? 1 : 3) {
    CAPTURE(given_up);
    RedisMove move("c1");
    for (std::size_t step = 0; step < given_up; ++step) {
      CAPTURE(step);
      REQUIRE_OK(steps()[step](move));
      if (step % 4 == 0) move.source.close();  // as if another process went on
      if (given_up == steps().size() || step + 1 == given_up) REQUIRE_OK(steps()[step](move));
    }
    CHECK_FALSE(move.left(move.target).empty());
    for (int time = 0; time < 2; ++time)
      for (auto* side : {&move.source, &move.target}) REQUIRE_OK(clean(side->side(), move.id));
    for (auto* side : {&move.source, &move.target})
      for (const auto& left : move.left(*side)) FAIL_CHECK(left);
    const auto after = what_it_may_and_has_set(move, move.source) + what_it_may_and_has_set(move, move.target);
    CHECK(after == before);
  }
}

TEST_CASE("wherever a server is killed, the same calls go on, and all that was acknowledged is there") {
  RedisMove move("c2");
  const auto source = move.source.side();
  const auto target = move.target.side();
  auto client = move.sides.talk(source);
  CHECK(client.hear("SET first kept") == "OK");
  for (std::size_t step = 0; step < steps().size(); ++step) {
    CAPTURE(step);
    REQUIRE_OK(steps()[step](move));
    // Each is killed behind every second step, by turns.
    const bool at_target = step % 2 == 0;
    move.sides.kill(at_target ? target : source);
    move.source.close();
    move.target.close();
    const auto seen = move.look(at_target ? move.target : move.source);
    CHECK(seen.fence == ((at_target ? step < 8 : step >= 6) ? planning::Fence::up : planning::Fence::down));
    if (step == 7) {  // what is decided now has to be carried out by whoever is there
      CHECK(seen.epoch == planning::Epoch{1, false});
      continue;
    }
    if (step >= 3 && step < 8 && move.look(move.target).follows.empty()) {
      const auto attempt = move.look(move.target).epoch.attempt;
      REQUIRE_OK(follow(move.target, attempt, move.source_peer(), move.there));
    }
    REQUIRE_OK(steps()[step](move));
  }
  move.await_following(move.source);
  for (const auto& side : {source, target}) CHECK(move.sides.talk(side).hear("GET first") == "kept");
}

TEST_CASE("a side whose data go next stays closed when all else is removed, also when its server starts again") {
  RedisMove move("c4");
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("SET note kept") == "OK");
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1));
  for (int time = 0; time < 2; ++time) {
    REQUIRE_OK(clean(move.source.side(), move.id, migration::Left::closed));
    CHECK(client.hear("SET note late").starts_with("NOPERM"));
  }
  move.sides.kill(move.source.side());
  auto late = move.sides.talk(move.source.side());
  CHECK(late.hear("SET note late").starts_with("NOPERM"));
  CHECK(late.hear("GET note") == "kept");
}

TEST_CASE("the password of replication is in no log, no list of processes and no error") {
  RedisMove move("c3");
  REQUIRE_OK(fence(move.target, 0));
  REQUIRE_OK(admit_follower(move.source, move.there));
  REQUIRE_OK(follow(move.target, 0, {"192.0.2.1", 6379}, move.there));
  for (const auto& side : {move.source.side(), move.target.side()}) {
    std::string log;
    (void)move.sides.servers().ground().streams().logs(side.server.name, {}, [&](ports::Output, std::string_view bytes) { log += bytes; }, {});
    CHECK(log.find(move.there.reveal()) == std::string::npos);
    CHECK(move.sides.ask(side, "SLOWLOG GET 100").find(move.there.reveal()) == std::string::npos);
    CHECK(move.sides.run(side, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '").find(move.there.reveal()) == std::string::npos);
    const auto told = move.sides.run(side, "cd /data/divio-migration && grep -l " + std::string(move.there.reveal()) + " * | xargs -r stat -c '%n %a'");
    CHECK_MESSAGE((told.empty() || told == "following.conf 600"), told);  // which the server reads when it starts again
  }
}
