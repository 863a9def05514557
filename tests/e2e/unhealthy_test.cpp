// Releases that cannot serve: the deployment fails, says why in words, and what served before goes on.
#include <doctest/doctest.h>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
using tests::must;

namespace {

struct Failing {
  const char* way;  // HELLO_FAIL
  Words said;
};

const std::vector<Failing> failing{
    {"redirect", {"health path /healthz answers 301", "redirect", "processes.web.health.path"}},
    {"notfound", {"health path /healthz answers 404"}},
    {"exit", {"ended with exit code 1", "the configuration is broken, giving up"}},
    {"oom", {"out of memory", "64", "processes.web.resources.memory"}},
    {"wrong-port", {"nothing listens on port 8000, but on 8001"}},
    {"hang", {"accepts connections on port 8000 but does not answer"}},
};

void write_impatient_file(const Site& site) {
  site.write("divio.yaml",
             "project: hello\nprocesses:\n  web: {health: {path: /healthz, timeout: 500ms, start_timeout: 3s}, "
             "resources: {memory: 64Mi}}\nenvironments: {live: {branch: main}}\n");
  site.commit("an impatient health check");
}

}  // namespace

TEST_CASE("a release that cannot serve fails with its cause in words, and what served goes on as if nothing had been") {
  const Site site;
  write_impatient_file(site);
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  for (const auto& one : failing) {
    CAPTURE(std::string(one.way));
    site.expect(0, {"variable", "set", std::string("HELLO_FAIL=") + one.way});
    const auto ended = site.divioctl({"deploy"});
    CAPTURE(ended.text());
    CHECK(ended.code == 1);
    for (const auto& words : one.said) {
      CAPTURE(words);
      CHECK(contains(ended.err, words));
    }
    CHECK(site.containers() == before);
    CHECK(site.visit_status() == 200);
    const auto status = site.answer({"status"});
    CHECK(status["release"] == 1);
    CHECK(status["state"] == "serving");
  }
  const auto releases = site.answer({"releases"})["releases"];
  REQUIRE(releases.size() == failing.size() + 1);
  CHECK(releases[0]["state"] == "failed");
  CHECK(contains(releases[0]["reason"], "does not answer"));
  CHECK(releases.back()["state"] == "active");
  site.expect(5, {"rollback", std::to_string(releases[0]["number"].get<int>())});
  CHECK(contains(site.expect(7, {"deploy", "--timeout", "1s"}).err, "the operation took longer than 1 s"));  // it hangs still
  CHECK(site.containers() == before);
  CHECK(site.visit_status() == 200);
}

// An image as a pull from a registry would leave it: for a computer of another kind than this one.
TEST_CASE("an image of another architecture is called by its name") {
  const Site site;
  const auto made = run({{"sh", "-c", R"(set -e
cd "$1"
printf 'no program of this computer' >server
chmod +x server
tar -cf layer.tar server
id=$(sha256sum layer.tar | cut -d' ' -f1)
printf '{"architecture":"s390x","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$id" >config.json
printf '[{"Config":"config.json","RepoTags":["foreign:1"],"Layers":["layer.tar"]}]' >manifest.json
tar -c manifest.json config.json layer.tar)", "sh", site.code().string()}, {}});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  must(site.engine().images().load([&](const ports::ByteSink& sink) { return sink(made.out); }, {}));
  site.write("Dockerfile", "FROM foreign:1\nEXPOSE 8000\nENTRYPOINT [\"/server\"]\n");
  auto command = site.command({"deploy", "--worktree"});
  command.environment["PATH"] = "/nowhere";  // without a docker client the engine's own builder takes the image that is there
  const auto ended = run(command);
  must(site.engine().images().remove("foreign:1"));
  CHECK(ended.code == 1);
  CAPTURE(ended.text());
  CHECK(contains(ended.err, "its image is made for s390x, and the engine's host is "));
  CHECK(contains(ended.err, "build it for linux/"));
}

TEST_CASE("a first deployment that fails leaves no container and no route") {
  const Site site;
  write_impatient_file(site);
  site.expect(0, {"variable", "set", "HELLO_FAIL=exit"});
  site.expect(1, {"deploy"});
  CHECK(site.containers() == "");
  CHECK(site.visit_status() == 404);
  CHECK(site.answer({"status"})["state"] == "not deployed");
  site.expect(0, {"variable", "unset", "HELLO_FAIL"});
  site.expect(0, {"deploy"});
  CHECK(site.visit_status() == 200);
}

TEST_CASE("a release command that fails ends the deployment with its output, before any instance is started") {
  const Site site({.base = "debian:bookworm-slim"});
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  site.write("divio.yaml",
             "project: hello\nprocesses: {web: {health: {path: /healthz}}}\nenvironments: {live: {branch: main}}\n"
             "release: [\"echo first in $STAGE\", \"echo the table is locked; exit 7\", \"echo never\"]\n");
  site.commit("release commands");
  const auto ended = site.expect(1, {"deploy"});
  CAPTURE(ended.text());
  CHECK(contains(ended.err, "first in live"));
  CHECK(contains(ended.err, "ended with exit code 7"));
  CHECK(contains(ended.err, "the table is locked"));
  CHECK(!contains(ended.err, "| never"));
  CHECK(!contains(ended.err, "start hello-live-web-r2"));
  CHECK(site.containers() == before);
  CHECK(contains(site.visit(), "release=1"));
}

TEST_CASE("a build that fails ends the deployment with its log, and what served goes on") {
  const Site site({.base = "debian:bookworm-slim"});
  site.expect(0, {"deploy"});
  const auto before = site.belongings();
  site.write("Dockerfile", "FROM debian:bookworm-slim\nRUN echo compiling; echo the compiler gives up; exit 3\n");
  site.commit("a build that fails");
  const auto ended = site.expect(1, {"deploy"});
  CAPTURE(ended.text());
  CHECK(contains(ended.err, "the compiler gives up"));
  CHECK(site.belongings() == before);
  CHECK(contains(site.visit(), "release=1"));
}

TEST_CASE("what runs out of memory, crashes or hangs later is seen, and a reconciliation replaces what hangs") {
  const Site site;
  write_impatient_file(site);
  site.expect(0, {"deploy"});
  CHECK(site.visit("/crash").find("200 OK") == std::string::npos);
  CHECK(comes_true([&] { return site.visit_status() == 200; }));
  REQUIRE(comes_true([&] { return site.answer({"status"})["state"] == "serving"; }));
  const std::string before = site.containers();
  CHECK(site.visit_status("/hang") != 200);
  REQUIRE(comes_true([&] { return site.answer({"status"})["state"] == "down"; }));
  site.expect(1, {"status", "--check"});
  REQUIRE(comes_true([&] {
    site.expect(0, {"reconcile"});
    return site.containers() != before;
  }));
  CHECK(site.visit_status() == 200);
  CHECK(contains(site.expect(0, {"status", "--check"}).out, "hello/live: serving"));
}
