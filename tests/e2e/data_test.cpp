// Data of a real PostgreSQL with the real program: copied to another environment, pulled into a file, pushed back.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  default: postgres\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

std::string in_shell(const Site& site, const std::string& environment, const std::string& sql) {
  return site.expect(0, {"service", "shell", "default", "-e", environment}, "\\t on\n\\a\n\\o\n" + sql + ";\n").out;
}

// What the table holds: how many rows, and a number that changes with any of them.
std::string fingerprint(const Site& site, const std::string& environment) {
  return in_shell(site, environment, "select count(*), sum(hashtext(t::text)) from visits as t");
}

std::filesystem::path deployed_twice(const Site& site) {
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy", "-e", "live"});
  site.expect(0, {"deploy", "-e", "test"});
  in_shell(site, "live", "create table visits as select n, md5(n::text) as name from generate_series(1, 50000) as n");
  return site.code().parent_path() / "hello.dump";
}

}  // namespace

TEST_CASE("data is copied to another environment, pulled into a file and pushed back") {
  const Site site({.port = 18340});
  const auto file = deployed_twice(site);
  const auto before = fingerprint(site, "live");
  CHECK(contains(before, "50000|"));

  const auto files = site.code().parent_path() / "files";
  std::filesystem::create_directories(files / "pictures");
  std::ofstream(files / "pictures/one.txt") << "one";
  site.expect(0, {"media", "push", "-e", "live", files.string()});

  const auto planned = site.expect(0, {"data", "copy", "--from", "live", "--to", "test", "--dry-run"}).out;
  CHECK_MESSAGE(contains(planned, "replace the data of service default by that of live"), planned);
  site.expect(5, {"data", "copy", "--from", "live", "--to", "test"});
  site.expect(0, {"data", "copy", "--from", "live", "--to", "test", "--yes"});
  CHECK(fingerprint(site, "test") == before);
  const auto copied = site.code().parent_path() / "copied";
  site.expect(0, {"media", "pull", "-e", "test", copied.string()});
  CHECK(file_text(copied / "pictures/one.txt") == "one");

  const auto pulled = site.answer({"data", "pull", "-e", "live", file.string()});
  CHECK(pulled["bytes"] == std::filesystem::file_size(file));
  CHECK(static_cast<int>(std::filesystem::status(file).permissions()) == 0600);
  site.expect(4, {"data", "pull", "-e", "live", file.string()});
  in_shell(site, "live", "delete from visits where n > 10");
  CHECK(fingerprint(site, "live") != before);
  site.expect(0, {"data", "push", "-e", "live", file.string(), "--yes"});
  CHECK(fingerprint(site, "live") == before);

  // What was replaced is a backup.
  site.expect(0, {"backup", "restore", "-e", "live", "--service", "default", "--yes"});
  CHECK(fingerprint(site, "live") != before);
  site.expect(0, {"data", "push", "-e", "live", file.string(), "--replace", "--yes"});
  CHECK(fingerprint(site, "live") == before);

  SUBCASE("plain SQL comes through a pipe") {
    site.expect(0, {"data", "push", "-e", "test", "-", "--yes"}, "create table visits as select 1 as n;\n");
    CHECK(contains(fingerprint(site, "test"), "1|"));
  }
  SUBCASE("what is no dump, or a bad one, changes nothing") {
    site.expect(2, {"data", "push", "-e", "test", "-", "--yes"}, "\x1f\x8b\x08");
    site.expect(1, {"data", "push", "-e", "test", "-", "--yes"}, "select nonsense;\n");
    site.expect(3, {"data", "push", "-e", "test", "no-such-file", "--yes"});
    CHECK(fingerprint(site, "test") == before);
  }
}

TEST_CASE("a copy killed at any moment leaves the old data or the new, and the same command again completes it") {
  const Site site({.port = 18341});
  deployed_twice(site);
  const auto before = fingerprint(site, "live");
  in_shell(site, "test", "create table visits as select 1 as n, 'old' as name");
  const auto old = fingerprint(site, "test");
  for (const int milliseconds : {50, 150, 250, 350, 500, 700}) {
    CAPTURE(milliseconds);
    {
      Running copy(site.command({"data", "copy", "--from", "live", "--to", "test", "--replace", "--yes"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      copy.signal(SIGKILL);
    }
    const auto seen = fingerprint(site, "test");
    CHECK_MESSAGE((seen == old || seen == before), seen);
  }
  site.expect(0, {"data", "copy", "--from", "live", "--to", "test", "--yes"});
  CHECK(fingerprint(site, "test") == before);
  const auto databases = site.expect(0, {"operation", "list"}).out;
  CHECK_MESSAGE(!contains(databases, "interrupted"), databases);
}
