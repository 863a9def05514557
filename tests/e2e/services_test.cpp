// Services with the real program and a real PostgreSQL: from divio.yaml to a table that is still there.
#include <doctest/doctest.h>

#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "release:\n  - psql \"$DATABASE_URL\" -c 'create table if not exists visits (name text)'\n"
    "services:\n  default: postgres\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n";

// A codebase whose image has psql.
Site site_with_services() { return Site({.base = "postgres:15", .port = 18330}); }

// What a query gives in a container of the application, with what that was given.
std::string query(const Site& site, const std::string& sql) {
  return site.expect(0, {"exec", "web", "--", "sh", "-c", "psql -At \"$DATABASE_URL\" -c \"$0\"", sql}).out;
}

std::string dsn(const Site& site) { return site.expect(0, {"exec", "web", "--", "printenv", "DATABASE_URL"}).out; }

std::string state(const Site& site, const std::string& prefix) {
  return site.answer({"service", "show", prefix})["state"].get<std::string>();
}

bool gets_in(const Site& site, const std::string& with) {
  return site.divioctl({"exec", "web", "--", "psql", with.substr(0, with.find('\n')), "-c", "select 1"}).code == 0;
}

}  // namespace

TEST_CASE("a database and media are made, kept, given new credentials, taken away, brought back and removed") {
  const Site site = site_with_services();
  site.write("divio.yaml", project_file);
  site.commit("Services");

  const auto planned = site.expect(0, {"deploy", "--dry-run"}).out;
  for (const auto* words : {"create PostgreSQL 15 server divio-postgres-15", "create database of service default", "attach service default"})
    CHECK_MESSAGE(contains(planned, words), planned);
  site.expect(0, {"deploy"});
  CHECK(query(site, "insert into visits values ('first'); select count(*) from visits") == "INSERT 0 1\n1\n");
  site.expect(0, {"exec", "web", "--", "sh", "-c", "echo kept > /data/media/file"});
  CHECK(contains(dsn(site), "@default-service:5432/"));
  const auto again = site.answer({"deploy"});
  CHECK(again["outcome"] == "unchanged");
  CHECK(again["release"] == 1);
  const auto status = site.answer({"status"});
  CHECK(status["state"] == "serving");
  CHECK(status["services"][0]["health"] == "serving");
  CHECK(status["services"][1]["state"] == "attached");

  const auto old = dsn(site);
  site.expect(0, {"service", "rotate", "default"});
  CHECK(dsn(site) != old);
  CHECK(query(site, "select name from visits") == "first\n");
  CHECK_FALSE(gets_in(site, old));
  CHECK(site.expect(0, {"service", "credentials", "default"}).out.find("DATABASE_URL=" + dsn(site)) != std::string::npos);
  CHECK(site.expect(0, {"service", "shell", "default"}, "\\pset format unaligned\nselect name from visits;\n").out.find("first\n") != std::string::npos);
  CHECK(site.expect(5, {"service", "logs", "default"}).err.find("shared server divio-postgres-15") != std::string::npos);

  CHECK(site.expect(5, {"service", "remove", "default", "--yes"}).err.find("divioctl service detach default") != std::string::npos);
  site.expect(0, {"service", "detach", "default"});
  CHECK(state(site, "default") == "detached");
  CHECK(site.divioctl({"exec", "web", "--", "printenv", "DATABASE_URL"}).code == 1);
  site.expect(0, {"service", "attach", "default"});
  CHECK(query(site, "select name from visits") == "first\n");
  CHECK(site.expect(0, {"exec", "web", "--", "cat", "/data/media/file"}).out == "kept\n");

  site.expect(0, {"service", "detach", "default"});
  site.expect(0, {"service", "remove", "default", "--yes"});
  CHECK(site.expect(3, {"service", "show", "default"}).err.find("has no service 'default'") != std::string::npos);
  site.expect(0, {"destroy", "--yes"});
  CHECK(site.containers() == "divio-postgres-15");
}

TEST_CASE("a service is reached from outside its environment while it is published, and only then") {
  const Site site = site_with_services();
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  const auto address = needed_variable("DIVIO_TEST_ADDRESS");
  auto outside = dsn(site);
  outside.replace(outside.find("default-service:5432"), 20, address + ":18332");
  CHECK_FALSE(gets_in(site, outside));
  site.expect(0, {"service", "publish", "default", "--port", "18332"});
  CHECK_FALSE(gets_in(site, outside));  // for the host alone
  CHECK(site.answer({"service", "publish", "default", "--port", "18332", "--address", address})["published"] == address + ":18332");
  CHECK(gets_in(site, outside));
  site.expect(0, {"deploy"});
  tests::must(site.engine().containers().stop("divio-postgres-15", std::chrono::seconds(10)));
  site.expect(0, {"reconcile"});
  CHECK(gets_in(site, outside));

  CHECK(contains(site.expect(4, {"service", "publish", "default", "--port", std::to_string(site.port())}).err, "port 18330 is taken on the host of region local"));
  CHECK(contains(site.expect(2, {"service", "publish", "default", "--address", "192.0.2.1"}).err, "the host of region local has no address 192.0.2.1"));
  CHECK(gets_in(site, outside));  // as before
  CHECK(contains(site.expect(2, {"service", "publish", "default", "--address", "localhost"}).err, "no IPv4 address"));
  CHECK(contains(site.expect(5, {"service", "publish", "media"}).err, "holds files and has no port"));
  site.expect(0, {"service", "unpublish", "default"});
  CHECK_FALSE(gets_in(site, outside));
  site.expect(0, {"service", "publish", "default", "--port", "18332"});
  site.expect(0, {"destroy", "--yes"});
  CHECK(site.containers() == "divio-postgres-15");
}

TEST_CASE("a server that is stopped is mended by reconcile, and one that is wanted and cannot be had fails the deployment") {
  const Site site = site_with_services();
  site.write("divio.yaml", project_file);
  site.commit("Services");
  site.expect(0, {"deploy"});
  tests::must(site.engine().containers().stop("divio-postgres-15", std::chrono::seconds(10)));
  CHECK(site.answer({"status"})["state"] == "degraded");
  site.expect(0, {"reconcile"});
  CHECK(site.answer({"status"})["state"] == "serving");
  CHECK(query(site, "select count(*) from visits") == "0\n");
  std::string with_another = project_file;
  with_another.replace(with_another.find("media: {"), 0, "more: {type: postgres, version: \"13\"}\n  ");
  site.write("divio.yaml", with_another);
  site.commit("A version whose image nobody has");
  const auto failed = site.divioctl({"deploy"});
  CHECK(failed.code != 0);
  CHECK_MESSAGE(contains(failed.err, "postgres:13"), failed.err);
  CHECK_MESSAGE(contains(failed.err, "divioctl region check local says which versions are there"), failed.err);
  CHECK(site.answer({"status"})["state"] == "serving");
  CHECK(state(site, "more") == "added");
}
