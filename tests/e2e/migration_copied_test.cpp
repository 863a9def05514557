// What cannot follow is moved between two hosts with the real program.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <future>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

// An image of MariaDB that lacks what following takes, on either host: such a service is copied.
void make_image_that_cannot_follow(const SecondHost& host) {
  for (const auto& endpoint : {needed_variable("DIVIO_TEST_ENGINE"), host.endpoint})
    REQUIRE(run({{"docker", "-H", endpoint, "build", "-q", "-t", "mariadb-without-flock", "-"}, {}, "FROM mariadb:10.11\nRUN rm /usr/bin/flock\n"}).code == 0);
}

// Of the newest comparison of a service.
nlohmann::json report_of(const Site& site, const std::string& prefix) {
  const auto shown = site.answer({"migrate", "show"});
  nlohmann::json found;
  for (const auto& comparison : shown["comparisons"])
    for (const auto& service : comparison["services"])
      if (service["prefix"] == prefix) found = {{"before", comparison["before"]}, {"serving", comparison["serving"]}, {"same", comparison["same"]}, {"intact", comparison["intact"]}, {"service", service}};
  return found;
}

// Somebody who writes to the database around the ingress, until there is a row in `stopped`, and for five minutes at most.
constexpr const char* writing_on = "BEGIN NOT ATOMIC DECLARE i INT DEFAULT 1000; WHILE i < 30000 AND NOT EXISTS (SELECT * FROM stopped) DO INSERT INTO note VALUES (i, 'around'); DO SLEEP(0.01); SET i = i + 1;"
                                   " END WHILE; END//";

}  // namespace

TEST_CASE("services that cannot follow are copied while requests wait, if that is allowed, there and back") {
  const SecondHost host({"mariadb:10.11"});
  const Site site({.base = "debian:bookworm-slim", .port = 18530});
  site.write("divio.yaml",
             "project: hello\nprocesses:\n  web: {port: 8000, health: {path: /healthz}}\n"
             "services:\n  default: mariadb\n  media: {type: media, mount: /data/media}\n"
             "environments:\n  live: {branch: main}\n");
  site.commit("A database and media");
  make_image_that_cannot_follow(host);
  const std::string images = "mariadb:10.11=mariadb-without-flock";
  site.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS"), "--service-images", images});
  site.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--address", host.address, "--ingress-port", "18530", "--service-images", images});
  site.expect(0, {"deploy"});
  const auto say = [&](const std::string& words) { return site.expect(0, {"service", "shell", "default"}, words + ";\n").out; };
  const auto put = [&](const std::string& word) { say("REPLACE INTO note VALUES (1, '" + word + "')"); };
  const auto word = [&] { return say("SELECT word FROM note"); };
  const auto file = [&] { return site.expect(0, {"exec", "web", "--", "cat", "/data/media/file"}).out; };
  say("CREATE TABLE note (id int PRIMARY KEY, word varchar(20))");
  put("first");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo first > /data/media/file"});

  CHECK(contains(site.expect(5, {"migrate", "start", "--to", "eu"}).err, "--allow-pause"));
  {
    Running waiting(site.command({"migrate", "start", "--to", "eu", "--allow-pause", "--max-pause", "60s", "--window", far_window()}));
    REQUIRE(comes_true([&] { return waiting.says("wait for the window " + far_window()); }, 3min));
    site.expect(0, {"scale", "web=2"});  // nothing is locked meanwhile
    waiting.signal(SIGINT);
    const auto ended = waiting.wait();
    CHECK(ended.code == 8);
    CHECK_MESSAGE(contains(ended.err, "the migration is verified, and region local serves; to go on: divioctl migrate cutover"), ended.err);
  }
  CHECK(site.answer({"migrate", "show"})["window"] == far_window());
  const auto rehearsed = site.answer({"migrate", "rehearse", "--to", "eu"});  // without waiting for the window, and without a cut-over
  CHECK(rehearsed["kept"] == true);
  CHECK(site.answer({"migrate", "show"})["serves"] == "local");
  const auto moved = site.answer({"migrate", "cutover", "--window", "00:00-24:00 UTC"});
  CHECK(moved["serves"] == "eu");
  CHECK(moved["window"] == "00:00-24:00 UTC");
  CHECK(contains(word(), "first"));
  CHECK(file() == "first\n");
  CHECK(contains(site.visit(), "release=1"));  // by the ingress that it left
  const auto report = report_of(site, "default");
  CHECK(report["before"] == "cutting-over");
  CHECK(report["serving"] == "local");
  CHECK(report["same"] == true);
  CHECK(report["intact"] == true);
  CHECK(report["service"]["tables"][0]["name"] == "note");
  CHECK(report["service"]["tables"][0]["rows"] == 1);
  put("second");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo second > /data/media/file"});
  CHECK(site.answer({"migrate", "reverse"})["serves"] == "local");
  CHECK(contains(word(), "second"));
  CHECK(file() == "second\n");
  CHECK(report_of(site, "default")["serving"] == "eu");
  say("CREATE TABLE heavy SELECT seq, REPEAT(MD5(seq), 20) AS text FROM seq_1_to_60000");
  {  // requests do not wait any more
    Running undone(site.command({"migrate", "reverse", "--max-pause", "60s"}));
    REQUIRE(comes_true([&] { return undone.says("settle default"); }, 3min));
    REQUIRE(run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "restart", "-t", "0", "divio-ingress-local"}, {}}).code == 0);
    const auto outcome = undone.wait();
    CHECK(outcome.code == 1);
    CHECK_MESSAGE(contains(outcome.err, "requests did not wait until the end"), outcome.err);
  }
  {  // what is written meanwhile is not in the copy
    say("CREATE TABLE stopped (id int)");
    const auto database = split(say("SELECT DATABASE()"), '\n').at(1);  // behind the column's name
    auto writing = std::async(std::launch::async, [&] {
      return run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "exec", "divio-mariadb-10-11", "sh", "-c",
                   "MYSQL_PWD=$MARIADB_ROOT_PASSWORD exec mariadb --user=root --delimiter=// \"$0\" -e \"$1\"", database, writing_on}, {}});
    });
    const auto outcome = site.divioctl({"migrate", "reverse", "--max-pause", "60s"});
    say("INSERT INTO stopped VALUES (1)");
    const auto wrote = writing.get();
    CHECK_MESSAGE(wrote.code == 0, wrote.text());
    CHECK(outcome.code == 1);
    CHECK_MESSAGE(contains(outcome.err, "what was copied of service 'default' is not what it holds: table note has "), outcome.err);
    CHECK(report_of(site, "default")["same"] == false);
    say("DELETE FROM note WHERE id >= 1000");
    put("late");
  }
  CHECK(site.answer({"migrate", "show"})["serves"] == "local");
  CHECK(contains(word(), "late"));
  const auto ended = site.answer({"migrate", "finalize", "--yes"});
  CHECK(contains(word(), "late"));
  CHECK(file() == "second\n");
  put("third");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo third > /data/media/file"});
  site.expect(0, {"backup", "restore", ended["backup"]["id"], "--yes"});
  CHECK(contains(word(), "late"));
  CHECK(file() == "second\n");
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
}
