// New credentials under load.
#include <doctest/doctest.h>

#include <chrono>

#include "e2e/ledger_site.hpp"
#include "load/load.hpp"

using namespace divio;
using namespace divio::live;

TEST_CASE("no request fails while a service gets new credentials, and is detached and attached") {
  const Site site({.base = "postgres:15", .port = 18331});
  site.write("divio.yaml",
             "project: hello\nprocesses:\n  web: {port: 8000, health: {path: /healthz}}\nservices: {default: postgres}\n"
             "environments:\n  live: {branch: main}\n");
  site.commit("A database");
  site.expect(0, {"deploy"});
  check_no_request_fails(site, [&] {
    site.expect(0, {"service", "rotate", "default"});
    site.expect(0, {"service", "detach", "default"});
    site.expect(0, {"service", "attach", "default"});
  });
}

TEST_CASE("an application that writes with every request loses none while its database gets new credentials") {
  const Site site({.base = "postgres:15", .port = 18332});
  deploy_ledger(site);
  LedgerWriters writers(site, {8, std::chrono::milliseconds(15), 4});
  for (int round = 0; round < 2; ++round) {
    writers.await_more();
    site.expect(0, {"service", "rotate", "default"});
  }
  writers.await_more();
  writers.stop();
  check_every_write_counts(site, writers);
  check_ledger_worker(site);
}
