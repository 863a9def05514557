// What the commands that move a service within its region ask, and how they show what they get.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "program.hpp"

using divio::test::recorded;
using divio::test::shell;
using divio::tests::contains;

namespace {

const std::string no_bucket = ",\"s3_endpoint\":\"\",\"s3_bucket\":\"\",\"s3_region\":\"\",\"s3_host_style\":false,\"s3_domain\":\"\",\"s3_authority\":\"\","
                              "\"access_key\":\"\",\"secret_key\":\"********\"}";
const std::string usual_hand_over = " {\"plan_hash\":\"\",\"max_pause\":2000,\"allow_pause\":false,\"hold_cutover\":false,\"window\":\"\"}\n";

}  // namespace

TEST_CASE("a move of a service is asked for as it is said") {
  CHECK(recorded("divioctl service move default -e live --to dedicated") == "move_service /live . {\"prefix\":\"default\",\"to\":\"dedicated\"" + no_bucket + usual_hand_over);
  CHECK(recorded("divioctl service move default -e live --to dedicated --plan-hash 3f2a --max-pause 1s --allow-pause --hold-cutover --window 'Mon 01:00-05:00 UTC'") ==
        "move_service /live . {\"prefix\":\"default\",\"to\":\"dedicated\"" + no_bucket +
        " {\"plan_hash\":\"3f2a\",\"max_pause\":1000,\"allow_pause\":true,\"hold_cutover\":true,\"window\":\"Mon 01:00-05:00 UTC\"}\n");
  CHECK(recorded("divioctl service move default -e live --to dedicated --dry-run") == "plan_service_move /live . {\"prefix\":\"default\",\"to\":\"dedicated\"" + no_bucket + "\n");
}

TEST_CASE("a move of media to another bucket asks for the bucket as service add does, with the secret key from standard input") {
  const std::string words = "echo s3cret | divioctl service move media -e live --to s3 --s3-endpoint https://s3 --s3-bucket b --s3-region r --s3-host-style --s3-domain d --s3-authority ca.pem --access-key A";
  const std::string bucket = "{\"prefix\":\"media\",\"to\":\"s3\",\"s3_endpoint\":\"https://s3\",\"s3_bucket\":\"b\",\"s3_region\":\"r\",\"s3_host_style\":true,\"s3_domain\":\"d\","
                             "\"s3_authority\":\"ca.pem\",\"access_key\":\"A\",\"secret_key\":\"********\"}";
  auto hand_over = usual_hand_over;
  hand_over.insert(hand_over.size() - 1, " with s3cret");
  CHECK(recorded(words) == "move_service /live . " + bucket + hand_over);
  CHECK(recorded(words + " --dry-run") == "plan_service_move /live . " + bucket + " with s3cret\n");
  const auto ended = shell(words);
  CHECK(contains(ended.out, "  from       uploads at https://s3.eu.example.com\n  to         shop-live at https://s3.example.ch\n"));
  CHECK(contains(ended.out, "\nThe way back to bucket uploads at https://s3.eu.example.com is open until migrate finalize: migrate reverse brings what was written since\n"));
  for (const auto* form : {"", " -o json"}) {
    const auto shown = shell(words + form);
    CHECK_FALSE(contains(shown.out + shown.err, "s3cret"));
  }
  CHECK(contains(shell("FAKE_MIGRATIONS=bucket divioctl migrate show -e live").out,
                 "\nBucket uploads at https://s3.eu.example.com stays with all that is in it, and nothing uses it any more\n"));
  CHECK(shell("divioctl service move media --to s3 --secret-key x").code == 2);
}

TEST_CASE("an upgrade of a service is asked for as it is said") {
  CHECK(recorded("divioctl service upgrade default --to 16") == "upgrade_service /test . {\"prefix\":\"default\",\"to\":\"16\"}" + usual_hand_over);
  CHECK(recorded("divioctl service upgrade records -e live --to 11.4 --allow-pause --max-pause 60s") ==
        "upgrade_service /live . {\"prefix\":\"records\",\"to\":\"11.4\"} "
        "{\"plan_hash\":\"\",\"max_pause\":60000,\"allow_pause\":true,\"hold_cutover\":false,\"window\":\"\"}\n");
  CHECK(recorded("divioctl service upgrade default -e live --to 16 --dry-run") == "plan_service_upgrade /live . {\"prefix\":\"default\",\"to\":\"16\"}\n");
}

