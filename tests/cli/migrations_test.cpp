// What the commands about migrations ask, and how they show what they get.
#include <doctest/doctest.h>

#include <filesystem>

#include "cli/show/show.hpp"
#include "fakes/outcome.hpp"
#include "program.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"
#include "wire/views_json.hpp"

using namespace divio;
using divio::test::recorded;
using divio::test::shell;
using divio::tests::contains;

TEST_CASE("what is asked about migrations reaches the library as it was said") {
  CHECK(recorded("divioctl migrate plan -e live --to ch") == "plan_migration /live . {\"to\":\"ch\"}\n");
  CHECK(recorded("divioctl migrate start -e live --to ch") ==
        "start_migration /live . {\"to\":\"ch\",\"plan_hash\":\"\",\"max_pause\":2000,\"allow_pause\":false,\"hold_cutover\":false,\"bandwidth\":\"\",\"window\":\"\",\"now\":false}\n");
  CHECK(recorded("divioctl migrate start -e live --to ch --plan-hash 3f2a --max-pause 500ms --hold-cutover --bandwidth 50MB --window 'Mon 01:00-05:00 UTC'") ==
        "start_migration /live . {\"to\":\"ch\",\"plan_hash\":\"3f2a\",\"max_pause\":500,\"allow_pause\":false,\"hold_cutover\":true,\"bandwidth\":\"50MB\",\"window\":\"Mon 01:00-05:00 UTC\",\"now\":false}\n");
  CHECK(recorded("divioctl migrate rehearse -e live --to ch") == "rehearse_migration /live . {\"to\":\"ch\",\"path\":\"/\",\"bandwidth\":\"\",\"keep\":false}\n");
  CHECK(recorded("divioctl migrate cutover -e live") == "cut_over_migration /live . {\"max_pause\":0,\"window\":\"\",\"now\":false,\"without\":\"\"}\n");
  CHECK(recorded("divioctl migrate cutover -e live --now") == "cut_over_migration /live . {\"max_pause\":0,\"window\":\"\",\"now\":true,\"without\":\"\"}\n");
  CHECK(recorded("divioctl migrate reverse -e live --max-pause 5s") == "reverse_migration /live . {\"max_pause\":5000}\n");
  CHECK(recorded("divioctl migrate abort -e live") == "abort_migration /live . {\"without\":\"\"}\n");
  CHECK(recorded("divioctl migrate abort -e live --without ch") == "abort_migration /live . {\"without\":\"ch\"}\n");
  CHECK(recorded("divioctl migrate resume -e live") == "resume_migration /live . {\"now\":false}\n");
  CHECK(recorded("divioctl migrate resume -e live --now") == "resume_migration /live . {\"now\":true}\n");
  CHECK(recorded("divioctl migrate show -e live") == "migration /live . \n");
  CHECK(recorded("divioctl migrate list") == "migrations /test . \n");
}

