#include "planning/region_plan.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::planning;

namespace {

model::Region region(const char* name, const char* endpoint = "unix:///run/a.sock") {
  model::Region made;
  made.name = model::RegionName::parse(name).value();
  made.endpoint = endpoint;
  return made;
}

}  // namespace

TEST_CASE("a plan says each setting and label that becomes another, and nothing for what is there already") {
  auto before = region("eu");
  before.labels = {{"old", "1"}, {"same", "x"}, {"tier", "silver"}};
  auto after = before;
  after.http_port = 8088;
  after.location = "Frankfurt, DE";
  after.labels = {{"new", ""}, {"same", "x"}, {"tier", "gold"}};
  const auto plan = plan_regions({before, region("us")}, {after, region("us"), region("ch")});
  REQUIRE(plan.size() == 3);
  CHECK_FALSE(plan[0].added);
  CHECK(plan[0].settings == std::vector<SettingChange>{{"ingress-port", "80", "8088"},
                                                       {"location", "", "Frankfurt, DE"},
                                                       {"label new", "", ""},
                                                       {"label old", "1", ""},
                                                       {"label tier", "silver", "gold"}});
  CHECK(plan[1].settings.empty());
  CHECK(plan[2].added);
  CHECK(plan[2].settings == std::vector<SettingChange>{{"endpoint", "", "unix:///run/a.sock"}});
  CHECK(plan_regions({after}, {after}).front().settings.empty());
}

TEST_CASE("an inhabited region keeps its engine, whose address may change") {
  const std::vector<Inhabitant> shop{{"shop-live", "shop", ""}};
  const auto refused = check_change(region("eu"), region("eu", "unix:///run/b.sock"), shop, false);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "region eu cannot get another engine while shop-live lives there");
  CHECK(check_change(region("eu"), region("eu", "unix:///run/b.sock"), {}, false));
  CHECK(check_change(region("eu"), region("eu", "unix:///run/b.sock"), shop, true));
  CHECK(asks_for_same_engine(region("eu"), region("eu", "unix:///run/b.sock"), shop));
  CHECK_FALSE(asks_for_same_engine(region("eu"), region("eu"), shop));
  CHECK(check_change(region("eu", ""), region("eu", "unix:///run/b.sock"), shop, false));  // `local`, which had none written down
  auto moved = region("eu");
  moved.http_port = 81;
  CHECK(check_change(region("eu"), moved, shop, false));
}

TEST_CASE("the projects of a plan go to one region only") {
  auto eu = region("eu"), us = region("us");
  eu.plans = "business,starter";
  CHECK(planning::check_plans({eu, us}, eu));
  us.plans = "gold,starter";
  const auto refused = planning::check_plans({eu, us}, us);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message == "projects with the plan starter go to region eu already");
}

TEST_CASE("a region is dedicated to an organisation only if everything in it is that organisation's") {
  auto dedicated = region("eu");
  dedicated.organisation = "acme";
  CHECK(check_change(region("eu"), dedicated, {{"shop-live", "shop", "acme"}}, true));
  const auto refused = check_change(region("eu"), dedicated, {{"shop-live", "shop", "acme"}, {"blog-live", "blog", ""}}, true);
  REQUIRE(!refused);
  CHECK(refused.error().message == "region eu cannot be dedicated to acme while blog-live lives there");
}