TEST_CASE("a move of a service needs the service, and to where it goes") {
  for (const auto* command : {"move", "upgrade"}) {
    CAPTURE(command);
    const auto begin = std::string("divioctl service ") + command;
    std::string record;
    CHECK(shell(begin + " default -e live", &record).code == 2);
    CHECK(shell(begin + " default -e live --dry-run", &record).code == 2);
    CHECK(shell(begin + " -e live --to 16", &record).code == 2);
    CHECK(shell(begin + " default -e live --to 16 --max-pause soon", &record).code == 2);
    CHECK(shell(begin + " default -e live --to 16 --bandwidth 5MB", &record).code == 2);  // nothing leaves the region
    CHECK(record.empty());
  }
}

TEST_CASE("a plan of a move of a service says which command does it, and the exit code whether something is in the way") {
  const auto possible = shell("divioctl service move default -e live --to dedicated --dry-run");
  CHECK(possible.code == 0);
  CHECK(possible.out.starts_with("shop/live: can be moved\n"
                                 "  from  divio-postgres-15\n"
                                 "  to    divio-shop-live-default\n"));
  CHECK(possible.out.ends_with("\nMove it with: divioctl service move default --project shop -e live --to dedicated\n"));
  const auto refused = shell("divioctl service move default -e live --to shared --dry-run");
  CHECK(refused.code == 5);
  CHECK(refused.out.starts_with("shop/live: cannot be moved yet\n"));
  CHECK(contains(refused.out, "\nin the way: service 'default' is not attached\n    hint: attach it\n"));
  CHECK(refused.out.ends_with("\nMend what is in the way, and look again: divioctl service move default --dry-run --project shop -e live --to shared\n"));
  CHECK(contains(shell("divioctl service move default -e live --to shared --dry-run -o json").out,
                 R"("next":"divioctl service move default --dry-run --project shop -e live --to shared"})"));
  CHECK(shell("divioctl service upgrade default -e live --to 16 --dry-run").code == 0);
}

TEST_CASE("a move of a service is shown with the service, and with servers for regions") {
  const std::string text =
      "shop/live: soaking\n"
      "  migration  01mig\n"
      "  service    default\n"
      "  from       divio-postgres-15\n"
      "  to         divio-shop-live-default\n"
      "  serves     divio-shop-live-default\n"
      "  began      2026-11-28 09:00:00\n"
      "  changed    2026-11-28 09:31:00\n"
      "\n"
      "divio-postgres-15 gets every change too: the way back there is open until migrate finalize\n"
      "\n"
      "SERVICE  TYPE      VERSION  SIZE   METHOD       COPIED           FOLLOWS  BEHIND\n"
      "default  postgres  15       4 GiB  replication  12 of 12 tables  yes      2 KiB\n"
      "\n"
      "ATTEMPT  FROM               TO                       BEGAN                PAUSE   DECISION\n"
      "1        divio-postgres-15  divio-shop-live-default  2026-11-28 09:30:00  340 ms  committed\n"
      "\n"
      "Next: divioctl migrate finalize --project shop -e live\n";
  CHECK(shell("divioctl service move default -e live --to dedicated").out == text);
  CHECK(shell("divioctl service upgrade default -e live --to 16").out == text);
  CHECK(shell("FAKE_MIGRATIONS=service divioctl migrate show -e live").out == text);
  CHECK(contains(shell("divioctl service move default -e live --to dedicated -o json").out, R"("service":"default","from":"divio-postgres-15","to":"divio-shop-live-default")"));
}

TEST_CASE("a move of a service that fails ends with the code of its error, and is told as one") {
  const auto failed = shell("FAKE_FAILURE=move_service divioctl service move default -e live --to dedicated");
  CHECK(failed.code == 4);
  CHECK(failed.out.empty());
  CHECK(contains(failed.err, "another operation holds shop/test"));
  CHECK(shell("FAKE_FAILURE=upgrade_service divioctl service upgrade default -e live --to 16").code == 4);
}
