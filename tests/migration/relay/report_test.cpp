// What is said of a way that is open, and of each thing that can block it.
#include "migration/relay/probe_report.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "migration/relay/example.hpp"

using namespace divio;
using namespace divio::migration::relay;
using tests::must_fail;

namespace {

Report from_source(std::string_view output) { return read_report(test::example_relay(), Side::source, 7443, output); }

Error blocked(std::string_view output) {
  const auto report = from_source(output);
  REQUIRE(report.way.blocked);
  CHECK_FALSE(report.way.blocked->hint.empty());
  return *report.way.blocked;
}

}  // namespace

TEST_CASE("an open way has its round-trip time, and its bandwidth where that was asked for") {
  const auto report = from_source("round-trip 41250\nbytes 16000000 2000000\n");
  CHECK_FALSE(report.way.blocked);
  CHECK(report.way.round_trip == std::chrono::microseconds(41250));
  CHECK(report.way.bytes_per_second == 8'000'000);
  CHECK(report.silent.empty());
  CHECK(from_source("round-trip 41250\n").way.bytes_per_second == 0);
}

TEST_CASE("a port that cannot be reached is named with both regions, and how") {
  CHECK(blocked("unreachable 124 \n").message == "region eu cannot reach 192.0.2.7 port 7443 of region ch: nothing answers");
  CHECK(blocked("unreachable 1 Connection refused\n").message ==
        "region eu cannot reach 192.0.2.7 port 7443 of region ch: Connection refused");
  CHECK(blocked("unreachable 1 \n").code == ErrorCode::unreachable);
}

TEST_CASE("a certificate that is not taken is no unreachable port") {
  for (const auto* output : {"closed\n", "", "nonsense\n", "round-trip 100\nclosed\n"}) {
    CAPTURE(output);
    CHECK(blocked(output).code == ErrorCode::failed);
    CHECK(blocked(output).message ==
          "region eu reaches 192.0.2.7 port 7443, but no relay answers there that knows this migration's certificate");
  }
}

TEST_CASE("a server that does not answer is named, and the way may be open all the same") {
  const auto report = from_source("silent cache 1 Connection refused\nsilent default 124 \nround-trip 100\n");
  CHECK_FALSE(report.way.blocked);
  REQUIRE(report.silent.size() == 2);
  CHECK(report.silent[0].message == "the server of service 'cache' in region eu does not answer at port 6379: Connection refused");
  CHECK(report.silent[1].message == "the server of service 'default' in region eu does not answer at port 5432: nothing answers");
}

TEST_CASE("the first of what is wrong is the error, and nothing wrong is none") {
  Probe probe;
  CHECK(open_both_ways(probe));
  probe.silent = {{ErrorCode::failed, "silent"}};
  CHECK(must_fail(open_both_ways(probe)).message == "silent");
  probe.from.target.blocked = {ErrorCode::unreachable, "blocked"};
  CHECK(must_fail(open_both_ways(probe)).message == "blocked");
}
