// A region that is gone for good, with what was being moved to it and from it.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

constexpr auto* words_kept = "ls /var/lib/divio-ingress/decisions /var/lib/divio-ingress/guards 2>/dev/null | grep -v -e : -e '^$'; true";

// What a migration made in region local's servers and ingress.
std::string left_behind() {
  const auto in = [](const std::string& server, const std::string& script) {
    const auto asked = run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "exec", server, "sh", "-c", script}, {}});
    CHECK_MESSAGE(asked.code == 0, asked.text());
    return asked.out;
  };
  std::string left = in("divio-postgres-15",
                        "for database in $(psql -XqAt -U postgres -c 'SELECT datname FROM pg_database WHERE NOT datistemplate'); do psql -XqAt -U postgres -d $database "
                        "-c 'SELECT slot_name FROM pg_replication_slots' -c 'SELECT pubname FROM pg_publication' -c 'SELECT subname FROM pg_subscription' "
                        "-c \"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'divio%'\"; done");
  left += in("divio-mariadb-10-11", "MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb -uroot -NBe \"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'divio%'; SHOW ALL SLAVES STATUS\"");
  left += in("divio-ingress-local", words_kept);
  return left + run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "ps", "-aq", "--filter", "label=divio.migration"}, {}}).out;
}

struct Moving {
  SecondHost host{{"postgres:15", "mariadb:10.11", "redis:7"}};
  Site site{{.base = "debian:bookworm-slim", .port = 18532}};

  Moving() {
    site.write("divio.yaml",
               "project: hello\nprocesses: {web: {port: 8000, health: {path: /healthz}}, worker: {command: sleep 1000}}\nservices: {default: postgres, records: mariadb, cache: redis}\n"
               "environments: {live: {branch: main}, test: {branch: main, region: eu}, old: {branch: main, region: eu}}\n");
    site.commit("Three services, two regions");
    site.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
    site.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--address", host.address, "--ingress-port", "18532"});
  }

  [[nodiscard]] std::string say(const std::string& environment, const std::string& words, const std::string& service = "default") const {
    return site.expect(0, {"-e", environment, "service", "shell", service}, words + (service == "cache" ? "\n" : ";\n")).out;
  }
  // Whether region local has what region eu has.
  [[nodiscard]] bool has_arrived(const std::string& environment) const {
    const auto shown = site.answer({"-e", environment, "migrate", "show"});
    return std::ranges::all_of(shown["services"], [](const auto& one) { return one["following"] == true && one["lag_bytes"] == 0; });
  }
};

Ended docker(const std::string& endpoint, Words words) {
  words.insert(words.begin(), {"docker", "-H", endpoint});
  return run({std::move(words), {}});
}

void remove_relay(const std::string& endpoint) {
  const auto removed = run({{"sh", "-c", "docker -H \"$1\" rm -f $(docker -H \"$1\" ps -aq --filter label=divio.migration)", "sh", endpoint}, {}});
  REQUIRE_MESSAGE(removed.code == 0, removed.text());
}

// A command that somebody runs in region eu is ended with the workers there. Somebody else's container has the name of the worker that is to
// be started in region local: requests are served there all the same.
void start_with_a_worker_in_the_way(const Moving& moving) {
  const auto& site = moving.site;
  const auto here = needed_variable("DIVIO_TEST_ENGINE");
  REQUIRE(docker(here, {"create", "--name", "hello-test-worker-r1-1", "debian:bookworm-slim", "true"}).code == 0);
  Running command(site.command({"-e", "test", "run", "--", "sleep", "1000"}));
  const Words commands{"ps", "-q", "--filter", "label=divio.role=run"};
  REQUIRE(comes_true([&] { return !docker(moving.host.endpoint, commands).out.empty(); }, 30s));
  const auto moved = site.expect(0, {"-e", "test", "migrate", "start", "--to", "local"});
  CHECK_MESSAGE(contains(moved.err, "was ended, since the environment is handed over: run it again afterwards"), moved.err);
  CHECK(command.wait().code > 128);
  CHECK(docker(moving.host.endpoint, commands).out == "");
  CHECK_MESSAGE(contains(moved.err, "region local answers requests, but not all that works beside them could be started there"), moved.err);
  const auto shown = site.answer({"-e", "test", "migrate", "show"});
  CHECK(shown["serves"] == "local");
  CHECK(shown["phase"] == "soaking");
  REQUIRE(docker(here, {"rm", "hello-test-worker-r1-1"}).code == 0);
  site.expect(0, {"-e", "test", "reconcile"});
  CHECK(docker(here, {"inspect", "-f", "{{.State.Running}}", "hello-test-worker-r1-1"}).out == "true\n");
}

