// Regions as things: added, looked at, changed, removed.
#include <doctest/doctest.h>

#include <fstream>

#include "controller/disk_probe.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

constexpr const char* two_processes_in_eu =
    "processes: {web: {replicas: 2, resources: {memory: 256Mi, cpu: 0.25}}, worker: {}}\n"
    "environments: {live: {region: eu}}\n";

RegionRequest named(const std::string& name) {
  RegionRequest request;
  request.name = name;
  return request;
}

std::string write_file(const SeveralRegions& world, const std::string& text) {
  const auto path = (world.folder() / "regions.yaml").string();
  std::ofstream(path) << text;
  return path;
}

std::vector<std::string> names(Platform platform) { return platform.region_names(); }

// An image whose df finds so many kilobytes free.
fakes::FakeImage with_free(const std::string& kilobytes) {
  fakes::FakeImage image;
  image.behaviour = [=](const auto&) {
    return fakes::Run{.exits_with = 0, .out = "Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 90000000 400 " + kilobytes + " 40% /\n"};
  };
  return image;
}

}  // namespace

TEST_CASE("a region is added when its engine answers, and otherwise nothing is") {
  SeveralRegions world;
  world.engine("unix:///eu.sock").die();
  auto request = named("eu");
  request.endpoint = "unix:///eu.sock";
  request.labels = {"tier=gold"};
  const auto failed = must_fail(world.platform().add_region(request));
  CHECK(failed.code == ErrorCode::unreachable);
  CHECK(contains(failed.hint, "--unchecked"));
  CHECK(names(world.platform()) == std::vector<std::string>{"local"});
  request.unchecked = true;
  CHECK(must(world.platform().add_region(request)).labels == std::map<std::string, std::string>{{"tier", "gold"}});
  CHECK(must_fail(world.platform().add_region(request)).code == ErrorCode::conflict);
  request.name = "EU";
  CHECK(must_fail(world.platform().add_region(request)).code == ErrorCode::invalid);
}

TEST_CASE("settings change one by one, and what cannot be is refused") {
  SeveralRegions world;
  auto request = named("eu");
  request.labels = {"tier=gold", "old=1"};
  request.dedicated = "acme";
  world.add("eu", request);
  auto change = named("eu");
  change.location = "Frankfurt, DE";
  change.labels = {"old="};
  change.open_to_all = true;
  const auto view = must(world.platform().set_region(change));
  CHECK(view.location == "Frankfurt, DE");
  CHECK(view.endpoint == "unix:///eu.sock");
  CHECK(view.organisation == "");
  CHECK(view.labels.size() == 1);
  change.dedicated = "acme";
  CHECK(contains(must_fail(world.platform().set_region(change)).message, "exclude each other"));
  auto wrong = named("eu");
  wrong.labels = {"gold"};
  CHECK(contains(must_fail(world.platform().set_region(wrong)).message, "KEY=VALUE"));
  CHECK(must_fail(world.platform().set_region(named("us"))).code == ErrorCode::not_found);
  auto same_port = named("twin");
  same_port.endpoint = "unix:///eu.sock";
  CHECK(must_fail(world.platform().add_region(same_port)).code == ErrorCode::conflict);
  same_port.ingress_port = 8088;
  must(world.platform().add_region(same_port));
}

TEST_CASE("a region cannot take a plan that another one has, nor be built for by one that is not there, added or changed") {
  SeveralRegions world;
  auto eu = named("eu");
  eu.plans = "business, starter";
  world.add("eu", eu);
  auto us = named("us");
  us.endpoint = "unix:///us.sock";
  us.unchecked = true;
  us.plans = "starter";
  const auto failed = must_fail(world.platform().add_region(us));
  CHECK(failed.code == ErrorCode::conflict);
  CHECK(failed.message == "projects with the plan starter go to region eu already");
  us.plans = {};
  us.builder = "nowhere";
  CHECK(must_fail(world.platform().add_region(us)).code == ErrorCode::not_found);
  us.builder = {};
  must(world.platform().add_region(us));
  us.plans = "business";
  CHECK(must_fail(world.platform().set_region(us)).code == ErrorCode::conflict);
  CHECK(must(world.platform().region("eu")).plans == "business,starter");
}

TEST_CASE("an inhabited region keeps its engine, an empty one may get another") {
  SeveralRegions world;
  world.add("eu");
  auto elsewhere = named("eu");
  elsewhere.endpoint = "unix:///other.sock";
  must(world.platform().set_region(elsewhere));
  world.write("environments: {live: {region: eu}}\n");
  must(world.deploy());
  CHECK(world.instances("unix:///other.sock") == "shop-live-web-r1-1");
  elsewhere.endpoint = "unix:///eu.sock";
  CHECK(must_fail(world.platform().set_region(elsewhere)).code == ErrorCode::refused);
}

