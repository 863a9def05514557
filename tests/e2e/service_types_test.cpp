// A project with a service of each type, with the real program: on Docker's engine, and on Podman.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* each_type_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  default: postgres\n  cache: {type: redis, scope: dedicated, resources: {memory: 96Mi}}\n  other: mariadb\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n";

struct Talk {
  std::string prefix, fill, ask, answer;
};

const std::array<Talk, 3> talks{{
    {"cache", "SET word kept\n", "GET word\n", "kept"},
    {"default", "create table note as select 'kept' as word;\n", "select word from note;\n", "kept"},
    {"other", "create table note as select 'kept' as word;\n", "select word from note;\n", "kept"},
}};

std::string say(const Site& site, const Talk& talk, const std::string& words) {
  return site.expect(0, {"service", "shell", talk.prefix}, words).out;
}

std::string file(const Site& site) { return site.expect(0, {"exec", "web", "--", "cat", "/data/media/file"}).out; }

}  // namespace

TEST_CASE("services of every type are made and serve, a second deployment has nothing to do, and their data survive a rotation, a restart and a restore") {
  const Site site({.base = "debian:bookworm-slim", .port = 18370});
  site.write("divio.yaml", each_type_file);
  site.commit("A service of each type");
  site.expect(0, {"deploy"});
  const auto status = site.answer({"status"});
  CHECK(status["state"] == "serving");
  CHECK_MESSAGE(status["problems"].empty(), status.dump(1));
  for (const auto& service : status["services"])
    if (service["type"] != "media") CHECK_MESSAGE(service["health"] == "serving", service.dump());
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
  const auto region = site.answer({"region", "show", "local"});
  CHECK(region["servers"] == nlohmann::json::array({"divio-hello-live-cache", "divio-mariadb-10-11", "divio-postgres-15"}));
  CHECK(region["reserved_memory_bytes"] == 96 << 20);
  CHECK_FALSE(contains(site.expect(0, {"reconcile"}).out, "server"));

  CHECK(contains(site.expect(0, {"service", "logs", "cache"}).out, "Ready to accept connections"));

  for (const auto& talk : talks) say(site, talk, talk.fill);
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo kept > /data/media/file"});
  const auto made = site.answer({"backup", "create", "--verify"});
  CHECK(made["verified"] == "passed");
  CHECK(made["services"].size() == 4);

  for (const auto& talk : talks) {
    site.expect(0, {"service", "rotate", talk.prefix});
    CHECK(contains(say(site, talk, talk.ask), talk.answer));
  }
  site.expect(0, {"stop"});
  site.expect(0, {"start"});
  CHECK(site.visit_status() == 200);
  site.expect(0, {"exec", "web", "--", "rm", "/data/media/file"});
  say(site, talks[0], "DEL word\n");
  say(site, talks[1], "drop table note;\n");
  say(site, talks[2], "drop table note;\n");
  site.expect(0, {"backup", "restore", made["id"].get<std::string>(), "--yes"});
  for (const auto& talk : talks) CHECK(contains(say(site, talk, talk.ask), talk.answer));
  CHECK(file(site) == "kept\n");

  site.expect(0, {"destroy", "--yes"});
  CHECK(site.containers() == "divio-mariadb-10-11 divio-postgres-15");
}
