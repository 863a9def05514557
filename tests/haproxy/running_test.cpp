#include "ingress/haproxy/running.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::ingress;
using namespace divio::tests;
using Health = model::TargetStatus::Health;

namespace {

// Columns in another order and with others between, as another version of HAProxy may have them.
constexpr std::string_view statistics =
    "# pxname,svname,status,scur,new_column,lastchg,type,check_status,check_code,addr,uweight,last_chk,\n"
    "shop.live.1f2e3d4c,a,UP,3,x,120,2,L7OK,200,10.0.0.1:8000,1,\"OK, \"\"really\"\"\",\n"
    "shop.live.1f2e3d4c,b,DOWN,0,x,5,2,* L7STS,301,10.0.0.2:8000,0,,\n"
    "shop.live.1f2e3d4c,a:2,MAINT,1,x,61,2,L4CON,,10.0.0.3:8000,1,,\n"
    "shop.live.1f2e3d4c,BACKEND,UP,4,x,120,1,,,,1,,\n"
    "divio.unserved,BACKEND,DOWN,0,x,120,1,,,,0,,\n"
    "\n";

}  // namespace

TEST_CASE("servers are read from statistics by the names of their columns") {
  const auto backends = must(parse_stat(statistics));
  REQUIRE(backends.size() == 2);
  CHECK(backends.at("divio.unserved").empty());
  const auto& servers = backends.at("shop.live.1f2e3d4c");
  REQUIRE(servers.size() == 3);
  CHECK(servers[0] == RunningServer{"a", "10.0.0.1:8000", 1, false, 3, std::chrono::seconds(120), "L7OK", 200});
  CHECK(servers[1] == RunningServer{"b", "10.0.0.2:8000", 0, false, 0, std::chrono::seconds(5), "L7STS", 301});
  CHECK(servers[2] == RunningServer{"a:2", "10.0.0.3:8000", 1, true, 1, std::chrono::seconds(61), "L4CON", 0});
  CHECK(instance_of(servers[2].name) == "a");
}

TEST_CASE("something else than statistics is an error") {
  CHECK_FALSE(parse_stat("").has_value());
  CHECK_FALSE(parse_stat("Can't connect to the target CLI!\n").has_value());
  CHECK_FALSE(parse_stat("# pxname,svname\nshop,a\n").has_value());
}

TEST_CASE("of two entries for a host the first counts, as it does for HAProxy") {
  const auto hosts = parse_map("0x55e114751e50 shop.localhost shop.live.1\n0x55e114740300 shop.localhost other\n\n");
  CHECK(hosts == std::map<std::string, std::string>{{"shop.localhost", "shop.live.1"}});
  CHECK(parse_map("\n").empty());
}

TEST_CASE("the description is found among what HAProxy tells of itself") {
  CHECK(parse_description("Name: HAProxy\nnode: vm\ndescription: divio-12ab\nJobs: 3\n") == "divio-12ab");
  CHECK(parse_description("Name: HAProxy\nJobs: 3\n").empty());
}

TEST_CASE("workers that a reload has replaced are told from the one that serves") {
  const auto workers = parse_processes(
      "#<PID>          <type>          <reloads>       <uptime>        <version>      \n"
      "23999           master          7 [failed: 1]   0d00h12m01s     2.6.12-1+deb12u4\n"
      "# workers\n"
      "5337            worker          1               0d00h00m01s     2.6.12-1+deb12u4\n"
      "# old workers\n"
      "5186            worker          2               0d00h00m26s     2.6.12-1+deb12u4\n"
      "# programs\n\n");
  REQUIRE(workers.all.size() == 2);
  CHECK(workers.all[0] == Worker{5337, false});
  CHECK(workers.all[1] == Worker{5186, true});
  CHECK(workers.failed_reloads == 1);
}

TEST_CASE("a target is well only when a check of it has been made and passed") {
  CHECK(health_of("L7OK") == Health::passing);
  CHECK(health_of("L4OK") == Health::passing);
  CHECK(health_of("INI") == Health::unknown);
  CHECK(health_of("") == Health::unknown);
  for (const char* word : {"L4CON", "L4TOUT", "L7STS", "L7TOUT", "L7RSP", "SOCKERR"})
    CHECK(health_of(word) == Health::failing);
}
