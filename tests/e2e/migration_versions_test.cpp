// An application that writes all the time moves between hosts with the oldest and the newest servers that there are, to a region of
// another machine that is for its organisation only, reached by ssh and by TLS.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "e2e/ledger_site.hpp"
#include "e2e/left_over.hpp"
#include "e2e/second_host.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using namespace std::chrono_literals;
using tests::contains;

namespace {

constexpr std::uint16_t ingress_port = 18580;

struct Versions {
  std::string rows;     // of its PostgreSQL
  std::string records;  // of its MariaDB
};

struct Voyage {
  explicit Voyage(Versions of) : versions(std::move(of)) {
    const auto images = run({{DIVIO_SOURCE_DIR "/tests/testbed/images.sh", needed_variable("DIVIO_TEST_ENGINE"), "postgres:" + versions.rows, "mariadb:" + versions.records}, {}});
    REQUIRE_MESSAGE(images.code == 0, images.text());
    write_ledger(site);
    auto file = file_text(DIVIO_SOURCE_DIR "/tests/migration/ledger/divio.yaml");
    say(file, "project: ledger", "project: ledger\norganisation: acme");
    say(file, "default: postgres", "default: {type: postgres, version: \"" + versions.rows + "\"}");
    say(file, "records: mariadb", "records: {type: mariadb, version: \"" + versions.records + "\"}");
    site.write("divio.yaml", file);
    site.commit("With these versions");
    site.expect(0, {"deploy"});
    site.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  }

  // The second host, as a region of which nothing is said but how its engine is reached.
  void add_region(Words way) const {
    const Words words{"region", "add", "eu", "--ingress-port", std::to_string(ingress_port), "--dedicated", "acme"};
    way.insert(way.begin(), words.begin(), words.end());
    site.expect(0, way);
  }

  [[nodiscard]] LeftRegion local() const {
    return {needed_variable("DIVIO_TEST_ENGINE"), "divio-postgres-" + versions.rows, "divio-mariadb-" + dashed(versions.records), "divio-ingress-local"};
  }
  [[nodiscard]] LeftRegion eu() const {
    return {host.endpoint, "divio-eu-postgres-" + versions.rows, "divio-eu-mariadb-" + dashed(versions.records), "divio-ingress-eu"};
  }

  // As the application's login, where the environment is.
  [[nodiscard]] std::string ask(const std::string& statements) const {
    return std::string(trim(site.expect(0, {"service", "shell", "default"}, "\\set QUIET on\n\\pset format unaligned\n\\pset tuples_only on\n" + statements + "\n").out));
  }

  // Back to where it was, and forth again; where it serves then.
  std::string reverse() const {
    const auto moved = site.answer({"migrate", "reverse", "--max-pause", "10s"});
    const auto& last = moved["attempts"].back();
    CHECK(last["decision"] == "committed");
    fmt::print("PostgreSQL {}, MariaDB {}: pause {} ms\n", versions.rows, versions.records, last["pause_ms"].get<double>());
    return moved["serves"];
  }

  Versions versions;
  SecondHost host{{"postgres:" + versions.rows, "mariadb:" + versions.records, "redis:7"}};
  Site site{{.base = "postgres:15", .port = ingress_port}};

