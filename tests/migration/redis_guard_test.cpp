// The guard of a Redis server: what happens to it when whoever moves it vanishes in the pause.
#include "migration/redis/guard.hpp"
#include "migration/redis_sides.hpp"
#include "migration/replica_contract.hpp"

using namespace divio::test;

TEST_CASE("a guard opens its server at its own word only, not before its deadline, and outlives who began it") {
  RedisMove move("g1");
  move.prepare();
  a_guard_opens_at_its_own_word_only(move);
}

TEST_CASE("a guard of an older attempt opens nothing, and one that is ended neither") {
  RedisMove move("g2");
  a_guard_that_is_older_or_ended_opens_nothing(move);
}
