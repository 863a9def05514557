// Backups with the real program on a real engine: made, tried out, put back, and killed at any moment.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "controller/backup_schedules.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "store/sqlite/store.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  default: postgres\n  media: {type: media, mount: /data/media}\n"
    "volumes:\n  notes: /data/notes\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

std::string in_shell(const Site& site, const std::string& sql, const std::string& environment = "live") {
  return site.expect(0, {"service", "shell", "default", "-e", environment}, "\\t on\n\\a\n\\o\n" + sql + ";\n").out;
}

std::string fingerprint(const Site& site, const std::string& environment = "live") {
  return in_shell(site, "select count(*), sum(hashtext(t::text)) from visits as t", environment);
}
std::string file(const Site& site, const std::string& environment = "live") {
  return site.expect(0, {"exec", "-e", environment, "web", "--", "sh", "-c", "cat /data/*/file; ls /data/media /data/notes | wc -l"}).out;
}

void deploy(const Site& site) {
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  in_shell(site, "create table visits as select n, md5(n::text) as name from generate_series(1, 50000) as n");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo kept > /data/media/file; echo noted > /data/notes/file"});
}

std::size_t stored_objects(const Site& site, const std::string& part) {
  std::size_t count = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.home() / "backups", ignored))
    if (entry.is_regular_file() && contains(entry.path().string(), part)) ++count;
  return count;
}

void schedule_since_long_ago(const Site& site) {
  const auto store = tests::must(store::open_store(site.home()));
  const model::EnvironmentKey key{*model::ProjectName::parse("hello"), *model::EnvironmentName::parse("live")};
  tests::must(controller::put_backup_schedule(*store, key, {}));
}

bool drills_left(const Site& site) {
  const model::Labels labels{{std::string(model::label::managed), site.catalogue()}, {std::string(model::label::drill), ""}};
  return !site.engine().containers().list(labels).value().empty() || !site.engine().volumes().list(labels).value().empty();
}

}  // namespace

TEST_CASE("a backup is made, tried out, shown in the status, put back, downloaded and deleted") {
  const Site site({.base = "postgres:15", .port = 18350});
  deploy(site);
  const auto before = fingerprint(site);
  const auto made = site.answer({"backup", "create", "--verify"});
  REQUIRE(made["services"].size() == 3);
  CHECK(made["verified"] == "passed");
  CHECK(made["services"][0]["rows"] == 50000);
  CHECK(made["services"][1]["rows"] == 1);
  CHECK(made["services"][2]["prefix"] == "volume-notes");
  CHECK(made["services"][2]["type"] == "volume");
  CHECK(made["services"][2]["rows"] == 1);
  CHECK_FALSE(drills_left(site));
  const auto status = site.answer({"status"});
  CHECK(status["backups"]["verified"] == made["id"]);
  CHECK(status["problems"].empty());

  in_shell(site, "delete from visits where n > 10");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "rm /data/*/file; echo new | tee /data/media/other > /data/notes/other"});
  site.expect(5, {"backup", "restore"});
  site.expect(0, {"backup", "restore", "--yes"});
  CHECK(fingerprint(site) == before);
  CHECK(file(site) == "kept\nnoted\n5\n");
  const auto list = site.answer({"backup", "list"});
  REQUIRE(list["backups"].size() == 2);
  CHECK(list["backups"][0]["kind"] == "replaced");

  in_shell(site, "delete from visits where n > 20");
  const auto in_live = fingerprint(site);
  site.expect(0, {"deploy", "-e", "test"});
  site.expect(0, {"backup", "restore", made["id"], "-e", "test", "--from", "live", "--yes"});
  CHECK(fingerprint(site, "test") == before);
  CHECK(file(site, "test") == "kept\nnoted\n5\n");
  CHECK(fingerprint(site) == in_live);

  const auto folder = site.home().parent_path() / "dumps";
  const auto files = site.answer({"backup", "download", made["id"], "--to", folder.string()});
  CHECK(std::filesystem::file_size(files["files"][0]["path"].get<std::string>()) == made["services"][0]["bytes"]);
  site.expect(4, {"backup", "download", made["id"], "--to", folder.string()});

  site.change_code("newer");
  site.expect(0, {"deploy"});
  CHECK(contains(site.expect(5, {"backup", "restore", made["id"], "--yes"}).err, "may need a newer schema"));
  site.expect(0, {"backup", "restore", made["id"], "--yes", "--force", "--service", "default"});
  site.expect(0, {"backup", "delete", made["id"], "--yes"});
  site.expect(3, {"backup", "show", made["id"]});
}