TEST_CASE("several environments are asked for as one") {
  const std::string start = "{\"to\":\"ch\",\"plan_hash\":\"\",\"max_pause\":2000,\"allow_pause\":false,\"hold_cutover\":false,\"bandwidth\":\"\",\"window\":\"\",\"now\":false}";
  CHECK(recorded("divioctl migrate start -e live --to ch --application webshop") == "start_migrations /live . webshop " + start + "\n");
  CHECK(recorded("divioctl migrate start --to ch --all-environments") == "start_migrations /test .  all " + start + "\n");
  CHECK(recorded("divioctl migrate start --to ch --all-environments --dry-run") == "plan_migrations /test .  all {\"to\":\"ch\"}\n");
  CHECK(recorded("divioctl migrate plan -e live --to ch --application webshop") == "plan_migrations /live . webshop {\"to\":\"ch\"}\n");
  CHECK(recorded("divioctl migrate cutover -e live --application webshop --now") == "cut_over_migrations /live . webshop {\"max_pause\":0,\"window\":\"\",\"now\":true,\"without\":\"\"}\n");
  CHECK(recorded("divioctl migrate reverse -e live --application webshop") == "reverse_migrations /live . webshop {\"max_pause\":0}\n");
  CHECK(recorded("divioctl migrate abort -e live --application webshop") == "abort_migrations /live . webshop {\"without\":\"\"}\n");
  CHECK(recorded("divioctl migrate resume --all-environments --now") == "resume_migrations /test .  all {\"now\":true}\n");
  CHECK(recorded("divioctl migrate rehearse -e live --to ch --application webshop") ==
        "rehearse_migrations /live . webshop {\"to\":\"ch\",\"path\":\"/\",\"bandwidth\":\"\",\"keep\":false}\n");
  CHECK(contains(shell("divioctl migrate rehearse --to ch --application webshop").out, "\n\nshop/test: is well there\n"));
  CHECK(shell("divioctl migrate rehearse --to ch --application webshop --path /broken").code == 1);
  CHECK(recorded("divioctl migrate show --all-environments") == "migrations /test .  all \n");
  CHECK(shell("divioctl migrate show --all-environments --plot -").code == 2);
  CHECK(shell("divioctl migrate show --application webshop").out ==
        "ENVIRONMENT  FROM  TO  PHASE    SERVES  PAUSE   BEGAN                CHANGED\n"
        "shop/live    eu    ch  soaking  ch      340 ms  2026-11-28 09:00:00  2026-11-28 09:31:00\n"
        "shop/test    eu    ch  soaking  ch      340 ms  2026-11-28 09:00:00  2026-11-28 09:31:00\n");
}

TEST_CASE("a plan for several environments says whether all of it can be moved, and how") {
  const auto told = shell("divioctl migrate plan -e live --to ch --application webshop");
  CHECK(told.code == 0);
  CHECK(told.out.starts_with("shop/live: can be moved\n"));
  CHECK(contains(told.out, "\nshop/test: can be moved\n"));
  CHECK(told.out.ends_with("All of it: can be moved\n"
                           "  copying takes  about 6 min 40 s\n"
                           "  requests wait  about 340 ms\n"
                           "  hash           99c0\n"
                           "\nMove it with: divioctl migrate start --application webshop -e live --to ch --plan-hash 99c0\n"));
  const auto refused = shell("divioctl migrate plan -e live --to us --application webshop");
  CHECK(refused.code == 5);
  CHECK(contains(refused.out, "All of it: cannot be moved yet\n"));
}

TEST_CASE("the end of several migrations asks for the name of what they are of") {
  const auto refused = shell("divioctl migrate finalize -e live --application webshop < /dev/null");
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "ending migrations needs your consent"));
  CHECK(recorded("divioctl migrate finalize -e live --application webshop --yes") ==
        "finalize_migrations /live . webshop {\"without\":\"\",\"unverified\":false,\"keep_backup\":30,\"forward\":30}\n");
}

TEST_CASE("a migration needs a region to go to, and a pause that is one") {
  CHECK(shell("divioctl migrate start -e live").code == 2);
  CHECK(shell("divioctl migrate plan -e live").code == 2);
  CHECK(shell("divioctl migrate start --to ch --max-pause 0").code == 2);
  CHECK(shell("divioctl migrate start --to ch --max-pause soon").code == 2);
  CHECK(shell("divioctl migrate cutover --dry-run").code == 2);
  CHECK(wire::from_json<MigrateStartRequest>(R"({"to":"ch","max_pause":500})")->max_pause == std::chrono::milliseconds(500));
}

TEST_CASE("a rehearsal says how the application answered there and for how long requests would wait, and its exit code whether it is good") {
  const auto told = shell("divioctl migrate rehearse -e live --to ch");
  CHECK(told.code == 0);
  CHECK(told.out ==
        "shop/live: is well there\n"
        "  from           eu\n"
        "  to             ch\n"
        "  ready after    1 min 11 s\n"
        "  /              200, after 12 ms\n"
        "  ways           84 ms\n"
        "  media files    40 ms\n"
        "  requests wait  about 196 ms\n"
        "\n"
        "SERVICE  A WRITE ARRIVES AFTER\n"
        "default  26 ms\n"
        "\n"
        "Nothing is left of it. Move it with: divioctl migrate start --project shop -e live --to ch\n");
  const auto broken = shell("divioctl migrate rehearse -e live --to ch --path /broken --keep");
  CHECK(broken.code == 1);
  CHECK(broken.out.starts_with("shop/live: does not answer well there\n"));
  CHECK(broken.out.ends_with("It is ready: divioctl migrate cutover --project shop -e live\nor give it up: divioctl migrate abort --project shop -e live\n"));
}