// One that no migration led away from there.
void forget_what_was_not_moved(const Site& site) {
  const std::string way_out = "divioctl destroy --project hello -e old --without eu";
  CHECK(contains(site.expect(6, {"-e", "old", "destroy", "--yes"}).err, way_out));
  CHECK(contains(site.expect(5, {"region", "remove", "eu", "--forget"}).err, way_out));
  CHECK(contains(site.expect(5, {"-e", "old", "destroy", "--without", "eu"}).err, "needs your consent"));
  CHECK(contains(site.expect(2, {"-e", "old", "destroy", "--without", "local", "--yes"}).err, "hello-old is in region eu, not in local"));
  const auto forgotten = site.expect(0, {"-e", "old", "destroy", "--without", "eu", "--yes"});
  CHECK_MESSAGE(contains(forgotten.err, "what region eu has of hello-old stays as it is"), forgotten.err);
  CHECK(contains(site.expect(0, {"-e", "old", "variable", "list"}).out, "KEPT"));
  CHECK(site.divioctl({"-e", "old", "status"}).code == 3);
}

// Says a command, and ends it in that step.
std::string kill_in(const Moving& moving, const Words& words, const std::string& step, std::chrono::milliseconds later) {
  CAPTURE(step);
  Running mover(moving.site.command(words));
  REQUIRE(mover.says(step));
  std::this_thread::sleep_for(later);
  mover.signal(SIGKILL);
  return mover.wait().err;
}

// Whoever says it, and whoever goes on with it, is killed in each of its steps, at its beginning and later. From the first one on it is decided.
// What they said.
std::string take_over_killed_everywhere(const Moving& moving) {
  struct Death {
    std::string step;
    std::chrono::milliseconds later;
  };
  const std::vector<Death> deaths{{"let region local serve", 0ms}, {"let region local serve", 100ms}, {"let region local serve", 200ms}, {"start hello-live-worker", 0ms},
                                  {"wait until 1 instance can serve", 0ms}, {"remove what the migration made in region local", 0ms}, {"remove what the migration made in region local", 300ms}};
  Words words{"migrate", "cutover", "--without", "eu", "--yes", "--lock-wait", "30s"};
  std::string said;
  for (const auto& death : deaths) {
    said += kill_in(moving, words, death.step, death.later);
    CHECK(moving.site.answer({"migrate", "show"})["serves"] == "local");
    CHECK(contains(moving.site.expect(5, {"migrate", "abort", "--lock-wait", "30s"}).err, "divioctl migrate resume"));
    words = {"migrate", "resume", "--lock-wait", "30s"};
  }
  return said + moving.site.expect(0, words).err;
}

// What had arrived is there, and can be written, by numbers that nobody had.
void check_taken_over(const Moving& moving, const std::string& environment, const std::string& said) {
  CAPTURE(environment);
  const auto& site = moving.site;
  CHECK_MESSAGE(contains(said, "public.receipt"), said);
  CHECK_MESSAGE(contains(said, "in its last moments and had not arrived in region local is lost"), said);
  const auto shown = site.answer({"-e", environment, "migrate", "show"});
  CHECK(shown["phase"] == "finalised");
  CHECK(shown["serves"] == "local");
  CHECK(shown["alone"] == true);
  CHECK(shown["attempts"].back()["alone"] == true);
  CHECK(site.answer({"-e", environment, "status"})["region"] == "local");
  CHECK(contains(moving.say(environment, "INSERT INTO note (word) VALUES ('after') RETURNING 'id ' || (id > 3001)"), "id true"));
  CHECK(contains(moving.say(environment, "SELECT 'held ' || count(*) FROM note WHERE word = 'late'"), "held 3000"));
  const auto records = moving.say(environment, "INSERT INTO note (word) VALUES ('after'); SELECT GROUP_CONCAT(word ORDER BY id) FROM note", "records");
  CHECK_MESSAGE(contains(records, "late,after"), records);
  CHECK(contains(moving.say(environment, "GET word", "cache"), "late"));
  CHECK(contains(moving.say(environment, "SET word after", "cache"), "OK"));
  site.expect(0, {"-e", environment, "restart"});
}

}  // namespace

