// What a closed Redis server takes, and what opening it gives back.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "migration/redis_sides.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

std::string rights_of(RedisMove& move, const Conversation& side) { return move.sides.ask(side.side(), "ACL GETUSER default"); }

// Within scripts Redis 7 and 8 have other words for it.
bool is_refused(const std::string& answer) {
  const auto says = [&](const char* words) { return answer.find(words) != std::string::npos; };
  return says("NOPERM") || says("can't run this command") || says("ACL failure");
}

}  // namespace

TEST_CASE("a closed server takes no write by any way, what is queued and who waits included, and its sessions read on") {
  RedisMove move("f1");
  auto early = move.sides.talk(move.source.side());
  auto waiting = move.sides.talk(move.source.side());
  CHECK(early.hear("SET note kept") == "OK");
  CHECK(early.hear("PFADD seen a b") == "1");
  CHECK(early.hear("SADD few 3 1 2") == "3");
  CHECK(early.hear("FUNCTION LOAD \"#!lua name=own\\nredis.register_function('put', function(keys) return redis.call('SET', keys[1], 'x') end)\"") == "own");
  const auto script = early.hear("SCRIPT LOAD \"return redis.call('SET', KEYS[1], 'x')\"");
  waiting.begin("BLPOP queue 0");
  auto queued = move.sides.talk(move.source.side());
  queued.begin("MULTI\nSET note lost\nINCR count");
  std::this_thread::sleep_for(300ms);
  REQUIRE_OK(fence(move.source, 0));
  CHECK(queued.hear("EXEC", 300ms) == "late");
  auto late = move.sides.talk(move.source.side());
  for (auto* talk : {&early, &late}) {
    for (const std::string command :
         {"SET note lost", "DEL note", "FLUSHALL", "FLUSHDB ASYNC", "SWAPDB 0 1", "RENAME note other", "COPY note other", "SORT few STORE sorted",
          "EXPIRE note 1", "GETDEL note", "GETEX note EX 1", "PFADD seen c", "PFMERGE all seen", "RPUSH queue 1", "XADD log * a b", "PUBLISH channel word",
          "SPUBLISH channel word", "FUNCTION FLUSH", "FUNCTION DELETE own", "MIGRATE target 6379 note 0 100", "BITFIELD note SET u8 0 1", "MOVE note 1",
          "ACL SETUSER default +@all", "CLIENT UNPAUSE", "CONFIG SET appendonly no", "REPLICAOF NO ONE", "SHUTDOWN NOSAVE"}) {
      CAPTURE(command);
      CHECK(is_refused(talk->hear(command)));
    }
    CHECK(talk->hear("GET note") == "kept");
    CHECK(talk->hear("SORT_RO few") == "1\n2\n3");
  }
  // Scripts and transactions wait as long as keys do not expire, and are refused then.
  auto scripts = move.sides.talk(move.source.side());
  CHECK(scripts.hear("EVAL \"return redis.call('SET', KEYS[1], 'x')\" 1 note", 300ms) == "late");
  CHECK(move.sides.ask(move.source.side(), "CLIENT UNPAUSE") == "OK");
  CHECK(is_refused(queued.hear("PING")));
  CHECK(is_refused(scripts.hear("PING")));
  for (const auto& command : {std::string("EVAL \"return redis.call('SET', KEYS[1], 'x')\" 1 note"), "EVALSHA " + script + " 1 note", std::string("FCALL put 1 note"),
                              std::string("EVAL \"return redis.call('PUBLISH', 'a', 'b')\" 0")})
    CHECK(is_refused(late.hear(command)));
  CHECK(late.hear("EVAL \"return redis.call('GET', KEYS[1])\" 1 note") == "kept");
  CHECK(late.hear("GET note") == "kept");
  CHECK(late.hear("DBSIZE") == "3");
  // All that the server knows.
  std::string tries;
  for (const auto& name : split(move.sides.ask(move.source.side(), "COMMAND LIST FILTERBY ACLCAT write"), '\n'))
    if (name.find('|') == std::string::npos && trim(name) != "function") tries += fmt::format("ACL DRYRUN default {} a a a a a a\n", trim(name));
  int refused = 0;
  for (const auto& answer : split(move.sides.ask(move.source.side(), tries), '\n')) {
    CAPTURE(answer);
    const bool no = answer.find("no permissions") != std::string::npos;
    CHECK((no || trim(answer).empty() || answer.find("wrong number") != std::string::npos));
    refused += no ? 1 : 0;
  }
  CHECK(refused > 50);
  REQUIRE_OK(open(move.source, 1));
  CHECK(early.hear("RPUSH queue x").find("NOPERM") == std::string::npos);
}

TEST_CASE("behind a fence nothing goes to whoever follows: neither what expires nor what only looks like reading") {
  RedisMove move("f2");
  move.prepare();
  auto client = move.sides.talk(move.source.side());
  for (int number = 0; number < 20; ++number) CHECK(client.hear(fmt::format("SET short:{0} x PX {1}", number, 300 + number)) == "OK");
  CHECK(client.hear("PFADD seen a b c") == "1");
  REQUIRE_OK(begin_attempt(move.source, 1));
  REQUIRE_OK(fence(move.source, 1));
  const auto before = move.look(move.source);
  CHECK(move.proven(move.source, move.target));
  client.begin("PFCOUNT seen");
  std::this_thread::sleep_for(600ms);
  auto other = move.sides.talk(move.source.side());
  CHECK(other.hear("GET short:1").empty());
  const auto after = move.look(move.source);
  CHECK(after.keys == before.keys);
  // A sign of life to whoever follows, of 14 bytes, is sent every three seconds.
  CHECK(after.offset - before.offset <= 14);
  CHECK((after.offset - before.offset) % 14 == 0);
}

TEST_CASE("a closed server is closed when it starts again, whatever the password becomes, and opens as it was") {
  RedisMove move("f3");
  const auto before = rights_of(move, move.source);
  auto side = move.sides.source();
  REQUIRE_OK(fence(move.source, 0));
  REQUIRE_OK(admit_follower(move.source, move.there));
  move.source.close();
  move.sides.kill(side);
  CHECK(move.look(move.source).fence == planning::Fence::up);
  CHECK(move.sides.ask(side, "ACL USERS") == "default\ndivio\ndivio-migration");
  REQUIRE_OK(fence(move.source, 0));
  // Provisioned again, and within a rotation.
  const auto next = services::new_login(side.instance);
  REQUIRE_OK(next);
  REQUIRE_OK(services::provision(side.place, side.server, side.instance));
  REQUIRE_OK(services::begin_rotation(side.place, side.server, side.instance, *next));
  auto rotated = side;
  rotated.instance.password = next->password;
  CHECK(is_refused(move.sides.talk(rotated).hear("SET a b")));
  CHECK(move.look(move.source).fence == planning::Fence::up);
  REQUIRE_OK(services::provision(side.place, side.server, side.instance));
  for (int time = 0; time < 2; ++time) {
    REQUIRE_OK(open(move.source, 0));
    CHECK(rights_of(move, move.source) == before);
  }
  move.source.close();
  move.sides.kill(side);
  CHECK(rights_of(move, move.source) == before);
  CHECK(move.sides.talk(side).hear("SET a b") == "OK");
}