TEST_CASE("a picture of a cut-over goes to a file beside what else is shown, or alone to the standard output") {
  CHECK(recorded("divioctl migrate show -e live --plot -") == "plot_migration /live . 0\n");
  CHECK(recorded("divioctl migrate show -e live --plot - --attempt 2") == "plot_migration /live . 2\n");
  CHECK(shell("divioctl migrate show -e live --plot -").out == "<svg/>\n");
  const auto told = shell("divioctl migrate show -e live --plot cut-over.svg 2>/dev/null && cat cut-over.svg");
  CHECK(told.out.starts_with("shop/live: "));
  CHECK(told.out.ends_with("<svg/>\n"));
  CHECK(contains(shell("divioctl migrate show -e live --plot cut-over.svg").err, "The picture is in cut-over.svg\n"));
  CHECK(std::filesystem::remove("cut-over.svg"));
  CHECK(contains(shell("divioctl migrate show -e live --plot no/such/folder.svg").err, "cannot write no/such/folder.svg"));
  CHECK(shell("divioctl migrate show -e live --attempt 2").code == 2);
}

TEST_CASE("a plan says what would be done, and which command does it") {
  const auto told = shell("divioctl migrate plan -e live --to ch");
  CHECK(told.code == 0);
  CHECK(told.out ==
        "shop/live: can be moved\n"
        "  from           eu\n"
        "  to             ch\n"
        "  release        4, divio/shop:abc\n"
        "  data           4 GiB\n"
        "  copying takes  about 3 min 20 s\n"
        "  requests wait  about 340 ms\n"
        "  hash           3f2a91c0\n"
        "\n"
        "SERVICE  TYPE      VERSION  SIZE   HOLDS      METHOD       FROM               TO\n"
        "default  postgres  15       4 GiB  12 tables  replication  divio-postgres-15  divio-postgres-15\n"
        "\n"
        "to know: materialized view public.totals is not refreshed by the move\n"
        "    hint: refresh it afterwards\n"
        "\n"
        "Move it with: divioctl migrate start --project shop -e live --to ch --plan-hash 3f2a91c0\n");
}

TEST_CASE("a plan with something in the way says what, and how to mend it, and the exit code says it too") {
  const auto told = shell("divioctl migrate plan -e live --to us");
  CHECK(told.code == 5);
  CHECK(told.out.starts_with("shop/live: cannot be moved yet\n"));
  CHECK(told.out.ends_with("\nin the way: table public.log of service 'default' has no primary key\n"
                           "    hint: add one, or ALTER TABLE public.log REPLICA IDENTITY FULL\n"
                           "\n"
                           "to know: materialized view public.totals is not refreshed by the move\n"
                           "    hint: refresh it afterwards\n"
                           "\n"
                           "Mend what is in the way, and look again: divioctl migrate plan --project shop -e live --to us\n"));
  CHECK(shell("divioctl migrate start -e live --to us --dry-run").out == told.out);
  CHECK(shell("divioctl migrate start -e live --to us --dry-run").code == 5);
  CHECK(recorded("divioctl migrate start -e live --to us --dry-run") == "plan_migration /live . {\"to\":\"us\"}\n");
  const auto json = shell("divioctl migrate plan -e live --to us -o json");
  CHECK(json.code == 5);
  CHECK(json.out ==
        R"({"project":"shop","environment":"live","from":"eu","to":"us","release":4,"image":"divio/shop:abc","services":[)"
        R"({"prefix":"default","type":"postgres","version":"15","method":"replication","from":"divio-postgres-15",)"
        R"("to":"divio-postgres-15","bytes":4294967296,"tables":12,"files":0}],"obstacles":[)"
        R"({"stops":true,"what":"table public.log of service 'default' has no primary key",)"
        R"("way_out":"add one, or ALTER TABLE public.log REPLICA IDENTITY FULL"},)"
        R"({"stops":false,"what":"materialized view public.totals is not refreshed by the move","way_out":"refresh it afterwards"}],)"
        R"("predicted_pause_ms":340.0,"predicted_copy_s":200.0,"possible":false,"hash":"3f2a91c0","next":"divioctl migrate plan --project shop -e live --to us"})"
        "\n");
}

