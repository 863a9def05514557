// Services of an application that writes all the time move to other servers of their region with the real program: from the shared
// server to one of their own and back, and to another version.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "e2e/ledger_site.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

constexpr auto* shared = "divio-postgres-15";
constexpr auto* own = "divio-ledger-live-default";
constexpr auto* newer = "divio-ledger-live-default.2";

std::string docker(std::vector<std::string> words) {
  words.insert(words.begin(), {"docker", "-H", needed_variable("DIVIO_TEST_ENGINE")});
  return run({std::move(words), {}}).out;
}

// As the application's login, whatever the server says.
bool can_write(const std::string& server) {
  const std::string script =
      "database=$(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate\") && "
      "psql -XqAt -U postgres -d \"$database\" -c \"SET ROLE $database; DELETE FROM entry WHERE number = -1\"";
  return run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "exec", server, "sh", "-c", script}, {}}).code == 0;
}

std::string written_on() {
  std::string servers;
  for (const auto* server : {shared, own, newer})
    if (can_write(server)) servers += (servers.empty() ? "" : " ") + std::string(server);
  return servers;
}

// Of the environment and of migrations. Nothing but what serves is left of a migration that has ended.
std::vector<std::string> servers_of_its_own() {
  auto names = split(trim(docker({"ps", "-a", "--format", "{{.Names}}", "--filter", "label=divio.project=ledger", "--filter", "label=divio.role=service"})), '\n');
  std::erase(names, "");
  std::ranges::sort(names);
  return names;
}


std::string left_by_migrations() {
  std::string left;
  for (const auto* kind : {"container", "volume", "network"}) {
    std::vector<std::string> words{kind, "ls", "-q", "--filter", "label=divio.migration"};
    if (kind == std::string("container")) words.emplace_back("-a");
    left += docker(words);
  }
  return left;
}
// "2 web, 1 worker"
std::string instances() {
  const auto count = [](const std::string& process) {
    const auto text = docker({"ps", "-q", "--filter", "label=divio.project=ledger", "--filter", "label=divio.role=instance", "--filter", "label=divio.process=" + process});
    return std::ranges::count(text, '\n');
  };
  return fmt::format("{} web, {} worker", count("web"), count("worker"));
}

nlohmann::json service(const Site& site, const std::string& prefix) { return site.answer({"service", "show", prefix}); }

void say_in_file(const Site& site, const std::string& database) {
  const std::string before = "default: postgres";
  auto text = file_text(DIVIO_SOURCE_DIR "/tests/migration/ledger/divio.yaml");
  const auto at = text.find(before);
  REQUIRE(at != text.npos);
  site.write("divio.yaml", text.replace(at, before.size(), "default: " + database));
  site.commit("The service as it is");
}

}  // namespace

TEST_CASE("a database that is written to moves to a server of its own and back within its region: every write is there once, no request fails, nothing is left over") {
  const Site site({.base = "postgres:15", .port = 18570});
  deploy_ledger(site);
  LedgerWriters writers(site, {});
  writers.await_more();
  const auto plan = site.answer({"service", "move", "default", "--to", "dedicated", "--dry-run"});
  CHECK(plan["possible"] == true);
  CHECK(plan["from"] == shared);
  CHECK(plan["to"] == own);
  CHECK(contains(plan["next"].get<std::string>(), "divioctl service move default --project ledger -e live --to dedicated --plan-hash "));
  CHECK(contains(site.expect(4, {"service", "move", "default", "--to", "shared"}).err, "already"));
  const auto moved = site.answer({"service", "move", "default", "--to", "dedicated", "--max-pause", "10s", "--plan-hash", plan["hash"]});
  CHECK(moved["service"] == "default");
  CHECK(moved["serves"] == own);
  CHECK(moved["phase"] == "soaking");
  CHECK(written_on() == own);
  CHECK(instances() == "2 web, 1 worker");
  CHECK(service(site, "default")["host"] == "default-service-2");
  CHECK(contains(site.expect(5, {"restart"}).err, "is being moved from divio-postgres-15 to divio-ledger-live-default"));
  writers.await_more();
  for (const auto* back_to : {shared, own}) {
    CHECK(site.answer({"migrate", "reverse"})["serves"] == back_to);
    CHECK(written_on() == back_to);
    writers.await_more();
  }
  site.expect(0, {"migrate", "finalize", "--yes"});
  writers.await_more();
  CHECK(instances() == "2 web, 1 worker");
  CHECK(written_on() == own);
  CHECK(left_by_migrations() == "");
  CHECK(servers_of_its_own() == std::vector<std::string>{"divio-ledger-live-cache", own});
  CHECK(contains(site.expect(5, {"deploy"}).err, "divioctl service move default -e live --to shared"));
  say_in_file(site, "{type: postgres, scope: dedicated}");
  site.expect(0, {"deploy"});
  site.expect(0, {"service", "move", "default", "--to", "shared", "--hold-cutover"});
  CHECK(site.answer({"migrate", "abort"})["phase"] == "aborted");
  CHECK(left_by_migrations() == "");
  writers.await_more();

  const auto images = run({{DIVIO_SOURCE_DIR "/tests/testbed/images.sh", needed_variable("DIVIO_TEST_ENGINE"), "postgres:17"}, {}});
  REQUIRE_MESSAGE(images.code == 0, images.text());
  CHECK(contains(site.expect(2, {"service", "upgrade", "default", "--to", "9"}).err, "use one of 15, 17"));
  Running mover(site.command({"service", "upgrade", "default", "--to", "17", "--max-pause", "10s"}));
  REQUIRE(mover.says("| commit"));
  mover.signal(SIGKILL);
  mover.wait();
  writers.await_more();  // with nobody there
  site.expect(0, {"migrate", "resume"});
  if (site.answer({"migrate", "show"})["phase"] != "soaking") site.expect(0, {"migrate", "cutover"});
  CHECK(written_on() == newer);
  CHECK(service(site, "default")["version"] == "17");
  writers.await_more();
  CHECK(site.answer({"migrate", "reverse"})["serves"] == own);
  CHECK(service(site, "default")["version"] == "15");
  writers.await_more();
  CHECK(site.answer({"migrate", "reverse"})["serves"] == newer);
  site.expect(0, {"migrate", "finalize", "--yes"});
  writers.await_more();
  writers.stop();
  CHECK(servers_of_its_own() == std::vector<std::string>{"divio-ledger-live-cache", newer});
  CHECK(left_by_migrations() == "");
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers);
  check_ledger_worker(site);
  CHECK(contains(site.expect(5, {"deploy"}).err, "divioctl service upgrade default -e live --to 15"));
  say_in_file(site, "{type: postgres, version: \"17\", scope: dedicated}");
  site.expect(0, {"deploy"});
  CHECK(site.answer({"status"})["state"] == "serving");
  site.expect(0, {"destroy", "--yes"});
  CHECK(servers_of_its_own().empty());
}
