// divioctl killed while it makes a database or changes its credentials, on a real PostgreSQL: whoever serves gets in, and the
// next command reaches what was wanted, with nothing left over.
#include <doctest/doctest.h>

#include <functional>

#include "crash/deaths.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;

namespace {

constexpr const char* project_file =
    "project: hello\nprocesses: {web: {port: 8000, health: {path: /healthz}}}\n"
    "services: {default: postgres}\nenvironments: {live: {branch: main}}\n";

std::string in_web(const Site& site, const std::string& command) {
  return site.expect(0, {"exec", "web", "--", "sh", "-c", command}).out;
}

bool gets_in(const Site& site, const std::string& variable) {
  const auto answer = site.divioctl({"exec", "web", "--", "sh", "-c", "psql -At \"$" + variable + "\" -c 'select 1'"});
  return answer.code == 0 && answer.out == "1\n";
}

// Databases, or roles that can log in, of divioctl's tenants on the region's server.
std::string on_server(const Site& site, const std::string& query) {
  const auto session = site.engine().streams().exec("divio-postgres-15", {.command = {"psql", "-At", "-U", "postgres", "-c", query}, .environment = {}, .user = {}, .directory = {}});
  REQUIRE(session);
  std::string out;
  for (auto chunk = (*session)->read(std::chrono::seconds(30)); chunk && *chunk; chunk = (*session)->read(std::chrono::seconds(30)))
    out += (*chunk)->bytes;
  return out;
}

std::string databases(const Site& site) {
  return on_server(site, "select count(*) from pg_database where not datistemplate and datname <> 'postgres'");
}
std::string logins(const Site& site) { return on_server(site, "select count(*) from pg_roles where rolcanlogin and rolname <> 'postgres'"); }

// Dies after the first record, and then after every `step`th, until it comes to its end by itself.
int die_through(const Site& site, const std::function<Words()>& next, const std::function<void()>& check_serving,
                const std::function<void()>& check_goal) {
  const int step = is_long() ? 1 : 8;
  for (int records = 1;; records += step) {
    CAPTURE(records);
    const auto words = next();
    const auto ended = die(site, words, records);
    REQUIRE_MESSAGE((ended.code == killed || ended.code == 0), ended.text());
    check_serving();
    if (ended.code == killed) recover(site, words, (records / step) % 2 == 0 ? Recovery::resume : Recovery::same_again);
    CHECK(site.answer({"status"})["state"] == "serving");
    CHECK(site.answer({"reconcile", "--dry-run"})["outcomes"][0]["plan"].empty());
    check_goal();
    if (ended.code == 0) return records;
  }
}

}  // namespace

TEST_CASE("credentials changed by a divioctl that is killed after a journal record: whoever serves gets in, and one login is left") {
  const Site site({.base = "postgres:15", .port = 18350});
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  std::string before;
  const auto next = [&]() -> Words {
    before = in_web(site, "printenv DATABASE_URL");
    return {"service", "rotate", "default"};
  };
  const auto check_serving = [&] { CHECK(gets_in(site, "DATABASE_URL")); };
  const auto check_goal = [&] {
    check_serving();
    CHECK(in_web(site, "printenv DATABASE_URL") != before);
    CHECK(logins(site) == "1\n");
  };
  CHECK(die_through(site, next, check_serving, check_goal) >= 15);
}

TEST_CASE("a service made by a divioctl that is killed after a journal record: what served still serves, and one database is made") {
  const Site site({.base = "postgres:15", .port = 18351});
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  const auto next = [&]() -> Words {
    if (databases(site) == "2\n") {
      site.expect(0, {"service", "detach", "reports"});
      site.expect(0, {"service", "remove", "reports", "--yes"});
    }
    CHECK(databases(site) == "1\n");
    site.expect(0, {"service", "add", "reports", "--type", "postgres"});
    return {"deploy"};
  };
  const auto check_serving = [&] { CHECK(gets_in(site, "DATABASE_URL")); };
  const auto check_goal = [&] {
    check_serving();
    CHECK(gets_in(site, "REPORTS_DATABASE_DSN"));
    CHECK(databases(site) == "2\n");
    CHECK(logins(site) == "2\n");
  };
  CHECK(die_through(site, next, check_serving, check_goal) >= 15);
}