TEST_CASE("the list says what lives in each region and what room is left, and which one does not answer") {
  SeveralRegions world;
  world.add("eu");
  world.add("us");
  world.write(two_processes_in_eu);
  must(world.deploy());
  world.engine("unix:///us.sock").die();
  const auto regions = must(world.platform().regions());
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].name == "eu");
  CHECK(regions[0].state == "up");
  CHECK(regions[0].environments == std::vector<std::string>{"shop/live"});
  CHECK(regions[0].instances == 3);
  CHECK(regions[0].reserved_memory_bytes == 512ULL << 20);
  CHECK(regions[0].reserved_cpu_millis == 500);
  CHECK(regions[0].unlimited == 1);
  CHECK(regions[0].memory_bytes > 0);
  CHECK(regions[1].name == "local");
  CHECK(regions[1].instances == 0);
  CHECK(regions[2].state == "unreachable");
  CHECK(!regions[2].problem.empty());
  must(world.platform().stop(world.target(), {}, {}));
  CHECK(must(world.platform().region("eu")).reserved_memory_bytes == 0);
}

TEST_CASE("a region is removed when nothing lives there, and what keeps it is named") {
  SeveralRegions world;
  world.add("eu");
  world.write("volumes: {data: /data}\nenvironments: {live: {region: eu}}\n");
  must(world.deploy());
  const auto refused = must_fail(world.platform().remove_region({"eu", false}));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == "shop/live lives in region eu");
  CHECK(contains(refused.hint, "divioctl destroy --project shop -e live"));
  must_fail(world.platform().remove_region({.name = "eu", .forget = true}));
  must(world.platform().destroy(world.target(), {.keep_volumes = true}, {}));
  const auto kept = must_fail(world.platform().remove_region({"eu", false}));
  CHECK(kept.code == ErrorCode::refused);
  CHECK(kept.message == "in region eu there is still: volume divio-shop-live-data");
  must(world.engine("unix:///eu.sock").volumes().remove("divio-shop-live-data"));
  const auto removal = must(world.platform().remove_region({"eu", false}));
  CHECK(removal.removed == std::vector<std::string>{"ingress"});
  CHECK_FALSE(must(world.ingress("eu").state()).present);
  CHECK(names(world.platform()) == std::vector<std::string>{"local"});
  CHECK(must(world.platform().remove_region({"local", false})).removed.empty());
  CHECK(names(world.platform()) == std::vector<std::string>{"local"});
  CHECK(must_fail(world.platform().remove_region({"eu", false})).code == ErrorCode::not_found);
}

TEST_CASE("a region whose engine is gone is removed only when it shall be forgotten") {
  SeveralRegions world;
  world.add("eu");
  world.engine("unix:///eu.sock").die();
  const auto failed = must_fail(world.platform().remove_region({"eu", false}));
  CHECK(failed.code == ErrorCode::unreachable);
  CHECK(contains(failed.hint, "divioctl region remove eu --forget"));
  must(world.platform().remove_region({.name = "eu", .forget = true}));
  CHECK(names(world.platform()) == std::vector<std::string>{"local"});
}

TEST_CASE("a region file is applied as a whole, and applying it again does nothing") {
  SeveralRegions world;
  const auto path = write_file(world, "regions:\n  eu: {endpoint: 'unix:///eu.sock', default: true}\n  us: {endpoint: 'unix:///us.sock'}\n");
  const auto planned = must(world.platform().apply_regions({path}, true));
  CHECK(planned.outcome == "planned");
  REQUIRE(planned.regions.size() == 2);
  CHECK(planned.regions[0].action == "add");
  CHECK(names(world.platform()) == std::vector<std::string>{"local"});
  CHECK(must(world.platform().apply_regions({path}, false)).outcome == "changed");
  CHECK(names(world.platform()) == std::vector<std::string>{"eu", "local", "us"});
  const auto again = must(world.platform().apply_regions({path}, false));
  CHECK(again.outcome == "unchanged");
  CHECK(again.regions[0].action == "keep");
  must(world.deploy());
  write_file(world, "regions:\n  us: {endpoint: 'unix:///us.sock', location: Ohio}\n  eu: {endpoint: 'unix:///elsewhere.sock'}\n");
  CHECK(must_fail(world.platform().apply_regions({path}, false)).code == ErrorCode::refused);
  CHECK(must(world.platform().region("us")).location == "");
  CHECK(must_fail(world.platform().apply_regions({"/nowhere.yaml"}, false)).code == ErrorCode::not_found);
  write_file(world, "regions:\n  us: {endpoint: 5}\n");
  CHECK(contains(must_fail(world.platform().apply_regions({path}, false)).where, "regions.yaml:2:18"));
}

