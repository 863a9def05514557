// The life of a project, from its first deployment to its end.
#include <doctest/doctest.h>
#include <signal.h>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

void check_members(const nlohmann::json& object, const Words& members) {
  for (const auto& member : members) {
    CAPTURE(member);
    CHECK(object.contains(member));
  }
}

std::size_t images(const Site& site) {
  const auto all = site.belongings();
  std::size_t count = 0;
  for (auto at = all.find("image "); at != std::string::npos; at = all.find("image ", at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("deploy and status answer with the members that scripts rely on") {
  const Site site;
  const auto first = site.answer({"deploy"});
  check_members(first, {"operation", "release", "image", "commit", "reused", "outcome", "url"});
  CHECK(first["reused"] == false);
  CHECK(first["outcome"] == "deployed");
  CHECK(first["release"] == 1);
  CHECK(first["url"] == "http://hello.localhost:" + std::to_string(site.port()));
  CHECK(first["commit"].get<std::string>().size() == 40);
  const auto again = site.answer({"deploy"});
  CHECK(again["outcome"] == "unchanged");
  CHECK(again["reused"] == true);
  CHECK(again["release"] == 1);
  const auto status = site.answer({"status"});
  check_members(status, {"project", "environment", "region", "url", "release", "commit", "processes", "instances"});
  CHECK(status["project"] == "hello");
  CHECK(status["environment"] == "live");
  CHECK(status["region"] == "local");
  CHECK(status["commit"] == first["commit"]);
  CHECK(status["processes"]["web"] == nlohmann::json{{"wanted", 1}, {"running", 1}, {"healthy", 1}});
  REQUIRE(status["instances"].size() == 1);
  check_members(status["instances"][0], {"name", "process", "release", "state", "health", "started_at"});
  CHECK(status["instances"][0]["name"] == "hello-live-web-r1-1");
  CHECK(status["instances"][0]["health"] == "passing");
}

TEST_CASE("what init writes deploys, doctor says what is well and what is not, and a reconciliation that watches brings back what goes") {
  const Site site;
  auto without_engine = site.command({"doctor"});
  without_engine.environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
  const auto ill = run(without_engine);
  CHECK_MESSAGE(ill.code == 1, ill.text());
  CHECK(contains(ill.out, "/nowhere/docker.sock"));

  site.expect(0, {"init", "--overwrite", "--name", "hello", "--health-path", "/healthz"});
  site.commit("What init writes");
  CHECK(contains(site.expect(0, {"doctor"}).out, "ingress: none yet; the first deployment makes it"));
  site.expect(0, {"deploy"});
  CHECK(contains(site.visit(), "release=1"));
  CHECK(contains(site.expect(0, {"doctor"}).out, "ingress: runs on port " + std::to_string(site.port())));

  const auto before = site.containers();
  Running watching(site.command({"reconcile", "--watch", "--interval", "1s"}));
  for (int times = 0; times < 2; ++times) {
    tests::must(site.engine().containers().remove(before));
    CHECK(comes_true([&] { return site.containers() == before && site.visit_status() == 200; }));
  }
  watching.signal(SIGINT);
  const auto ended = watching.wait();
  CHECK_MESSAGE(ended.code == 0, ended.text());
}

TEST_CASE("a dry run prints the plan and changes nothing") {
  const Site site;
  const auto plan = site.answer({"deploy", "--dry-run"});
  CHECK(plan["outcome"] == "planned");
  CHECK(site.containers() == "");
  CHECK(site.belongings() == "");
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  CHECK(!site.answer({"scale", "web=3", "--dry-run"})["plan"].empty());
  CHECK(!site.answer({"restart", "--dry-run"})["plan"].empty());
  CHECK(!site.answer({"destroy", "--dry-run"})["plan"].empty());
  CHECK(site.answer({"deploy", "--dry-run"})["plan"].empty());
  CHECK(site.containers() == before);
}

TEST_CASE("a stopped environment answers with a clear page, keeps its release, and starts again") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"scale", "web=2"});
  site.expect(0, {"stop"});
  CHECK(site.containers() == "");
  CHECK(site.answer({"status"})["state"] == "stopped");
  const auto page = site.visit();
  CHECK(contains(page, " 503 "));
  CHECK(contains(page, "stopped"));
  site.expect(0, {"start"});
  CHECK(site.visit_status() == 200);
  CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == 2);
}