 private:
  static void say(std::string& file, const std::string& before, const std::string& after) {
    const auto at = file.find(before);
    REQUIRE(at != file.npos);
    file.replace(at, before.size(), after);
  }
  // As names of containers have it.
  static std::string dashed(std::string version) {
    std::ranges::replace(version, '.', '-');
    return version;
  }
};

// What cannot be moved is named, with the way out, and nothing is made anywhere for it.
void check_refusals(const Voyage& voyage) {
  const auto& site = voyage.site;
  const auto before = all_things(voyage.host.endpoint);
  const auto here = all_things(needed_variable("DIVIO_TEST_ENGINE"));
  const auto refused = [&](const std::string& what, const std::string& way_out) {
    const auto plan = site.expect(5, {"migrate", "plan", "--to", "eu", "-o", "json"}).json();
    CHECK(plan["possible"] == false);
    CHECK_MESSAGE(std::ranges::any_of(plan["obstacles"], [&](const auto& one) { return one["stops"] == true && one["what"] == what && contains(one["way_out"].template get<std::string>(), way_out); }), plan.dump(1));
    const auto started = site.expect(5, {"migrate", "start", "--to", "eu"}).err;
    CHECK_MESSAGE(contains(started, what), started);
    CHECK_MESSAGE(contains(started, way_out), started);
    CHECK(site.answer({"migrate", "list"})["migrations"].empty());
    CHECK(all_things(voyage.host.endpoint) == before);
    CHECK(all_things(needed_variable("DIVIO_TEST_ENGINE")) == here);
  };
  site.expect(0, {"region", "set", "eu", "--dedicated", "globex"});
  refused("region eu is dedicated to globex, and project ledger belongs to acme", "choose another region");
  site.expect(0, {"region", "set", "eu", "--dedicated", "acme"});
  (void)voyage.ask("CREATE TABLE keyless (word text); INSERT INTO keyless SELECT 'written';");
  refused("service 'default': table public.keyless has no primary key, so its changes cannot be followed", "ALTER TABLE public.keyless REPLICA IDENTITY FULL");
  (void)voyage.ask("DROP TABLE keyless; SELECT lo_create(4711);");
  refused("service 'default': 1 large objects are not replicated", "lo_unlink");
  (void)voyage.ask("SELECT lo_unlink(4711);");
}

// As many rows as an hour brings at the rate that moves are made for, 500 a second, and what becomes of some. The first region is away while
// the last third is written, each row by a transaction of its own, and has just come back when this returns.
void write_for_an_hour(const Voyage& voyage) {
  CHECK(voyage.ask("INSERT INTO visit (word) SELECT md5(n::text) FROM generate_series(1, 1200000) n;\n"
                   "UPDATE visit SET word = 'changed' WHERE id % 1000 = 0; DELETE FROM visit WHERE id % 1000 = 1;") == "");
  const auto at_source = [&](const std::string& verb) { REQUIRE(run({{"docker", "-H", voyage.local().endpoint, verb, voyage.local().rows}, {}}).code == 0); };
  at_source("pause");
  CHECK(voyage.ask("SET synchronous_commit = off; DO $$ BEGIN FOR n IN 1..600000 LOOP INSERT INTO visit (word) VALUES (md5(n::text)); COMMIT; END LOOP; END $$;") == "");
  at_source("unpause");
}

// How many there are, how many different ones, how many were changed, and whether each of the others has the word that it was given.
std::string visits(const Voyage& voyage) {
  return voyage.ask("SELECT count(*), count(DISTINCT id), sum(id), count(*) FILTER (WHERE word = 'changed'),\n"
                    "       count(*) FILTER (WHERE word = md5((CASE WHEN id > 1200000 THEN id - 1200000 ELSE id END)::text)) FROM visit;");
}

// To the day, as both are texts like "2026-12-01T04:00:00Z".
bool kept_for_days(const nlohmann::json& backup, int days) {
  const auto day = [](const std::string& text) {
    int year = 0;
    unsigned month = 0, number = 0;
    REQUIRE(std::sscanf(text.c_str(), "%d-%u-%u", &year, &month, &number) == 3);
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(number));
  };
  return day(backup["keep_until"]) - day(backup["created_at"]) == std::chrono::days(days);
}

