// Services of an application that writes all the time move to other servers of their region with the real program: from the shared
// server to one of their own and back, and to another version.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "e2e/ledger_site.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

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
  for (const auto* server : {own, newer})
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

bool is_long() { return std::getenv("DIVIO_TEST_LONG") != nullptr; }

const LedgerWriters::Pace pace{3, 40ms, 4};
constexpr int some = 50;  // writes
const std::vector<std::string> steps{"stop-background", "begin-attempt", "hold", "await-quiet", "fence default", "prove default", "settle default", "suspend default", "begin-way-back default",
                                     "prove-way-back default", "commit", "open default", "forward", "release", "start-at-target", "end-attempt"};

// Killed at a step of the hand-over, and gone on with.
void hand_over_killed(const Site& site, LedgerWriters& writers, const Words& command, const std::string& step) {
  CAPTURE(step);
  Running mover(site.command(command));
  REQUIRE(mover.says(step.find(' ') == std::string::npos ? "| " + step : step));
  mover.signal(SIGKILL);
  mover.wait();
  writers.await_more(some);  // with nobody there
  site.expect(0, {"migrate", "resume"});
  if (site.answer({"migrate", "show"})["phase"] != "soaking") site.expect(0, {"migrate", "cutover"});
}

}  // namespace

TEST_CASE("services that are written to move to other servers of their region, there and back: every write is there once, no request fails, nothing is left over") {
  const Site site({.base = "postgres:15", .port = 18570});
  const auto images = run({{DIVIO_SOURCE_DIR "/tests/testbed/images.sh", needed_variable("DIVIO_TEST_ENGINE"), "postgres:17"}, {}});
  REQUIRE_MESSAGE(images.code == 0, images.text());
  write_ledger(site);
  say_in_file(site, "{type: postgres, scope: dedicated}");
  site.expect(0, {"variable", "set", "PROCESSES=3"});  // so that two sets of instances stay below the connections that a tenant has
  site.expect(0, {"deploy"});
  LedgerWriters writers(site, pace);
  writers.await_more(some);

  CHECK(contains(site.expect(2, {"service", "upgrade", "default", "--to", "9"}).err, "use one of 15, 17"));
  CHECK(contains(site.expect(4, {"service", "move", "default", "--to", "dedicated"}).err, "already"));
  const auto plan = site.answer({"service", "upgrade", "default", "--to", "17", "--dry-run"});
  CHECK(plan["possible"] == true);
  CHECK(plan["hash"] != site.answer({"service", "upgrade", "default", "--to", "16", "--dry-run"})["hash"]);  // to a server of the same name
  const auto moved = site.answer({"service", "upgrade", "default", "--to", "17", "--max-pause", "4s", "--plan-hash", plan["hash"]});
  CHECK(moved["service"] == "default");
  CHECK(moved["serves"] == newer);
  CHECK(moved["phase"] == "soaking");
  CHECK(written_on() == newer);
  CHECK(instances() == "2 web, 1 worker");
  CHECK(service(site, "default")["host"] == "default-service-2");
  CHECK(service(site, "default")["version"] == "17");
  CHECK(site.answer({"status"})["state"] == "serving");
  CHECK(contains(site.expect(5, {"restart"}).err, "is being moved from divio-ledger-live-default to divio-ledger-live-default.2"));
  site.expect(0, {"scale", "web=3"});
  CHECK(site.answer({"reconcile"})["outcomes"][0]["outcome"] == "unchanged");
  writers.await_more(some);
  for (const auto* server : {own, newer}) {
    CHECK(site.answer({"migrate", "reverse"})["serves"] == server);
    CHECK(written_on() == server);
    CHECK(instances() == "3 web, 1 worker");
    writers.await_more(some);
  }
  if (is_long())
    for (const auto& step : steps) hand_over_killed(site, writers, {"migrate", "reverse"}, step);
  if (written_on() == own) site.expect(0, {"migrate", "reverse"});
  site.expect(0, {"migrate", "finalize", "--yes"});
  writers.await_more(some);
  CHECK(instances() == "3 web, 1 worker");
  CHECK(written_on() == newer);
  CHECK(servers_of_its_own() == std::vector<std::string>{"divio-ledger-live-cache", newer});
  CHECK(left_by_migrations() == "");
  CHECK(contains(site.expect(5, {"deploy"}).err, "divioctl service upgrade default -e live --to 15"));
  say_in_file(site, "{type: postgres, version: \"17\", scope: dedicated}");

  if (is_long()) {
    hand_over_killed(site, writers, {"service", "move", "records", "--to", "dedicated", "--max-pause", "4s"}, "commit");
    CHECK(service(site, "records")["server"] == "divio-ledger-live-records");
    CHECK(site.answer({"migrate", "reverse"})["serves"] == "divio-mariadb-10-11");
    site.expect(0, {"migrate", "finalize", "--yes"});
  }
  site.expect(0, {"service", "move", "default", "--to", "shared", "--hold-cutover"});
  CHECK(site.answer({"migrate", "abort"})["phase"] == "aborted");
  writers.await_more(some);
  writers.stop();
  CHECK(servers_of_its_own() == std::vector<std::string>{"divio-ledger-live-cache", newer});
  CHECK(left_by_migrations() == "");
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers);
  check_ledger_worker(site);
  CHECK(site.answer({"deploy"})["outcome"] == "deployed");
  CHECK(site.answer({"status"})["state"] == "serving");
}