TEST_CASE("an environment answers to its domains, and two environments do not get into each other's way") {
  const Site site;
  site.write("divio.yaml",
             "project: hello\nprocesses: {web: {health: {path: /healthz}}}\nenvironments:\n"
             "  live: {branch: main, domains: [shop.example.com, www.shop.example.com]}\n  test: {branch: main}\n");
  site.commit("domains");
  site.expect(0, {"deploy"});
  site.expect(0, {"-e", "test", "deploy"});
  for (const char* host : {"hello.localhost", "shop.example.com", "WWW.shop.example.com"}) {
    CAPTURE(host);
    CHECK(contains(site.visit("/variable?name=STAGE", host), "live"));
  }
  CHECK(contains(site.visit("/variable?name=STAGE", "hello-test.localhost"), "test"));
  CHECK(site.visit_status("/", "other.example.com") == 404);
  CHECK(contains(site.visit("/variable?name=DOMAIN"), "shop.example.com"));
}

TEST_CASE("volumes outlive deployments, and go with the environment unless they are to be kept") {
  const Site site({.base = "debian:bookworm-slim"});
  site.write("divio.yaml",
             "project: hello\nprocesses: {web: {health: {path: /healthz}}}\nvolumes: {data: /data}\n"
             "environments: {live: {branch: main}}\n");
  site.commit("a volume");
  site.expect(0, {"deploy"});
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo kept > /data/file"});
  site.change_code("next");
  site.expect(0, {"deploy"});
  CHECK(site.expect(0, {"exec", "web", "--", "cat", "/data/file"}).out == "kept\n");
  site.expect(0, {"destroy", "--yes", "--keep-volumes"});
  CHECK(contains(site.belongings(), "volume divio-hello-live-data"));
  site.expect(0, {"deploy"});
  CHECK(site.expect(0, {"run", "--", "cat", "/data/file"}).out == "kept\n");
  site.expect(0, {"destroy", "--yes"});
  CHECK(!contains(site.belongings(), "volume divio-hello-live-data"));
}

TEST_CASE("the images of five releases are kept, older ones go, and each one kept can be rolled back to") {
  const Site site;
  for (int i = 1; i <= 7; ++i) {
    site.change_code("release " + std::to_string(i));
    site.expect(0, {"deploy"});
  }
  CHECK(images(site) == 5);
  site.expect(5, {"rollback", "2"});
  site.expect(0, {"rollback", "3"});
  CHECK(contains(site.visit(), "release=3"));
  site.expect(0, {"rollback", "7"});
  site.expect(0, {"rollback"});
  CHECK(contains(site.visit(), "release=6"));
  CHECK(site.answer({"releases"})["releases"].size() == 7);
}

TEST_CASE("a destroyed project leaves no container, network, volume or image, and the ingress only to those who still need it") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"-e", "test", "deploy"});
  site.expect(0, {"destroy", "--yes"});
  CHECK(site.visit_status() == 404);
  CHECK(site.visit_status("/", "hello-test.localhost") == 200);
  site.expect(0, {"destroy", "--whole-project", "--yes"});
  CHECK(site.containers() == "");
  const auto left = site.belongings();
  for (const char* kind : {"image", "network", "volume divio-hello"}) {
    CAPTURE(left);
    CHECK(!contains(left, kind));
  }
  CHECK(site.answer({"project", "list"})["projects"].empty());
}