TEST_CASE("a region that is gone for good is left out of the end of a migration, before its cut-over and after it, and the other one is clean") {
  const Moving moving;
  const auto& site = moving.site;
  for (const std::string environment : {"live", "test"}) {
    site.expect(0, {"-e", environment, "deploy"});
    (void)moving.say(environment, "CREATE TABLE note (word text PRIMARY KEY); INSERT INTO note VALUES ('kept in " + environment + "')");
  }
  site.expect(0, {"-e", "old", "deploy"});
  site.expect(0, {"-e", "old", "variable", "set", "KEPT=here"});
  start_with_a_worker_in_the_way(moving);
  site.expect(0, {"migrate", "start", "--to", "eu", "--hold-cutover"});
  for (const auto& endpoint : {needed_variable("DIVIO_TEST_ENGINE"), moving.host.endpoint}) remove_relay(endpoint);
  {  // on a way between the regions that has to be made again
    Running mover(site.command({"migrate", "cutover", "--max-pause", "3s"}));
    REQUIRE(mover.says("fence default"));
    mover.signal(SIGKILL);
    moving.host.crash();
    mover.wait();
  }

  const auto refused = site.expect(6, {"migrate", "abort", "--lock-wait", "30s"});
  CHECK_MESSAGE(contains(refused.err, "divioctl migrate abort --project hello -e live --without eu"), refused.err);
  CHECK(contains(site.expect(6, {"-e", "test", "migrate", "finalize", "--yes"}).err, "divioctl migrate finalize --project hello -e test --without eu"));
  CHECK(contains(site.expect(5, {"region", "remove", "eu", "--forget"}).err, " --without eu"));
  CHECK(contains(site.expect(5, {"migrate", "abort", "--without", "local"}).err, "region local serves hello-live"));
  CHECK(contains(site.expect(5, {"-e", "test", "migrate", "cutover", "--yes", "--without", "eu"}).err, "region eu does not serve hello-test"));
  CHECK(contains(site.expect(5, {"migrate", "cutover", "--yes", "--without", "eu"}).err, "the cut-over was not committed, so region local serves"));
  CHECK(contains(site.expect(2, {"migrate", "abort", "--without", "us"}).err, "the one that does not serve is eu"));

  const auto aborted = site.answer({"migrate", "abort", "--without", "eu"});
  CHECK(aborted["phase"] == "aborted");
  CHECK(aborted["attempts"].back()["cause"] == "region eu was lost");
  const auto ended = site.answer({"-e", "test", "migrate", "finalize", "--without", "eu", "--yes"});
  CHECK(ended["phase"] == "finalised");
  CHECK(ended["backup"]["id"] != "");
  CHECK(left_behind() == "");
  for (const std::string environment : {"live", "test"}) {
    CHECK(contains(moving.say(environment, "INSERT INTO note VALUES ('late'); SELECT * FROM note"), "kept in " + environment));
    CHECK(site.answer({"-e", environment, "status"})["region"] == "local");
    site.expect(0, {"-e", environment, "restart"});
  }
  forget_what_was_not_moved(site);
  site.expect(0, {"region", "remove", "eu", "--forget"});
}