TEST_CASE("an environment without services has no data to copy") {
  const MigrationPlanView plan{.project = "shop", .environment = "live", .from = "eu", .to = "ch", .release = 4, .image = "i",
                               .services = {}, .obstacles = {}, .possible = true, .hash = "3f2a", .next = "divioctl migrate start --plan-hash 3f2a"};
  CHECK(cli::text_of(plan, cli::Style{}) ==
        "shop/live: can be moved\n"
        "  from     eu\n"
        "  to       ch\n"
        "  release  4, i\n"
        "  hash     3f2a\n"
        "\n"
        "It has no services: there is no data to copy\n"
        "\n"
        "Move it with: divioctl migrate start --plan-hash 3f2a\n");
}

TEST_CASE("of an environment that something stops at once it is not said what data it has: nobody looked") {
  const MigrationPlanView plan{.project = "shop", .environment = "live", .from = "eu", .to = "eu", .release = 4, .image = "i", .services = {},
                               .obstacles = {{true, "shop-live is in region eu already", "name another region"}}, .possible = false, .hash = "3f2a"};
  const auto text = cli::text_of(plan, cli::Style{});
  CHECK(text.find("no services") == std::string::npos);
  CHECK(text.find("shop-live is in region eu already") != std::string::npos);
}

TEST_CASE("a migration is shown with its services, its attempts and what can come next") {
  CHECK(shell("divioctl migrate show -e live").out ==
        "shop/live: soaking\n"
        "  migration  01mig\n"
        "  from       eu\n"
        "  to         ch\n"
        "  serves     ch\n"
        "  began      2026-11-28 09:00:00\n"
        "  changed    2026-11-28 09:31:00\n"
        "\n"
        "eu gets every change too: the way back there is open until migrate finalize\n"
        "\n"
        "SERVICE  TYPE      VERSION  SIZE   METHOD       COPIED           FOLLOWS  BEHIND\n"
        "default  postgres  15       4 GiB  replication  12 of 12 tables  yes      2 KiB\n"
        "\n"
        "ATTEMPT  FROM  TO  BEGAN                PAUSE   DECISION\n"
        "1        eu    ch  2026-11-28 09:20:00  2.1 s   aborted\n"
        "2        eu    ch  2026-11-28 09:30:00  340 ms  committed\n"
        "attempt 1 was undone: requests would have waited for more than 2s\n"
        "\n"
        "COMPARED           AT                   SERVICE  HELD                          RESULT\n"
        "before finalising  2026-11-28 09:31:00  default  2 tables, 5 rows, 1 sequence  differs\n"
        "before finalising: default: table public.note has other content in region eu\n"
        "\n"
        "Next: divioctl migrate finalize --project shop -e live\n");
  CHECK(shell("divioctl migrate show -e live -o json").out ==
        R"({"id":"01mig","project":"shop","environment":"live","service":"","from":"eu","to":"ch","phase":"soaking","serves":"ch","window":"",)"
        R"("began_at":"2026-11-28T09:00:00.000Z","changed_at":"2026-11-28T09:31:00.000Z","attempts":[)"
        R"({"number":1,"from":"eu","to":"ch","decision":"aborted","began_at":"2026-11-28T09:20:00.000Z","pause_ms":2100.0,)"
        R"("cause":"requests would have waited for more than 2s","alone":false},)"
        R"({"number":2,"from":"eu","to":"ch","decision":"committed","began_at":"2026-11-28T09:30:00.000Z","pause_ms":340.0,)"
        R"("cause":"","alone":false}],"services":[{"prefix":"default","type":"postgres","version":"15","method":"replication",)"
        R"("from":"divio-postgres-15","to":"divio-postgres-15","bytes":4294967296,"tables":12,"files":0,"copied":12,"copied_bytes":4294967296,"bytes_per_second":null,"seconds_to_go":null,"lag_bytes":2048,)"
        R"("following":true,"trouble":""}],"backup":{"id":"","keep_until":""},"alone":false,"forwards_until":"","next":"divioctl migrate finalize --project shop -e live",)"
        R"("comparisons":[{"before":"finalising","at":"2026-11-28T09:31:00.000Z","serving":"ch","following":"eu","same":false,)"
        R"("intact":true,"signature":"6b6b","services":[{"prefix":"default","schema":"abcd","tables":[)"
        R"({"name":"public.note","rows":4,"checksum":"78"},{"name":"public.page","rows":1,"checksum":"5"}],"sequences":[{"name":"public.note_id_seq","serving":"36","following":"4"}],"files":0,"bytes":0,"checksum":"","differences":["table public.note has other content in region eu"]}]}]})"
        "\n");
}

