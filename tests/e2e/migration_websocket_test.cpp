// WebSockets while their environment is handed over to another region.
#include <doctest/doctest.h>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "load/websocket.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr int going_away = 1001;

}  // namespace

TEST_CASE("a WebSocket that stays open does not keep an environment from moving: the application ends it as going away, and the next one is with the new region") {
  const SecondHost host;
  const Site site({.port = 18534});
  site.expect(0, {"deploy"});
  site.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  site.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--address", host.address, "--ingress-port", "18534"});
  WebSocket open(site.port(), "hello.localhost", "/ws");
  CHECK(open.echoes("before"));
  site.expect(0, {"migrate", "start", "--to", "eu", "--hold-cutover"});
  CHECK(open.echoes("ready"));
  CHECK(site.answer({"migrate", "cutover"})["serves"] == "eu");
  CHECK(open.farewell() == going_away);
  WebSocket anew(site.port(), "hello.localhost", "/ws");
  CHECK(anew.echoes("after"));
  CHECK(site.answer({"migrate", "reverse"})["serves"] == "local");
  CHECK(anew.farewell() == going_away);
  site.expect(0, {"migrate", "finalize", "--yes"});
  CHECK(contains(site.visit(), "release=1"));
}
