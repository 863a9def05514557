// How migrations end: what asks first, and what is shown of it.
#include <doctest/doctest.h>

#include "cli/show/show.hpp"
#include "fakes/outcome.hpp"
#include "program.hpp"
#include "wire/views_json.hpp"

using namespace divio;
using divio::test::recorded;
using divio::test::shell;
using divio::tests::contains;

TEST_CASE("a migration that has ended says what is left of it") {
  CHECK(contains(shell("divioctl migrate abort -e live").out, "\nIt was given up: eu serves as before\n"));
  CHECK(contains(shell("divioctl migrate finalize -e live --yes").out, "\neu has nothing of it any more\n"
                                                                       "Whoever still comes to eu is handed on to ch until 2026-12-28 09:31:00\n"
                                                                       "A last backup was made before that: 20261128-093100-4f2a, kept until 2026-12-28 09:31:00\n"
                                                                       "Put it back with: divioctl backup restore 20261128-093100-4f2a --project shop -e live\n"));
  CHECK(contains(shell("divioctl migrate finalize -e live --yes -o json").out, R"("backup":{"id":"20261128-093100-4f2a","keep_until":"2026-12-28T09:31:00.000Z"})"));
  MigrationView lost{.id = "01mig", .project = "shop", .environment = "live", .from = "eu", .to = "ch", .phase = "finalised", .serves = "ch", .alone = true};
  CHECK(contains(cli::text_of(lost, cli::Style{}), "\nIt ended without eu, where all stays as it is. When eu is back: divioctl migrate finalize --project shop -e live\n"));
  lost.attempts = {{.number = 2, .from = "eu", .to = "ch", .decision = "committed", .cause = "region eu was lost", .alone = true}};
  CHECK(contains(cli::text_of(lost, cli::Style{}), "\nattempt 2 took over: region eu was lost\n"));
  MigrationView bare{.id = "01mig", .project = "shop", .environment = "live", .from = "eu", .to = "ch", .phase = "planned",
                     .serves = "eu"};
  CHECK(cli::text_of(bare, cli::Style{}) == "shop/live: planned\n  migration  01mig\n  from       eu\n  to         ch\n  serves     eu\n");
}

TEST_CASE("a migration that is copying says how far it is, how quickly that goes, and about how long it takes") {
  MigrationView copying{.id = "01mig", .project = "shop", .environment = "live", .from = "eu", .to = "ch", .phase = "copying", .serves = "eu"};
  copying.services = {{.prefix = "default", .type = "postgres", .version = "15", .method = "replication", .bytes = 4'294'967'296, .tables = 12, .copied = 3,
                       .copied_bytes = 1'073'741'824, .bytes_per_second = 12'582'912, .seconds_to_go = 256}};
  CHECK(contains(cli::text_of(copying, cli::Style{}), "1 GiB of 4 GiB, 3 of 12 tables  no"));
  CHECK(contains(cli::text_of(copying, cli::Style{}), "\nservice 'default' is copied: 12 MiB/s, about 4 min to go\n"));
  CHECK(contains(wire::to_json(copying), R"("copied":3,"copied_bytes":1073741824,"bytes_per_second":12582912,"seconds_to_go":256,)"));
  copying.services.front().bytes_per_second.reset();
  copying.services.front().seconds_to_go.reset();
  CHECK_FALSE(contains(cli::text_of(copying, cli::Style{}), "is copied"));
  copying.services.front().trouble = "table note: the disk is full";
  CHECK(contains(cli::text_of(copying, cli::Style{}), "\nservice 'default' does not come over: table note: the disk is full\n"));
  CHECK(contains(wire::to_json(copying), R"("following":false,"trouble":"table note: the disk is full"})"));
}

TEST_CASE("to take over from a region that is gone asks, for what had not arrived is lost") {
  const auto refused = shell("divioctl migrate cutover -e live --without eu < /dev/null");
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "taking over from a region needs your consent"));
  CHECK(recorded("divioctl migrate cutover -e live --without eu < /dev/null") == "");
  CHECK(recorded("divioctl migrate cutover -e live --without eu --yes") == "cut_over_migration /live . {\"max_pause\":0,\"window\":\"\",\"now\":false,\"without\":\"eu\"}\n");
}

TEST_CASE("the end of a migration asks, and without a terminal it wants --yes") {
  CHECK(recorded("divioctl migrate finalize -e live --without eu --yes") == "finalize_migration /live . {\"without\":\"eu\",\"unverified\":false,\"keep_backup\":30,\"forward\":30}\n");
  const auto refused = shell("divioctl migrate finalize -e live < /dev/null");
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "ending a migration needs your consent"));
  CHECK(recorded("divioctl migrate finalize -e live < /dev/null") == "migration /live . \n");
  CHECK(recorded("divioctl migrate finalize -e live --yes") == "finalize_migration /live . {\"without\":\"\",\"unverified\":false,\"keep_backup\":30,\"forward\":30}\n");
  CHECK(recorded("divioctl migrate finalize -e live --yes --unverified --keep-backup 0 --forward 90") == "finalize_migration /live . {\"without\":\"\",\"unverified\":true,\"keep_backup\":0,\"forward\":90}\n");
  CHECK(shell("divioctl migrate finalize -e live --yes --keep-backup -1").code == 2);
  CHECK(shell("FAKE_FAILURE=migration divioctl migrate finalize -e live < /dev/null").code == 4);
}
