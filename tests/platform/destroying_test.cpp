// Environments whose region is gone for good.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("an environment whose region is gone for good is forgotten when that is named, and only then; its variables stay") {
  SeveralRegions world;
  world.add("eu");
  world.write("environments: {live: {region: eu}, old: {region: eu}}\n");
  for (const auto* environment : {"live", "old", "test"}) must(world.deploy(environment));
  must(world.platform().set_variables(world.target(), {{"A", Secret("1"), false}}));
  const DestroyRequest without_eu{.without = "eu"};
  const auto answers = must_fail(world.platform().destroy(world.target(), without_eu, {}));
  CHECK(answers.code == ErrorCode::refused);
  CHECK(answers.message == "region eu answers, so it is not gone");
  world.engine("unix:///eu.sock").die();
  const auto failed = must_fail(world.platform().destroy(world.target(), {}, {}));
  CHECK(failed.code == ErrorCode::unreachable);
  CHECK(contains(failed.hint, "divioctl destroy --project shop -e live --without eu"));
  CHECK(contains(must_fail(world.platform().remove_region({.name = "eu", .forget = true})).hint, "divioctl destroy --project shop -e live --without eu"));
  CHECK(must_fail(world.platform().destroy(world.target("test"), without_eu, {})).code == ErrorCode::invalid);

  CHECK(must(world.platform().destroy(world.target(), without_eu, {.dry_run = true})).outcome == "planned");
  CHECK(must(world.platform().destroy(world.target(), without_eu, {})).outcome == "forgotten");
  CHECK(must_fail(world.platform().destroy(world.target(), without_eu, {})).code == ErrorCode::not_found);
  CHECK(world.instances(local_endpoint) == "shop-test-web-r1-1");
  CHECK(must(world.platform().variables(world.target())).size() == 1);
  world.write("");
  CHECK(must(world.deploy()).region == "local");
  CHECK(must_fail(world.platform().destroy(world.target(), {.whole_project = true, .without = "eu"}, {})).code == ErrorCode::invalid);
  must(world.platform().destroy(world.target("old"), without_eu, {}));
  must(world.platform().destroy(world.target(), {.whole_project = true}, {}));
  CHECK(world.instances(local_endpoint) == "");
  must(world.platform().remove_region({.name = "eu", .forget = true}));
}
