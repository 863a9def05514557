// What a server's log tells of a copying that fails.
#include <doctest/doctest.h>

#include "migration/postgres/copying_trouble.hpp"

using divio::migration::postgres::last_failure;

namespace {

constexpr auto server_log = R"(2026-11-30 10:00:00.100 UTC [70] LOG:  logical replication apply worker for subscription "divio_forward" has started
2026-11-30 10:00:00.200 UTC [71] LOG:  logical replication table synchronization worker for subscription "divio_forward", table "note" has started
2026-11-30 10:00:00.300 UTC [72] LOG:  logical replication table synchronization worker for subscription "somebody_else", table "secret" has started
2026-11-30 10:00:00.400 UTC [72] ERROR:  could not extend file "base/1/2": No space left on device
2026-11-30 10:00:00.500 UTC [90] ERROR:  relation "nothing" does not exist at character 15
2026-11-30 10:00:00.600 UTC [71] ERROR:  new row for relation "note" violates check constraint "short"
2026-11-30 10:00:00.600 UTC [71] DETAIL:  Failing row contains (1, private).
2026-11-30 10:00:00.600 UTC [71] CONTEXT:  COPY note, line 1
2026-11-30 10:00:00.700 UTC [1] LOG:  background worker "logical replication worker" (PID 71) exited with exit code 1
2026-11-30 10:00:00.900 UTC [73] LOG:  logical replication table synchronization worker for subscription "divio_forward", table "note" has started
)";

}  // namespace

TEST_CASE("what ended a worker of a subscription is told with its table, and neither rows nor what is somebody else's") {
  CHECK(last_failure(server_log, "divio_forward") == "table note: new row for relation \"note\" violates check constraint \"short\"");
}

TEST_CASE("a worker that follows has no table") {
  CHECK(last_failure(std::string(server_log) + "2026-11-30 10:00:01.000 UTC [70] ERROR:  could not receive data from WAL stream: timeout\n", "divio_forward") ==
        "could not receive data from WAL stream: timeout");
}

TEST_CASE("what has a number that a worker had before is no worker") {
  CHECK(last_failure(std::string(server_log) + "2026-11-30 10:00:01.000 UTC [71] ERROR:  division by zero\n", "divio_forward").starts_with("table note: "));
}

TEST_CASE("where nothing failed nothing is told") {
  CHECK(last_failure(server_log, "another").empty());
  CHECK(last_failure("", "divio_forward").empty());
  CHECK(last_failure("[ no log\n] ERROR:  \n[1] ERROR:", "divio_forward").empty());
}