TEST_CASE("from a region that serves and is gone for good the other one takes over with all that had arrived, and clears it when it is back") {
  const Moving moving;
  const auto& site = moving.site;
  for (const std::string environment : {"live", "test"}) {
    site.expect(0, {"-e", environment, "deploy"});
    (void)moving.say(environment, "CREATE TABLE note (id serial PRIMARY KEY, word text); INSERT INTO note (word) VALUES ('first'); CREATE SEQUENCE receipt");
    (void)moving.say(environment, "CREATE TABLE note (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20))", "records");
  }
  site.expect(0, {"-e", "live", "migrate", "start", "--to", "eu"});
  site.expect(0, {"-e", "test", "migrate", "start", "--to", "local", "--hold-cutover"});
  for (const std::string environment : {"live", "test"}) {
    (void)moving.say(environment, "INSERT INTO note (word) SELECT 'late' FROM generate_series(1, 3000)");
    (void)moving.say(environment, "INSERT INTO note (word) VALUES ('late')", "records");
    (void)moving.say(environment, "SET word late", "cache");
    CHECK(comes_true([&] { return moving.has_arrived(environment); }, 60s));
  }
  CHECK(contains(site.expect(5, {"-e", "live", "migrate", "cutover", "--yes", "--without", "eu"}).err, "region eu answers, so it is not gone"));
  {  // the way to its engine may be what is broken
    const auto socket = moving.host.endpoint.substr(std::string("unix://").size());
    std::filesystem::rename(socket, socket + ".away");
    for (const std::string environment : {"live", "test"})
      CHECK(contains(site.expect(5, {"-e", environment, "migrate", "cutover", "--yes", "--without", "eu"}).err, "the engine of region eu cannot be reached, but its ingress answers"));
    CHECK(contains(site.expect(5, {"-e", "live", "destroy", "--yes", "--without", "eu"}).err, "but something answers at"));
    std::filesystem::rename(socket + ".away", socket);
  }
  {
    Running mover(site.command({"-e", "test", "migrate", "cutover", "--max-pause", "3s"}));
    REQUIRE(mover.says("fence default"));
    mover.signal(SIGKILL);
    moving.host.crash();
    mover.wait();
  }

  for (const Words& words : {Words{"migrate", "reverse"}, Words{"status"}}) CHECK(contains(site.expect(6, words).err, "let the other one take over from it: divioctl migrate cutover --project hello -e live --without eu"));
  CHECK(contains(site.expect(5, {"-e", "live", "migrate", "finalize", "--yes", "--without", "eu"}).err, "let the other one take over from it"));
  CHECK(contains(site.expect(5, {"-e", "live", "migrate", "cutover", "--without", "eu"}).err, "needs your consent"));
  check_taken_over(moving, "live", take_over_killed_everywhere(moving));
  // The other one goes on once the region is back.
  auto said = kill_in(moving, {"-e", "test", "migrate", "cutover", "--without", "eu", "--yes", "--lock-wait", "30s"}, "let region local serve", 0ms);
  moving.host.resume();
  said += site.expect(0, {"-e", "test", "migrate", "resume", "--lock-wait", "30s"}).err;
  check_taken_over(moving, "test", said);
  CHECK(left_behind() == "");

  for (const std::string environment : {"live", "test"}) {
    site.expect(0, {"-e", environment, "migrate", "finalize", "--yes", "--lock-wait", "30s"});
    CHECK(site.answer({"-e", environment, "migrate", "show"})["alone"] == false);
    CHECK(contains(moving.say(environment, "SELECT 'held ' || count(*) FROM note WHERE word = 'after'"), "held 1"));
  }
  CHECK(docker(moving.host.endpoint, {"ps", "-aq", "--filter", "label=divio.environment"}).out == "");
  CHECK(docker(moving.host.endpoint, {"volume", "ls", "-q", "--filter", "label=divio.environment"}).out == "");
  CHECK(!contains(docker(moving.host.endpoint, {"volume", "ls", "-q"}).out, "hello"));
  CHECK(docker(moving.host.endpoint, {"exec", "divio-ingress-eu", "sh", "-c", words_kept}).out == "");
  CHECK(ask_at("http://" + moving.host.address + ":18532", "hello.localhost") != "");
  CHECK(ask_at("http://" + moving.host.address + ":18532", "hello.localhost") == ask_at("http://" + needed_variable("DIVIO_TEST_ADDRESS") + ":18532", "hello.localhost"));
  site.expect(0, {"region", "remove", "eu", "--servers"});
}
