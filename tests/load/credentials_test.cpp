// New credentials under load.
#include <doctest/doctest.h>

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
