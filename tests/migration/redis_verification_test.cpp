// Comparing both sides of a real Redis that is written to.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migration/redis/verification.hpp"
#include "migration/redis_writers.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;

namespace {

// As whoever breaks something would: what follows is written to.
void spoil(RedisMove& move, const std::string& commands) {
  (void)move.sides.ask(move.target.side(), "CONFIG SET replica-read-only no\n" + commands + "\nCONFIG SET replica-read-only yes");
}

std::vector<std::string> compared(RedisMove& move) {
  const auto begin = std::chrono::steady_clock::now();
  const auto both = look_at_both(move.source, move.target);
  REQUIRE_OK(both);
  fmt::print("compared in {:.1f} s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  CHECK(both->differences.empty() == (both->from == both->to));
  auto found = both->differences;
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST_CASE("both sides are the same while clients write, and whatever differs is named: another value, a key too few, one too many") {
  RedisMove move("v1");
  auto client = move.sides.talk(move.source.side());
  for (const std::string command :
       {"EVAL \"for i = 1, 1000 do redis.call('SET', 'k' .. i, i) end\" 0", "EVAL \"for i = 1, 6000 do redis.call('SADD', 'large', i) redis.call('RPUSH', 'long', i) end\" 0",
        "HSET hash a 1 b 2", "ZADD sorted 1.5 a 2 b", "XADD log 1-1 a b", "XGROUP CREATE log readers 0", "XADD log 2-1 c d", "SADD set x y z", "RPUSH list a b c",
        "SET \"odd key\\n\\x01\" \"\\x00\\xff\"", "SET passing x PX 3600000", "PFADD seen a b", "SET soon x PX 400",
        "FUNCTION LOAD \"#!lua name=own\\nredis.register_function('put', function(keys) return 1 end)\"", "SELECT 3", "SET elsewhere 1"})
    CHECK(client.hear(command).find("ERR") == std::string::npos);
  move.prepare();
  {
    RedisWriters writers(move, 4);
    writers.await_more();
    CHECK(compared(move).empty());
    writers.await_more();
    fmt::print("{} writes, longest gap {:.1f} ms\n", writers.acknowledged(), writers.longest_gap());
  }
  const auto both = look_at_both(move.source, move.target);
  REQUIRE_OK(both);
  CHECK(both->sampled >= 2);
  REQUIRE(both->from.tables.size() == 2);
  CHECK(both->from.tables[0].name == "db0");
  CHECK(both->from.tables[0].rows == 1000 + 14);
  CHECK(both->from.tables[1].rows == 1);
  CHECK(both->from.engine.find('.') != std::string::npos);

  spoil(move, "SET k7 other\nDEL k8\nSET extra 1\nHSET hash a 3\nSADD large 0\nPEXPIRE passing 7200000\nDEL \"odd key\\n\\x01\"\nXGROUP SETID log readers 1-1");
  CHECK(compared(move) == std::vector<std::string>{"db0 has 1013 keys on the target instead of 1014", "key hash of db0 has another value on the target",
                                                   "key k7 of db0 has another value on the target", "key k8 of db0 is not on the target",
                                                   "key large of db0 has another value on the target", "key log of db0 has another value on the target",
                                                   "key odd key\\x0a\\x01 of db0 is not on the target", "key passing of db0 has another value on the target"});
  spoil(move, "SET extra2 1\nSET extra3 1\nFUNCTION FLUSH\nSELECT 5\nSET more 1");
  const auto found = compared(move);
  for (const auto* wanted : {"key extra of db0 is on the target only", "key extra3 of db0 is on the target only", "key more of db5 is on the target only",
                             "db5 has 1 keys on the target instead of 0", "the functions are others on the target"}) {
    CAPTURE(wanted);
    CHECK(std::ranges::find(found, wanted) != found.end());
  }
}

TEST_CASE("keys that are written all the time are no difference on a host so busy that writers do not wait for long enough") {
  RedisMove move("v3");
  move.prepare();
  RedisWriters writers(move, 4);
  writers.await_more();
  const std::string slow = "cd /usr/bin && mv redis-cli swift-redis-cli && printf '#!/bin/sh\nsleep 0.6\nexec swift-redis-cli \"$@\"\n' >redis-cli && chmod 755 redis-cli";
  (void)move.sides.run(move.source.side(), slow);
  const auto both = look_at_both(move.source, move.target);
  (void)move.sides.run(move.source.side(), "cd /usr/bin && mv swift-redis-cli redis-cli");
  if (both) CHECK(both->differences.empty());
  else CHECK_MESSAGE(both.error().code == ErrorCode::timed_out, both.error().message);
  CHECK(compared(move).empty());
}

TEST_CASE("of many differences some are named, and who does not follow is not compared") {
  RedisMove move("v2");
  CHECK_CODE(ErrorCode::conflict, look_at_both(move.source, move.target));
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("EVAL \"for i = 1, 500 do redis.call('SET', 'k' .. i, i) end\" 0").empty());
  move.prepare();
  spoil(move, "FLUSHALL");
  const auto found = compared(move);
  CHECK(found.size() == 22);
  CHECK(std::ranges::find(found, "and there are more keys of that kind") != found.end());
}