// The end, where the second host serves: of the first one nothing is left, and what was kept can be used.
void check_end_there(const Voyage& voyage, const LedgerWriters& writers) {
  const auto& site = voyage.site;
  const auto ended = site.answer({"migrate", "finalize", "--yes", "--keep-backup", "7"});
  CHECK(ended["phase"] == "finalised");
  CHECK(ended["serves"] == "eu");
  CHECK(left_over(voyage.local(), "ledger") == "");
  check_every_write_counts(site, writers);
  CHECK(site.answer({"status"})["region"] == "eu");
  CHECK(site.answer({"status"})["state"] == "serving");
  CHECK(site.visit_status("/healthz", "ledger.localhost") == 200);  // at the first one, which hands it on

  const auto backups = site.answer({"backup", "list"})["backups"];
  REQUIRE(backups.size() == 1);
  CHECK(backups[0]["kind"] == "moved");
  CHECK(backups[0]["id"] == ended["backup"]["id"]);
  CHECK(backups[0]["keep_until"] == ended["backup"]["keep_until"]);
  CHECK_MESSAGE(kept_for_days(backups[0], 7), backups[0].dump());
  const std::string id = backups[0]["id"];
  CHECK(site.answer({"backup", "verify", id})["verified"] == "passed");
  (void)voyage.ask("DELETE FROM entry; DELETE FROM visit;");
  site.expect(0, {"service", "shell", "records"}, "TRUNCATE record;\n");
  site.expect(0, {"exec", "web", "--", "find", "/data/files", "-type", "f", "-delete"});
  site.expect(0, {"backup", "restore", id, "--yes"});
  check_every_write_counts(site, writers);
}

}  // namespace

TEST_CASE("PostgreSQL 13 goes by ssh to a dedicated region: nothing is made for what cannot move, an hour's writes come back, and an end there leaves nothing here") {
  const Voyage voyage({"13", "10.11"});
  const auto& site = voyage.site;
  REQUIRE(setenv("DIVIOCTL_SSH", voyage.host.ssh().c_str(), 1) == 0);
  voyage.add_region({"--endpoint", voyage.host.ssh_endpoint()});
  (void)voyage.ask("CREATE TABLE visit (id bigserial PRIMARY KEY, word text NOT NULL, at timestamptz DEFAULT now());");
  check_refusals(voyage);

  LedgerWriters writers(site, {});
  writers.await_more();
  const auto plan = site.answer({"migrate", "plan", "--to", "eu"});
  CHECK(plan["possible"] == true);
  const auto started = site.answer({"migrate", "start", "--to", "eu", "--plan-hash", plan["hash"], "--max-pause", "10s"});
  CHECK(started["serves"] == "eu");
  fmt::print("PostgreSQL 13: pause {} ms\n", started["attempts"].back()["pause_ms"].get<double>());
  writers.await_more();

  write_for_an_hour(voyage);
  CHECK(voyage.reverse() == "local");
  constexpr std::int64_t all = 1'800'000, deleted = 1200;
  constexpr auto sum = all * (all + 1) / 2 - (1000 * (deleted - 1) * deleted / 2 + deleted);
  CHECK(visits(voyage) == "1798800|1798800|" + std::to_string(sum) + "|1200|1797600");
  writers.await_more();
  (void)voyage.ask("TRUNCATE visit;");
  CHECK(voyage.reverse() == "eu");
  CHECK(visits(voyage).starts_with("0|"));
  writers.await_more();
  writers.stop();
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers);
  check_ledger_worker(site);
  check_end_there(voyage, writers);
}

TEST_CASE("PostgreSQL 17 and MariaDB 11.8 go by TLS to a dedicated region, there and back") {
  const Voyage voyage({"17", "11.8"});
  const auto& site = voyage.site;
  voyage.add_region({"--endpoint", voyage.host.tcp_endpoint(), "--certificates", voyage.host.certificates()});
  LedgerWriters writers(site, {});
  writers.await_more();
  const auto started = site.answer({"migrate", "start", "--to", "eu", "--max-pause", "10s"});
  CHECK(started["serves"] == "eu");
  for (const auto& service : started["services"]) CHECK_MESSAGE((service["method"] == "replication") == (service["type"] != "media" && service["type"] != "volume"), service.dump());
  for (const auto* where : {"local", "eu", "local"}) {
    writers.await_more();
    CHECK(voyage.reverse() == where);
  }
  writers.await_more();
  writers.stop();
  fmt::print("{} writes, longest gap {} ms\n", writers.acknowledged().size(), writers.longest_gap().count());
  check_every_write_counts(site, writers);
  check_ledger_worker(site);
  site.expect(0, {"migrate", "finalize", "--yes", "--keep-backup", "0"});
  CHECK(left_over(voyage.eu(), "ledger") == "");
  CHECK(site.answer({"backup", "list"})["backups"].empty());
  check_every_write_counts(site, writers);
  CHECK(site.answer({"status"})["state"] == "serving");
}
