// One tenant's container, with the credentials that it was given, against another tenant's cache and media.
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* two_tenants_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  cache: {type: redis, scope: dedicated}\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

std::string docker(Words words) {
  words.insert(words.begin(), {"docker", "-H", needed_variable("DIVIO_TEST_ENGINE")});
  const auto ended = run({std::move(words), {}});
  REQUIRE_MESSAGE(ended.code == 0, ended.text());
  return std::string(trim(ended.out));
}

// What the container of live is answered by a cache at this host, with live's own credentials.
std::string asked(const Site& site, const std::string& host) {
  const std::string script = "timeout 5 redis-cli -u \"$(printf %s \"$CACHE_URL\" | sed \"s/@[^:]*:/@$1:/\")\" KEYS '*' 2>&1 || echo failed";
  return site.expect(0, {"exec", "-e", "live", "web", "--", "sh", "-c", script, "sh", host}).out;
}

}  // namespace

TEST_CASE("from one environment's container another one's cache is not reached by name or address, and its media are nowhere") {
  const Site site({.base = "redis:7", .port = 18366});
  site.write("divio.yaml", two_tenants_file);
  site.commit("A cache and media");
  for (const auto* environment : {"live", "test"}) {
    site.expect(0, {"deploy", "-e", environment});
    site.expect(0, {"service", "shell", "cache", "-e", environment}, std::string("SET word-of-") + environment + " 1\n");
    site.expect(0, {"exec", "-e", environment, "web", "--", "touch", std::string("/data/media/file-of-") + environment});
  }
  std::istringstream names(docker({"ps", "--format", "{{.Names}}", "--filter", "label=divio.service=redis"}));
  int others = 0;
  for (std::string name; std::getline(names, name);) {
    CAPTURE(name);
    const auto addresses = docker({"inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", name});
    const bool own = contains(name, "live");
    others += own ? 0 : 1;
    for (const auto& host : split(name + " " + addresses, ' ')) {
      CAPTURE(host);
      const auto answer = asked(site, host);
      CHECK_FALSE(contains(answer, "word-of-test"));
      CHECK(contains(answer, own ? "word-of-live" : "failed"));
    }
  }
  CHECK(others == 1);
  const auto found = site.expect(0, {"exec", "-e", "live", "web", "--", "sh", "-c", "find / -xdev -name 'file-of-*' 2>/dev/null; find /data -name 'file-of-*'"}).out;
  CHECK(contains(found, "/data/media/file-of-live"));
  CHECK_FALSE(contains(found, "file-of-test"));
}