TEST_CASE("a comparison is shown with its result, and one whose report was changed since is not believed") {
  MigrationView view{.id = "01mig", .project = "shop", .environment = "live", .from = "eu", .to = "ch", .phase = "verified", .serves = "eu"};
  view.comparisons = {{"cutting-over", "2026-11-28T09:19:00.000Z", "eu", "ch", true, true, "5a5a", {{.prefix = "default", .schema = "abcd", .tables = {{"public.note", 3, "77"}}}}}};
  CHECK(contains(cli::text_of(view, cli::Style{}), "before cutting-over  2026-11-28 09:19:00  default  1 table, 3 rows  the same\n"));
  view.comparisons.front().services.front() = {.prefix = "media", .files = 20, .bytes = 4096, .checksum = "9f9f"};
  CHECK(contains(cli::text_of(view, cli::Style{}), "media    20 files, 4 KiB  the same\n"));
  view.comparisons.front().services.front() = {.prefix = "default", .schema = "abcd", .tables = {{"public.note", 3, "77"}}};
  view.comparisons.front().intact = false;
  CHECK(contains(cli::text_of(view, cli::Style{}), "default  1 table, 3 rows  report was changed\n"));
  view.services = {{.prefix = "default", .type = "redis"}};
  CHECK(contains(cli::text_of(view, cli::Style{}), "default  3 keys  report was changed\n"));
}

TEST_CASE("status says of an environment that was moved where DNS leads its domains, and where it should") {
  StatusView status{.project = "shop", .environment = "live", .region = "ch", .state = "serving"};
  status.dns = {{"shop.example.com", "192.0.2.2", "192.0.2.1", false}, {"www.example.com", "192.0.2.2", "192.0.2.2", true}, {"old.example.com", "192.0.2.2", "", false}};
  CHECK(contains(cli::text_of(status, cli::Style{}), "\nDOMAIN            DNS LEADS TO\n"
                                                     "shop.example.com  192.0.2.1     should lead to 192.0.2.2\n"
                                                     "www.example.com   192.0.2.2     right\n"
                                                     "old.example.com   nowhere       should lead to 192.0.2.2\n"));
}

TEST_CASE("a migration with a window says which one") {
  CHECK(contains(shell("divioctl migrate start -e live --to ch --hold-cutover").out, "\n  window     Mon,Tue 01:00-05:00 UTC\n"));
}

TEST_CASE("migrations are listed in a table; without any the list says how to begin") {
  CHECK(shell("divioctl migrate list").out ==
        "ENVIRONMENT  FROM  TO  PHASE    SERVES  PAUSE   BEGAN                CHANGED\n"
        "shop/live    eu    ch  soaking  ch      340 ms  2026-11-28 09:00:00  2026-11-28 09:31:00\n"
        "shop/test    eu    ch  aborted  eu      340 ms  2026-11-28 09:00:00  2026-11-28 09:31:00\n");
  const auto none = shell("FAKE_MIGRATIONS=none divioctl migrate list");
  CHECK(none.code == 0);
  CHECK(none.out == "No migrations\n");
  CHECK(none.err == "What one would do is said by: divioctl migrate plan --to REGION\n");
  CHECK(shell("FAKE_MIGRATIONS=none divioctl migrate list -o json").out == "{\"migrations\":[]}\n");
}
