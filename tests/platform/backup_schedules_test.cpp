// Scheduled backups on fakes, with a clock that the test sets: when they are made, tried out and let go, and with what they end.
#include <doctest/doctest.h>

#include <algorithm>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

// shop/live in region eu and shop/test in region local, both with a database; it is noon of a Monday.
struct ScheduledWorld : SeveralRegions {
  ScheduledWorld() {
    set_to("2026-01-05T12:00:00Z");
    add("eu");
    for (const auto* endpoint : {eu_endpoint, local_endpoint}) engine(endpoint).add_image("postgres:15", {});
    write("services: {default: postgres}\nenvironments: {live: {region: eu}}\n");
  }

  void set_to(const std::string& time) { set_clock(must(model::parse_rfc3339(time))); }

  void schedule(const std::string& environment, int verify_days) {
    must(platform().schedule_backups(target(environment), {.at = "03:00", .verify_days = verify_days}));
  }
  void deploy_scheduled(const std::string& environment, int verify_days = 0) {
    must(deploy(environment));
    schedule(environment, verify_days);
  }
  [[nodiscard]] bool has_schedule(const std::string& environment) {
    return !must(platform().schedule_backups(target(environment), {})).at.empty();
  }

  // What is due is made; of which environments, and what came of the drill.
  Names run() {
    Names made;
    for (const auto& backup : must(platform().run_backups({})))
      made.push_back(backup.environment + (backup.verified.empty() ? "" : " " + backup.verified));
    return made;
  }

  // The days of the backups that there are, newest first.
  [[nodiscard]] Names days(const std::string& kind) {
    Names all;
    for (const auto& backup : must(platform().backups(target())).backups)
      if (backup.kind == kind) all.push_back(backup.created_at.substr(0, 10));
    return all;
  }
};

}  // namespace

TEST_CASE("a scheduled backup is made once a day, of no other environment, and those that were missed are made once") {
  ScheduledWorld world;
  world.deploy_scheduled("live");
  must(world.deploy("test"));
  CHECK(world.run() == Names{});
  world.set_to("2026-01-06T02:59:00Z");
  CHECK(world.run() == Names{});
  world.set_to("2026-01-06T03:01:00Z");
  CHECK(world.run() == Names{"live"});
  CHECK(world.run() == Names{});
  world.set_to("2026-01-07T02:59:00Z");
  CHECK(world.run() == Names{});
  world.set_to("2026-01-10T18:00:00Z");
  CHECK(world.run() == Names{"live"});
  CHECK(world.run() == Names{});
  CHECK(world.days("scheduled") == Names{"2026-01-10", "2026-01-06"});
  const auto status = must(world.platform().status(world.target()));
  CHECK(status.backups.next == "2026-01-11T03:00:00.000Z");
  CHECK(status.problems.empty());
}

TEST_CASE("a scheduled backup is tried out when the last drill that passed is as old as was said, and never if that was said") {
  ScheduledWorld world;
  world.deploy_scheduled("live", 3);
  world.deploy_scheduled("test", 0);
  const Names tried{"live passed", "test"};
  const Names not_tried{"live", "test"};
  for (const auto& expected : {tried, not_tried, not_tried, tried, not_tried}) {
    world.pass(24h);
    CHECK(world.run() == expected);
  }
}

TEST_CASE("a drill that a scheduled backup does not pass makes the command fail, is told, and is tried again with the next one") {
  ScheduledWorld world;
  world.deploy_scheduled("live", 7);
  world.servers.fill("divio-eu-postgres-15", "shop-live-default", "rows");
  world.services.restore = [](const auto&...) { return Result<void>(); };  // into which nothing gets
  world.pass(24h);
  const auto failed = must_fail(world.platform().run_backups({}));
  CHECK(failed.code == ErrorCode::failed);
  CHECK(contains(failed.message, "1 of the scheduled backups failed: shop/live: backup 2026"));
  CHECK(contains(failed.message, "did not pass its restore drill: service default: data has 0 rows instead of 4"));
  const auto status = must(world.platform().status(world.target()));
  CHECK(status.state == "degraded");
  REQUIRE(status.problems.size() == 1);
  CHECK(contains(status.problems[0], "did not pass its restore drill"));
  world.services = world.servers.operations();
  CHECK(world.run() == Names{});
  world.pass(24h);
  CHECK(world.run() == Names{"live passed"});
  CHECK(must(world.platform().status(world.target())).problems.empty());
}

