// What the commands about media ask, and how they show what they get.
#include <doctest/doctest.h>

#include "program.hpp"

using divio::test::recorded;
using divio::test::shell;

TEST_CASE("pushing and pulling ask for what is said") {
  CHECK(recorded("divioctl media push ./files -e live") == "push_media /live . {\"folder\":\"./files\",\"service\":\"\",\"delete\":false}\n");
  CHECK(recorded("divioctl media pull ./files --service uploads --dry-run") ==
        "pull_media /test . {\"folder\":\"./files\",\"service\":\"uploads\",\"delete\":false} dry\n");
  CHECK(recorded("divioctl media push ./files --delete --yes") == "push_media /test . {\"folder\":\"./files\",\"service\":\"\",\"delete\":true}\n");
  CHECK(shell("divioctl media push").code == 2);
}

TEST_CASE("what removes files says how many before it needs consent, and does nothing without it") {
  for (const auto* const line : {"divioctl media push ./files --delete -e live < /dev/null", "divioctl media pull ./files --delete -e live < /dev/null"}) {
    const auto refused = shell(line);
    CHECK(refused.code == 5);
    CHECK(refused.err.find("removing files needs your consent") != std::string::npos);
    CHECK(refused.err.find("--yes") != std::string::npos);
  }
}

TEST_CASE("files are listed by path, with their number and size at the end") {
  CHECK(shell("divioctl media list").out ==
        "SIZE   CHANGED              FILE\n"
        "2 KiB  2026-11-22 20:15:58  a/b.jpg\n"
        "1 B    2026-11-23 20:15:58  c\n"
        "2 files, 2.0 KiB\n");
}

TEST_CASE("a dry run says what it would do, file by file; a run says how much it did") {
  CHECK(shell("divioctl media push ./files --delete --dry-run").out ==
        "copy   a/new\n"
        "copy   b\n"
        "remove old\\nfile\n"
        "2 files (2 KiB) would be copied, 1 would be removed, 40 are the same\n");
  CHECK(shell("divioctl media pull ./files").out == "2 files (2 KiB) copied, 0 removed, 40 are the same\n");
}
