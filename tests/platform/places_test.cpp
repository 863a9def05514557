// In which region environments are made and looked for.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

constexpr const char* in_eu = "environments: {live: {region: eu}}\n";

}  // namespace

TEST_CASE("an environment is made in the region its file names, and everything about it is done there") {
  SeveralRegions world;
  world.add("eu");
  world.write(in_eu);
  const auto outcome = must(world.deploy());
  CHECK(outcome.region == "eu");
  CHECK(world.instances(eu_endpoint) == "shop-live-web-r1-1");
  CHECK(must(world.deploy("test")).region == "local");
  CHECK(world.instances(local_endpoint) == "shop-test-web-r1-1");

  auto platform = world.platform();
  const auto status = must(platform.status(world.target()));
  CHECK(status.region == "eu");
  CHECK(status.state == "serving");
  CHECK(must(platform.status(world.target("test"))).region == "local");
  must(platform.scale(world.target(), {{{"web", 3}}}, {}));
  CHECK(world.instances(eu_endpoint) == "shop-live-web-r1-1 shop-live-web-r1-2 shop-live-web-r1-3");
  CHECK(world.instances(local_endpoint) == "shop-test-web-r1-1");
  const auto project = must(platform.project(world.target()));
  REQUIRE(project.environments.size() == 2);
  CHECK(project.environments[0].region == "eu");
  CHECK(project.environments[1].region == "local");

  must(platform.destroy(world.target(), {.whole_project = true}, {}));
  CHECK(world.instances(eu_endpoint) == "");
  CHECK(world.instances(local_endpoint) == "");
}

TEST_CASE("an environment stays in its region when the file says another one, and is found there without a file") {
  SeveralRegions world;
  world.add("eu");
  world.write(in_eu);
  must(world.deploy());
  world.write("environments: {live: {region: local}}\n");
  const auto refused = must_fail(world.deploy());
  CHECK(refused.code == ErrorCode::refused);
  CHECK(contains(refused.hint, "moving it is `migrate`"));
  CHECK(world.instances(local_endpoint) == "");
  world.write("");
  CHECK(must(world.deploy()).region == "eu");
}

TEST_CASE("an environment that only has variables yet goes where its file says") {
  SeveralRegions world;
  world.add("eu");
  must(world.platform().set_variables(world.target(), {{"A", Secret("1"), false}}));
  world.write(in_eu);
  must(world.deploy());
  CHECK(world.instances(eu_endpoint) == "shop-live-web-r1-1");
  CHECK(must(world.platform().status(world.target())).region == "eu");
}

TEST_CASE("a first deployment that failed stays in its region") {
  SeveralRegions world;
  world.add("eu");
  world.write(in_eu);
  world.engine(eu_endpoint).fail_call("containers.start", 1, {ErrorCode::failed, "no", "", ""});
  must_fail(world.deploy());
  world.write("");
  CHECK(must(world.deploy()).region == "eu");
}

TEST_CASE("new environments go to the default region, unless it is draining or somebody else's") {
  SeveralRegions world;
  RegionRequest request;
  request.make_default = true;
  world.add("eu", request);
  CHECK(must(world.deploy("test")).region == "eu");
  must(world.platform().drain_region({"eu", false}));
  CHECK(contains(must_fail(world.deploy()).message, "draining"));
  CHECK(must(world.deploy("test")).region == "eu");
  must(world.platform().drain_region({"eu", true}));
  CHECK(must(world.deploy()).region == "eu");

  RegionRequest dedicated;
  dedicated.name = "eu";
  dedicated.dedicated = "acme";
  CHECK(contains(must_fail(world.platform().set_region(dedicated)).message, "while shop-live lives there"));
  world.write("organisation: acme\n");
  must(world.deploy());
  must(world.platform().set_region(dedicated));
  world.write("organisation: globex\n");
  CHECK(contains(must_fail(world.deploy()).message, "dedicated to acme"));
}

TEST_CASE("the domain of a region gives environments there their host names") {
  SeveralRegions world;
  RegionRequest request;
  request.domain = "eu.example.com";
  request.ingress_port = 8088;
  world.add("eu", request);
  world.write(in_eu);
  const auto outcome = must(world.deploy());
  CHECK(outcome.url == "http://shop.eu.example.com:8088");
  CHECK(outcome.address == "");
}

TEST_CASE("without a domain the address of a region elsewhere is said, and for this machine it is not") {
  SeveralRegions world;
  RegionRequest request;
  request.address = "10.89.3.2";
  request.ingress_port = 8088;
  world.add("eu", request);
  world.write(in_eu);
  const auto outcome = must(world.deploy());
  CHECK(outcome.url == "http://shop.localhost:8088");
  CHECK(outcome.address == "http://10.89.3.2:8088");
  CHECK(must(world.platform().status(world.target())).address == "http://10.89.3.2:8088");
  CHECK(must(world.deploy("test")).address == "");
}

TEST_CASE("local keeps the engine at which something was first deployed, and refuses another one while it lives there") {
  SeveralRegions world;
  must(world.platform("unix:///a.sock").deploy(world.target(), {}, {}));
  CHECK(world.instances("unix:///a.sock") == "shop-live-web-r1-1");
  const auto refused = must_fail(world.platform("unix:///b.sock").status(world.target()));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == "region local is the engine at unix:///a.sock, where shop-live lives, but DOCKER_HOST says unix:///b.sock");
  CHECK(contains(refused.hint, "divioctl region add NAME --endpoint unix:///b.sock"));
  must_fail(world.platform("unix:///b.sock").deploy(world.target("test"), {}, {}));
  CHECK(world.instances("unix:///b.sock") == "");
  // Without DOCKER_HOST it is looked for where it lives.
  CHECK(must(world.platform().status(world.target())).state == "serving");
  must(world.platform().destroy(world.target(), {}, {}));
  must(world.platform("unix:///b.sock").deploy(world.target(), {}, {}));
  CHECK(world.instances("unix:///b.sock") == "shop-live-web-r1-1");
}

TEST_CASE("a dry run binds local to no engine") {
  SeveralRegions world;
  must(world.platform("unix:///a.sock").deploy(world.target(), {}, {.dry_run = true}));
  must(world.platform("unix:///b.sock").deploy(world.target(), {}, {}));
  CHECK(world.instances("unix:///b.sock") == "shop-live-web-r1-1");
}

TEST_CASE("reconcile looks after every region, also when one does not answer") {
  SeveralRegions world;
  world.add("eu");
  world.write(in_eu);
  must(world.deploy());
  must(world.deploy("test"));
  must(world.engine(local_endpoint).containers().remove("shop-test-web-r1-1"));
  world.engine(eu_endpoint).die();
  const auto failed = must_fail(world.platform().reconcile(world.target(), {.every_project = true}, {}));
  CHECK(failed.code == ErrorCode::unreachable);
  CHECK(world.instances(local_endpoint) == "shop-test-web-r1-1");
  world.engine(eu_endpoint).revive();
  CHECK(must(world.platform().reconcile(world.target(), {.every_project = true}, {})).size() == 2);
}
