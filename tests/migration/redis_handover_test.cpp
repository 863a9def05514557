// The hand-over of a real Redis server that is written to, there and back.
#include <fmt/format.h>

#include "migration/redis_writers.hpp"
#include "migration/replica_contract.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;

namespace {

std::string stat(RedisMove& move, const Conversation& side, const std::string& name) {
  return move.sides.run(side.side(), fmt::format("redis-cli --user divio INFO stats | tr -d '\\r' | sed -n 's/^{}://p'", name));
}

}  // namespace

TEST_CASE("every acknowledged write is there exactly once after a hand-over and after the way back, without another first copy") {
  RedisMove move("h1");
  CHECK(move.sides.ask(move.source.side(), "CONFIG RESETSTAT") == "OK");
  CHECK(move.sides.ask(move.target.side(), "CONFIG RESETSTAT") == "OK");
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("EVAL \"for i = 1, 20000 do redis.call('SET', 'k' .. i, i) end\" 0").empty());
  auto waiting = move.sides.talk(move.source.side());
  waiting.begin("BLPOP queue 0");
  move.prepare();
  REQUIRE_OK(admit_follower(move.target, move.back));
  RedisWriters writers(move, 4);
  writers.await_more();
  hand_over(move, move.source, move.target, 1);
  writers.go_to_target();
  writers.await_more();
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(follow(move.source, 1, move.target_peer(), move.back));
  move.await_following(move.source);
  // Nobody who waited at the source is handed what is written to the target.
  CHECK(waiting.hear("PING").find("UNBLOCKED") != std::string::npos);
  CHECK(move.sides.talk(move.target.side()).hear("RPUSH queue kept") == "1");
  CHECK(stat(move, move.target, "sync_full") == "0");
  CHECK(stat(move, move.target, "sync_partial_ok") == "1");

  writers.await_more();
  hand_over(move, move.target, move.source, 2);
  writers.go_to_source();
  REQUIRE_OK(follow(move.target, 2, move.source_peer(), move.there));
  move.await_following(move.target);
  CHECK(stat(move, move.source, "sync_full") == "1");
  CHECK(stat(move, move.source, "sync_partial_ok") == "1");
  writers.await_more();
  const auto acknowledged = writers.stop();
  fmt::print("{} writes acknowledged, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());
  REQUIRE_OK(begin_attempt(move.source, 3));
  REQUIRE_OK(fence(move.source, 3));
  CHECK(move.proven(move.source, move.target));
  for (auto* side : {&move.source, &move.target}) {
    for (std::size_t writer = 0; writer < acknowledged.size(); ++writer)
      CHECK(move.sides.ask(side->side(), fmt::format("LRANGE w{} 0 -1", writer)) == acknowledged[writer]);
    CHECK(move.sides.ask(side->side(), "LRANGE queue 0 -1") == "kept");
    CHECK(move.look(*side).keys == 20005);
  }
}

TEST_CASE("an attempt that is undone leaves the source open and the target closed, which goes on following") {
  RedisMove move("h2");
  move.prepare();
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1));
  CHECK(move.proven(move.source, move.target));
  REQUIRE_OK(open(move.source, 1));
  REQUIRE_OK(end_attempt(move.target, 1));
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("SET since kept") == "OK");
  auto there = move.sides.talk(move.target.side());
  CHECK(there.hear("SET since lost").find("NOPERM") != std::string::npos);
  hand_over(move, move.source, move.target, 2);
  CHECK(there.hear("GET since") == "kept");
  CHECK(there.hear("SET own kept") == "OK");
}

TEST_CASE("what the target says that it has outlives a kill, of the first copy too") {
  RedisMove move("h3");
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("EVAL \"for i = 1, 50000 do redis.call('SET', 'k' .. i, string.rep('x', 100)) end\" 0").empty());
  const auto target = move.target.side();
  move.prepare();
  const auto forget = [&] { move.sides.run(target, "rm /data/divio-migration/following.conf"); };  // so that nothing comes from the source again
  forget();
  move.sides.kill(target);
  move.target.close();
  const auto seen = move.look(move.target);
  CHECK(seen.keys == 50000);
  CHECK(seen.fence == planning::Fence::up);
  CHECK(seen.stream == planning::Stream::absent);
  // And goes on by the same call.
  REQUIRE_OK(follow(move.target, 0, move.source_peer(), move.there));
  move.await_following(move.target);
  CHECK(client.hear("SET last word") == "OK");
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1));
  CHECK(move.proven(move.source, move.target));
  forget();
  move.sides.kill(target);
  move.target.close();
  REQUIRE_OK(open(move.target, 1));
  CHECK(move.sides.talk(target).hear("GET last") == "word");
  CHECK(move.look(move.target).keys == 50001);
}

TEST_CASE("who followed goes on with that when it starts again, but never where its application may write") {
  RedisMove move("h6");
  move.prepare();
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("SET note kept") == "OK");
  const auto target = move.target.side();
  move.sides.run(target, "cp /data/divio-migration/following.conf /tmp/following.conf");
  move.sides.kill(target);
  move.target.close();
  move.await_following(move.target);
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(begin_attempt(move.target, 1));
  REQUIRE_OK(fence(move.source, 1));
  CHECK(move.proven(move.source, move.target));
  REQUIRE_OK(open(move.target, 1));
  CHECK(move.sides.talk(target).hear("SET own kept") == "OK");
  move.sides.run(target, "cp /tmp/following.conf /data/divio-migration/");  // as where a power cut undid that it was removed
  move.sides.kill(target);
  move.target.close();
  CHECK(move.look(move.target).follows.empty());
  CHECK(move.sides.talk(target).hear("GET own") == "kept");
}

TEST_CASE("a source that is killed behind its fence is closed, and the target has all of it again before it says so") {
  RedisMove move("h4");
  move.prepare();
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("SET note kept") == "OK");
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(begin_attempt(*side, 1));
  REQUIRE_OK(fence(move.source, 1));
  const auto source = move.source.side();
  move.sides.kill(source);
  move.source.close();
  const auto seen = move.look(move.source);
  CHECK(seen.fence == planning::Fence::up);
  CHECK(seen.epoch == planning::Epoch{1, false});
  REQUIRE_OK(fence(move.source, 1));
  CHECK(move.proven(move.source, move.target));
  REQUIRE_OK(open(move.target, 1));
  CHECK(move.sides.talk(move.target.side()).hear("GET note") == "kept");
}