TEST_CASE("damage and another key are refused before anything is replaced, and a drill says so") {
  const Site site({.base = "postgres:15", .port = 18351});
  deploy(site);
  const auto before = fingerprint(site);
  const auto id = site.answer({"backup", "create"})["id"].get<std::string>();
  const auto key = site.expect(0, {"backup", "key"}).out;
  site.expect(2, {"backup", "key", "--import"}, "divio-backup-key-");
  const auto data = site.home() / "backups/hello/live/data" / id / "default";
  {
    std::fstream file(data, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1000);
    file.put('x');
    file.put('y');
  }
  CHECK(site.divioctl({"backup", "verify"}).code == 1);
  CHECK(contains(site.expect(0, {"status"}).out, "did not pass its restore drill"));
  CHECK(contains(site.expect(5, {"backup", "restore", "--yes"}).err, "is damaged"));
  CHECK(fingerprint(site) == before);
  CHECK_FALSE(drills_left(site));
  CHECK(site.expect(0, {"backup", "key"}).out == key);
}

TEST_CASE("a backup killed at any moment is none, the status says so, and the next one clears it away") {
  const Site site({.base = "postgres:15", .port = 18352});
  deploy(site);
  for (const int milliseconds : {60, 150, 250, 400, 600}) {
    CAPTURE(milliseconds);
    {
      Running backup(site.command({"backup", "create"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      backup.signal(SIGKILL);
    }
    const auto listed = site.answer({"backup", "list"});
    CHECK(listed["backups"].size() == stored_objects(site, "/manifests/"));
    for (const auto& backup : listed["backups"]) CHECK(backup["services"].size() == 3);
  }
  const auto made = site.answer({"backup", "create", "--verify"});
  CHECK(made["verified"] == "passed");
  CHECK(stored_objects(site, "/begun/") == 0);
  CHECK(stored_objects(site, "/data/") == 3 * stored_objects(site, "/manifests/"));
  CHECK(site.answer({"status"})["problems"].empty());
}

TEST_CASE("a restore and a drill killed at any moment leave the old data or the new, and nothing of their own") {
  const Site site({.base = "postgres:15", .port = 18353});
  deploy(site);
  const auto before = fingerprint(site);
  site.expect(0, {"backup", "create"});
  in_shell(site, "delete from visits where n > 10");
  const auto other = fingerprint(site);
  for (const int milliseconds : {200, 500, 900, 1300}) {
    CAPTURE(milliseconds);
    {
      Running restore(site.command({"backup", "restore", site.answer({"backup", "list"})["backups"].back()["id"], "--yes"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      restore.signal(SIGKILL);
    }
    const auto seen = fingerprint(site);
    CHECK_MESSAGE((seen == before || seen == other), seen);
  }
  const auto oldest = site.answer({"backup", "list"})["backups"].back()["id"].get<std::string>();
  site.expect(0, {"backup", "restore", oldest, "--yes"});
  CHECK(fingerprint(site) == before);
  {
    Running drill(site.command({"backup", "verify", oldest}));
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    drill.signal(SIGKILL);
  }
  site.expect(0, {"reconcile"});
  CHECK_FALSE(drills_left(site));
  CHECK(site.answer({"backup", "verify", oldest})["verified"] == "passed");
}

TEST_CASE("what is due is made, by the command and by reconcile --watch, and a service that goes leaves a last backup") {
  const Site site({.base = "postgres:15", .port = 18354});
  deploy(site);
  CHECK(contains(site.expect(0, {"backup", "run"}).out, "Nothing is due"));
  CHECK(site.answer({"backup", "schedule", "--at", "03:00"})["at"] == "03:00");
  CHECK(contains(site.expect(0, {"backup", "run"}).out, "Nothing is due"));
  site.expect(2, {"backup", "schedule", "--at", "25:00"});
  schedule_since_long_ago(site);
  const auto due = site.answer({"backup", "run"})["backups"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["kind"] == "scheduled");
  CHECK(due[0]["verified"] == "passed");
  CHECK(due[0]["services"][0]["rows"] == 50000);
  CHECK(contains(site.expect(0, {"backup", "run"}).out, "Nothing is due"));
  site.expect(0, {"backup", "delete", due[0]["id"], "--yes"});
  {
    Running watch(site.command({"reconcile", "--watch"}));
    CHECK(comes_true([&] {
      const auto made = site.answer({"backup", "list"})["backups"];
      return made.size() == 1 && made[0]["kind"] == "scheduled" && made[0]["verified"] == "passed";
    }));
    watch.signal(SIGTERM);
    CHECK(watch.wait().code == 0);
  }
  site.expect(0, {"service", "detach", "default"});
  site.expect(0, {"service", "remove", "default", "--yes"});
  const auto list = site.answer({"backup", "list"});
  REQUIRE(list["backups"].size() == 2);
  CHECK(list["backups"][0]["kind"] == "removed");
  CHECK(list["backups"][0]["services"][0]["rows"] == 50000);
  site.expect(0, {"service", "detach", "media"});
  site.expect(0, {"service", "remove", "media", "--no-backup", "--yes"});
  CHECK(site.answer({"backup", "list"})["backups"].size() == 2);
}
