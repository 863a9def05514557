// Backups on the command line: what is asked of the library, what people and scripts are told.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "program.hpp"

using namespace divio::test;
using divio::tests::contains;

TEST_CASE("what is asked about backups reaches the library as it was said") {
  CHECK(recorded("divioctl backup create -e live --service default --verify") == "backup /live . {\"service\":\"default\",\"verify\":true}\n");
  CHECK(recorded("divioctl backup verify -e live") == "verify /live . {\"id\":\"latest\"}\n");
  CHECK(recorded("divioctl backup download -e live --to dumps") == "download /live . {\"id\":\"latest\",\"to\":\"dumps\",\"service\":\"\"}\n");
  CHECK(recorded("divioctl backup schedule -e live --at 03:00") == "schedule /live . {\"at\":\"03:00\",\"verify_days\":-1,\"off\":false}\n");
  CHECK(recorded("divioctl backup store --region eu --folder /mnt/b") == "store /test . {\"region\":\"eu\",\"folder\":\"/mnt/b\",\"endpoint\":\"\",\"bucket\":\"\",\"bucket_region\":\"\",\"access_key\":\"\",\"secret_key\":\"********\",\"prefix\":\"\",\"authority\":\"\",\"virtual_host\":false,\"standard\":false}\n");
  CHECK(recorded("divioctl schedule install --dry-run --system-wide") == "install /test . {\"system_wide\":true} dry\n");
}

TEST_CASE("a restore and a removal of a backup ask, and without a terminal want --yes") {
  CHECK(shell("divioctl backup restore -e live < /dev/null").code == 5);
  CHECK(recorded("divioctl backup restore -e test --from live --force --yes") == "restore /test . {\"id\":\"latest\",\"from\":\"live\",\"service\":\"\",\"force\":true,\"replace\":false}\n");
  CHECK(recorded("divioctl backup restore -e live --dry-run") == "restore /live . {\"id\":\"latest\",\"from\":\"\",\"service\":\"\",\"force\":false,\"replace\":false} dry\n");
  CHECK(shell("divioctl backup delete 20261123-030000-4f2a < /dev/null").code == 5);
  CHECK(recorded("divioctl backup delete 20261123-030000-4f2a --yes") == "delete /test . 20261123-030000-4f2a\n");
}

TEST_CASE("a drill that did not pass is shown, and the command fails") {
  const auto failed = shell("divioctl backup verify 20261123-030000-4f2a");
  CHECK(failed.code == 1);
  CHECK(contains(failed.out, "service default: public.orders has 4 rows instead of 5"));
  CHECK(shell("divioctl backup verify").code == 0);
  const auto json = shell("divioctl backup verify 20261123-030000-4f2a -o json -q");
  CHECK(json.code == 1);
  CHECK(contains(json.out, "\"verified\":\"failed\""));
}

TEST_CASE("backups are listed with what is in them and whether they were tried out") {
  const auto list = shell("divioctl backup list -e live");
  CHECK(contains(list.out, "20261123-030000-4f2a  manual  2026-11-23 03:00:00  default   512 KiB  4        passed"));
  CHECK(contains(list.out, "\nto know: there may be more at https://s3.eu.example.com/backups-eu, which does not answer\n"));
  CHECK(contains(shell("divioctl backup list -o json").out, R"(],"unseen":["https://s3.eu.example.com/backups-eu"]})"));
  const auto show = shell("divioctl backup show -e live");
  CHECK(contains(show.out, "postgres  15.8     4 MiB  512 KiB  12      34567"));
  CHECK_FALSE(contains(show.out, "kept until"));
}

TEST_CASE("of a backup that is kept until a certain time that is said") {
  CHECK(contains(shell("divioctl backup list").out, "20261122-030000-77aa  moved   2026-11-23 03:00:00  default   512 KiB  4                2026-12-22 03:00:00\n"));
  CHECK(contains(shell("divioctl backup show 20261122-030000-77aa").out, "kept until  2026-12-22 03:00:00\n"));
  CHECK(contains(shell("divioctl backup show 20261122-030000-77aa -o json").out, R"("keep_until":"2026-12-22T03:00:00.000Z")"));
}

TEST_CASE("scheduled backups that fail make backup run fail, and reconcile --watch tells them and goes on") {
  CHECK(shell("FAKE_FAILURE='run backups' divioctl backup run").code != 0);
  CHECK(contains(shell("divioctl backup run").out, "20261123-030000-4f2a"));
  std::string record;
  const auto watched = shell(
      "FAKE_FAILURE='run backups' divioctl reconcile --watch --interval 1s & pid=$!\nuntil [ \"$(grep -c 'run backups' \"$FAKE_RECORD\")\" -ge 2 ]; do sleep 0.05; done; kill -TERM $pid; wait $pid", &record);
  CHECK(watched.code == 0);
  CHECK(contains(watched.err, "error: another operation holds shop/test\n"));
  CHECK(record.find("run backups") != record.rfind("run backups"));
}

TEST_CASE("keys never come from the command line") {
  CHECK(recorded("printf 's3cret\\n' | divioctl backup store --endpoint https://s3 --bucket b --access-key A") ==
        "store /test . {\"region\":\"\",\"folder\":\"\",\"endpoint\":\"https://s3\",\"bucket\":\"b\",\"bucket_region\":\"\",\"access_key\":\"A\",\"secret_key\":\"********\",\"prefix\":\"\",\"authority\":\"\",\"virtual_host\":false,\"standard\":false} with s3cret\n");
  CHECK(shell("divioctl backup store --endpoint https://s3 --secret-key x").code == 2);
  CHECK(recorded("echo divio-backup-key-77 | divioctl backup key --import --replace") == "import /test . divio-backup-key-77 replace\n");
  CHECK(shell("divioctl backup key").out == "divio-backup-key-00\n");
}

TEST_CASE("a timer that is only planned is shown whole") {
  const auto planned = shell("divioctl schedule install --dry-run");
  CHECK(contains(planned.out, "# /etc/systemd/system/divioctl-backups.timer\n[Timer]\n"));
  CHECK(contains(planned.out, "systemctl daemon-reload\n"));
  CHECK(shell("divioctl schedule remove").out == "removed /etc/systemd/system/divioctl-backups.timer\n");
}