TEST_CASE("a scheduled backup that fails does not keep the others from being made, is told, and is made by the next run") {
  ScheduledWorld world;
  for (const auto* environment : {"live", "test"}) world.deploy_scheduled(environment);
  world.pass(24h);
  world.engine(eu_endpoint).die();
  const auto failed = must_fail(world.platform().run_backups({}));
  CHECK(failed.code == ErrorCode::failed);
  CHECK(contains(failed.message, "1 of the scheduled backups failed: shop/live: "));
  CHECK_FALSE(contains(failed.message, "shop/test"));
  CHECK(must(world.platform().backups(world.target("test"))).backups.size() == 1);
  CHECK(must(world.platform().backups(world.target("live"))).backups.empty());
  world.engine(eu_endpoint).revive();
  CHECK(world.run() == Names{"live"});
}

TEST_CASE("an environment that has no data yet has no backup, which is no failure") {
  ScheduledWorld world;
  world.write("environments: {live: {region: eu}}\n");
  world.deploy_scheduled("live");
  world.set_to("2026-01-08T04:00:00Z");
  CHECK(world.run() == Names{});
  CHECK(must(world.platform().status(world.target())).problems.empty());
  world.write("services: {default: postgres}\nenvironments: {live: {region: eu}}\n");
  must(world.deploy("live"));
  CHECK(world.run() == Names{"live"});
}

TEST_CASE("a scheduled backup that is never made is told a day later") {
  ScheduledWorld world;
  world.deploy_scheduled("live");
  world.set_to("2026-01-07T03:00:00Z");
  CHECK(must(world.platform().status(world.target())).problems.empty());
  world.set_to("2026-01-07T05:00:00Z");
  const auto status = must(world.platform().status(world.target()));
  CHECK(status.state == "degraded");
  REQUIRE(status.problems.size() == 1);
  CHECK(contains(status.problems[0], "the backup of 2026-01-06T03:00:00.000Z was not made"));
}

TEST_CASE("of scheduled backups 7 days, 4 weeks and 12 months are left, of those on demand 30 days or the newest three") {
  ScheduledWorld world;
  world.deploy_scheduled("live");
  for (int i = 0; i < 4; ++i) must(world.platform().create_backup(world.target(), {}, {}));
  const Names months{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31",
                     "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"};
  const Names sundays{"2027-02-07", "2027-02-14", "2027-02-21", "2027-02-28"};
  const Names days{"2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05", "2027-03-06", "2027-03-07", "2027-03-08"};
  for (const auto& part : {months, sundays, days})
    for (const auto& day : part) {
      world.set_to(day + "T03:05:00Z");
      CHECK(world.run() == Names{"live"});
      if (day == months[0]) CHECK(world.days("manual").size() == 4);
    }
  CHECK(world.days("scheduled") == Names{"2027-03-08", "2027-03-07", "2027-03-06", "2027-03-05", "2027-03-04", "2027-03-03", "2027-03-02",
                                         "2027-02-28", "2027-02-21", "2027-01-31", "2026-12-31", "2026-11-30", "2026-10-31", "2026-09-30",
                                         "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30"});
  CHECK(world.days("manual").size() == 3);
}

TEST_CASE("a schedule ends with its environment, and is not there again with the next one of that name") {
  ScheduledWorld world;
  for (const auto* environment : {"live", "test"}) world.deploy_scheduled(environment);
  must(world.platform().destroy(world.target("live"), {}, {.dry_run = true}));
  CHECK(world.has_schedule("live"));
  must(world.platform().destroy(world.target("live"), {}, {}));
  CHECK_FALSE(world.has_schedule("live"));
  world.pass(24h);
  CHECK(world.run() == Names{"test"});
  must(world.deploy("live"));
  CHECK_FALSE(world.has_schedule("live"));
  CHECK(must(world.platform().status(world.target())).problems.empty());
  must(world.platform().destroy(world.target(), {.whole_project = true}, {}));
  CHECK_FALSE(world.has_schedule("test"));
  world.pass(24h);
  CHECK(world.run() == Names{});
}

TEST_CASE("a schedule stays while its environment is stopped, and where it cannot be destroyed") {
  ScheduledWorld world;
  world.deploy_scheduled("live");
  must(world.platform().stop(world.target(), {}, {}));
  world.pass(24h);
  CHECK(world.run() == Names{"live"});
  world.engine(eu_endpoint).die();
  CHECK(must_fail(world.platform().destroy(world.target(), {}, {})).code == ErrorCode::unreachable);
  world.engine(eu_endpoint).revive();
  world.pass(24h);
  CHECK(world.run() == Names{"live"});
}

TEST_CASE("a schedule may be there before its environment, which then is backed up") {
  ScheduledWorld world;
  world.schedule("live", 0);
  world.pass(24h);
  CHECK(world.run() == Names{});
  must(world.deploy("live"));
  CHECK(world.run() == Names{"live"});
}
