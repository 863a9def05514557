#include "ingress/haproxy/tables.hpp"

#include <doctest/doctest.h>

#include "haproxy/ingress_contract.hpp"

using namespace divio;
using namespace divio::ingress;
using namespace divio::tests;

TEST_CASE("a forward is read back from its table as it was written") {
  const ports::Forward where{"192.0.2.7", 8080, Secret("0123456789abcdef"), 1'790'000'000};
  const auto key = table_key(key_of("shop", "live"));
  const auto payload =
      set_payload("forwards.map", {"shop.localhost", "shop.example.com"}, {{}, forward_value(where), key});
  CHECK(payload.starts_with("forwards.map shop.live\n"));
  const auto lines = parse_table(std::string_view(payload).substr(payload.find('\n') + 1));
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].host == "shop.example.com");
  CHECK(lines[1].key == "shop.live");
  CHECK(parse_forward(lines[1].value) == where);
}

TEST_CASE("a way to the environment's own sets is read back without an address, and looks like no forward that lasts") {
  for (const auto to : {ports::ForwardTo::beside, ports::ForwardTo::own}) {
    const ports::Forward where{.to = to};
    must(check_forward(where));
    const auto lines = parse_table(table_lines({"shop.localhost"}, {{}, forward_value(where), "shop.live"}));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].key == "shop.live");
    CHECK(lines[0].value.ends_with(":1"));
    CHECK(parse_forward(lines[0].value) == where);
  }
  CHECK(forward_value({.to = ports::ForwardTo::beside}).starts_with("beside:"));  // as the configuration asks for it
  CHECK(must_fail(check_forward({})).code == ErrorCode::invalid);
}

TEST_CASE("a trusted token is written as its hash") {
  CHECK(trust_value(Secret("0123456789abcdef")) == "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f");
}

TEST_CASE("half a table is no forward") {
  CHECK(parse_table("a.b\nc.d 1.2.3.4\n").empty());
  CHECK_FALSE(parse_forward("192.0.2.7:80").has_value());
  CHECK_FALSE(parse_forward("192.0.2.7:x:token:0").has_value());
  CHECK_FALSE(parse_forward("192.0.2.7:80:token:soon").has_value());
}

TEST_CASE("an environment's hold is found by its whole name") {
  const auto text = "shop.live2 1 2 3\nshop.live 4 500 1500\n\n";
  const auto held = parse_holds(text, "shop.live");
  REQUIRE(held.has_value());
  CHECK(held->waiting == 4);
  CHECK(held->held == std::chrono::milliseconds(500));
  CHECK(held->left == std::chrono::milliseconds(1500));
  CHECK_FALSE(parse_holds(text, "shop").has_value());
  CHECK_FALSE(parse_holds("Unknown command: 'divio', but maybe one of these: ", "shop.live").has_value());
}

TEST_CASE("connections that were upgraded are those of the environment's backends") {
  const auto text =
      "# table: divio.upgraded, type: string, size:20480, used:3\n0x55d0: key=shop.live.1 use=2 exp=0 shard=0 conn_cur=2\n"
      "0x55d1: key=shop.live.2 use=0 exp=0 conn_cur=1\n0x55d2: key=shop.live2.1 use=9 exp=0 conn_cur=9\n\n";
  CHECK(upgraded_connections(text, backend_prefix(key_of("shop", "live"))) == 3);
  CHECK(upgraded_connections("No such table\n", "shop.live.") == 0);
}

TEST_CASE("requests in flight are those of the environment's backends") {
  const auto csv =
      "# pxname,svname,qcur,qmax,scur,smax\nshop.live.1,BACKEND,0,0,3,5\nshop.live.2,BACKEND,0,0,4,5\n"
      "shop.live_.1,BACKEND,0,0,6,6\nshop.live2.1,BACKEND,0,0,100,5\ndivio.forward,BACKEND,0,0,100,5\n";
  CHECK(requests_in_flight(csv, backend_prefix(key_of("shop", "live"))) == 7);
  CHECK(requests_in_flight(csv, backend_prefix(key_of("shop", "live").beside())) == 6);
  CHECK(requests_in_flight("", "shop.live.") == 0);
}