TEST_CASE("a file that names another default says what becomes of the former one") {
  SeveralRegions world;
  auto request = named("eu");
  request.make_default = true;
  world.add("eu", request);
  const auto path = write_file(world, "regions: {us: {endpoint: 'unix:///us.sock', default: true}}\n");
  const auto plan = must(world.platform().apply_regions({path}, false));
  REQUIRE(plan.regions.size() == 2);
  CHECK(plan.regions[1].region == "eu");
  REQUIRE(plan.regions[1].changes.size() == 1);
  CHECK(plan.regions[1].changes[0].setting == "default");
  CHECK_FALSE(must(world.platform().region("eu")).is_default);
  CHECK(must(world.platform().region("us")).is_default);
}

TEST_CASE("a check says what the engine is and has, and leaves nothing there") {
  SeveralRegions world;
  world.add("eu");
  auto& engine = world.engine("unix:///eu.sock");
  CHECK(must(world.platform().check_region("eu", {})).disk_bytes == 0);
  engine.add_image("haproxy:2.6", with_free("600"));
  engine.add_image("redis:7", {});
  const auto check = must(world.platform().check_region("eu", {}));
  CHECK(check.usable);
  CHECK(check.builds == "classic");
  CHECK(check.disk_bytes == 90'000'000ULL * 1024);
  CHECK(check.disk_free_bytes == 600 * 1024);
  CHECK(contains(check.ingress, "none yet"));
  CHECK(std::ranges::any_of(check.services, [](const auto& one) { return one.image == "postgres:15" && !one.present; }));
  CHECK(std::ranges::any_of(check.services, [](const auto& one) { return one.type == "redis" && one.version == "7" && one.present; }));
  CHECK(must(engine.containers().list({})).empty());
  must(world.platform().drain_region({"eu", false}));
  const auto findings = must(world.platform().check_region("eu", {})).findings;
  REQUIRE(!findings.empty());
  CHECK(findings.back().subject == "draining");
}

TEST_CASE("a check warns of a clock that differs by more than 2 s, of little memory and of a disk that is nearly full, and of no more") {
  SeveralRegions world;
  world.add("eu");
  auto& engine = world.engine(eu_endpoint);
  const auto warnings = [&] {
    std::vector<std::string> texts;
    for (const auto& finding : must(world.platform().check_region("eu", {})).findings) {
      CHECK(finding.level == Finding::Level::warning);
      CHECK_FALSE(finding.hint.empty());
      texts.push_back(finding.text);
    }
    return texts;
  };
  engine.set_clock_ahead(std::chrono::seconds(2));
  engine.set_memory(1ULL << 30);
  engine.add_image("haproxy:2.6", with_free("6000000"));
  CHECK(warnings().empty());
  engine.set_clock_ahead(std::chrono::milliseconds(-2500));
  engine.set_memory(512ULL << 20);
  engine.add_image("haproxy:2.6", with_free("5000000"));
  CHECK(warnings() == std::vector<std::string>{"the engine's clock is 2.5 s behind this computer's", "512 MiB is little", "4.8 GiB are left"});
  engine.set_clock_ahead(std::chrono::seconds(90));
  CHECK(warnings().front() == "the engine's clock is 1 min 30 s ahead of this computer's");
}

TEST_CASE("a check of a region that does not answer says so") {
  SeveralRegions world;
  world.add("eu");
  world.engine("unix:///eu.sock").die();
  const auto check = must(world.platform().check_region("eu", {}));
  CHECK_FALSE(check.usable);
  CHECK(check.error.code == ErrorCode::unreachable);
  REQUIRE(check.findings.size() == 1);
  CHECK(check.findings.front().level == Finding::Level::bad);
  CHECK(must_fail(world.platform().check_region("us", {})).code == ErrorCode::not_found);
}

TEST_CASE("what df says is understood or nothing") {
  CHECK(controller::parse_df("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 40 60 40% /\n") ==
        controller::DiskSpace{100 * 1024, 60 * 1024});
  CHECK(controller::parse_df("") == std::nullopt);
  CHECK(controller::parse_df("df: unknown option\n") == std::nullopt);
  CHECK(controller::parse_df("Filesystem\noverlay ? ? ?\n") == std::nullopt);
}
