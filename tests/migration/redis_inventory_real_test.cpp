// What is found on real Redis servers before a move, and while one is under way.
#include "migration/redis/inventory.hpp"
#include "migration/redis/cleaning.hpp"
#include "migration/redis_sides.hpp"

using namespace divio;
using namespace divio::migration::redis;
using namespace divio::test;

TEST_CASE("two servers of ours can be moved, and one that takes part in a migration already cannot") {
  RedisMove move("i1");
  auto client = move.sides.talk(move.source.side());
  CHECK(client.hear("SET a b") == "OK");
  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(clean(side->side(), move.id));
  const auto source = inventory(move.source.side());
  const auto target = inventory(move.target.side());
  REQUIRE_OK(source);
  REQUIRE_OK(target);
  CHECK(source->keys == 1);
  CHECK(source->memory > 100'000);
  CHECK(source->written > 0);
  CHECK(source->free_disk > 1'000'000);
  CHECK(source->missing.empty());
  for (const auto& obstacle : obstacles(*source, *target)) FAIL_CHECK(obstacle.what);

  for (auto* side : {&move.source, &move.target}) REQUIRE_OK(prepare(*side));
  move.prepare();
  const auto following = inventory(move.target.side());
  REQUIRE_OK(following);
  CHECK(following->migration == move.id);
  CHECK(following->follows == "source:6379");
  CHECK(inventory(move.source.side())->followers == 1);
  CHECK(obstacles(*source, *following).size() == 2);
}
