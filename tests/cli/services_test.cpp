// What the commands about services ask, and how they show what they get.
#include <doctest/doctest.h>

#include "program.hpp"

using divio::test::recorded;
using divio::test::shell;

TEST_CASE("service add asks for what its flags say, and says when it takes effect") {
  CHECK(recorded("divioctl service add reports -e live --type mariadb --version 11.4 --scope dedicated --memory 1Gi --cpu 0.5") ==
        "add /live . {\"prefix\":\"reports\",\"type\":\"mariadb\",\"version\":\"11.4\",\"scope\":\"dedicated\",\"mount\":\"\","
        "\"memory\":\"1Gi\",\"cpu\":\"0.5\",\"s3_endpoint\":\"\",\"s3_bucket\":\"\",\"s3_region\":\"\",\"s3_host_style\":false,"
        "\"s3_domain\":\"\",\"s3_authority\":\"\",\"access_key\":\"\",\"secret_key\":\"********\"}\n");
  CHECK(shell("divioctl service add media --type media -e live").err == "The next deployment makes and attaches it: divioctl deploy -e live\n");
  CHECK(shell("divioctl service add default").code == 2);
  CHECK(shell("divioctl service add --type postgres").code == 2);
}

TEST_CASE("a bucket's secret key comes from standard input, and from no flag") {
  CHECK(recorded("echo s3cret | divioctl service add media --type media --s3-endpoint https://s3 --s3-bucket b --s3-authority ca.pem --access-key A") ==
        "add /test . {\"prefix\":\"media\",\"type\":\"media\",\"version\":\"\",\"scope\":\"\",\"mount\":\"\",\"memory\":\"\",\"cpu\":\"\","
        "\"s3_endpoint\":\"https://s3\",\"s3_bucket\":\"b\",\"s3_region\":\"\",\"s3_host_style\":false,\"s3_domain\":\"\",\"s3_authority\":\"ca.pem\",\"access_key\":\"A\","
        "\"secret_key\":\"********\"} with s3cret\n");
  CHECK(recorded("echo s3cret | divioctl service rotate media --access-key B") ==
        "new secret /test .  with s3cret\nrotate /test . {\"prefix\":\"media\",\"access_key\":\"B\",\"secret_key\":\"********\",\"s3_authority\":\"\"}\n");
  CHECK(shell("divioctl service add media --type media --secret-key x").code == 2);
  CHECK(shell("divioctl service rotate media --secret-key x").code == 2);
}

TEST_CASE("services are listed in a table and shown as a block") {
  CHECK(shell("divioctl service list").out ==
        "SERVICE  TYPE      VERSION  SCOPE   STATE     HEALTH   WHERE\n"
        "default  postgres  15       shared  attached  serving  divio-postgres-15\n"
        "media    media                      added              /data/media\n");
  CHECK(shell("divioctl service show default").out ==
        "default: attached\n"
        "  type       postgres\n"
        "  version    15\n"
        "  scope      shared\n"
        "  health     serving\n"
        "  server     divio-postgres-15\n"
        "  host       default-service\n"
        "  database   d0c4\n"
        "  variables  DATABASE_URL, DEFAULT_DATABASE_DSN\n");
  CHECK(shell("divioctl service show cache").code == 3);
}

TEST_CASE("credentials are lines of a name and a value, on standard output alone") {
  const auto told = shell("divioctl service credentials default");
  CHECK(told.out == "DATABASE_URL=postgres://u:p@default-service:5432/d\n");
  CHECK(told.err.empty());
  CHECK(shell("divioctl service credentials default -o json").out ==
        "{\"prefix\":\"default\",\"variables\":{\"DATABASE_URL\":\"postgres://u:p@default-service:5432/d\"}}\n");
}

TEST_CASE("attach, detach and rotate are asked for as they are said") {
  CHECK(recorded("divioctl service attach default -e live") == "attach /live . {\"prefix\":\"default\"}\n");
  CHECK(recorded("divioctl service detach default -e live --dry-run") == "detach /live . {\"prefix\":\"default\"} dry\n");
  CHECK(recorded("divioctl service rotate default") == "rotate /test . {\"prefix\":\"default\",\"access_key\":\"\",\"secret_key\":\"********\",\"s3_authority\":\"\"}\n");
}

TEST_CASE("a service is published where it is asked for, and shows where that is") {
  CHECK(recorded("divioctl service publish default -e live --port 15432 --address 10.0.0.7") ==
        "publish /live . {\"prefix\":\"default\",\"port\":15432,\"address\":\"10.0.0.7\"}\n");
  CHECK(shell("divioctl service publish default").out.find("  published  127.0.0.1:5432\n") != std::string::npos);
  CHECK(shell("divioctl service publish default --port 65536").code == 2);
  CHECK(recorded("divioctl service unpublish default") == "unpublish /test . {\"prefix\":\"default\"}\n");
}

TEST_CASE("removing a service needs consent") {
  const auto refused = shell("divioctl service remove cache < /dev/null");
  CHECK(refused.code == 5);
  CHECK(refused.err.find("--yes") != std::string::npos);
  CHECK(recorded("divioctl service remove cache --yes") == "remove /test . {\"prefix\":\"cache\",\"no_backup\":false}\n");
  CHECK(recorded("divioctl service remove cache --dry-run") == "remove /test . {\"prefix\":\"cache\",\"no_backup\":false} dry\n");
}

TEST_CASE("a service's shell ends with its client's exit code, and its log is printed as it is") {
  const auto session = shell("echo 'select 1' | divioctl service shell default");
  CHECK(session.out == "psql\n");
  CHECK(session.code == 3);
  CHECK(shell("divioctl service logs cache").out == "Ready to accept connections\n");
  CHECK(recorded("divioctl service logs cache --tail all -f") ==
        "service logs /test . {\"prefix\":\"cache\",\"follow\":true,\"tail\":-1,\"timestamps\":false}\n");
}

TEST_CASE("replacing data needs consent, and the question names the environment that loses it") {
  const auto refused = shell("divioctl data copy --from live --to test < /dev/null");
  CHECK(refused.code == 5);
  CHECK(refused.err.find("replacing data needs your consent") != std::string::npos);
  CHECK(shell("divioctl data push -e live shop.dump < /dev/null").code == 5);
  CHECK(recorded("divioctl data copy --from live --to test --yes") ==
        "data copy /test . {\"from\":\"live\",\"to\":\"test\",\"service\":\"\",\"replace\":false}\n");
  CHECK(recorded("divioctl data push -e live shop.dump --service default --yes") ==
        "data push /live . {\"file\":\"shop.dump\",\"service\":\"default\",\"replace\":false}\n");
  CHECK(shell("divioctl data copy --to test").code == 2);
  CHECK(shell("divioctl data push").code == 2);
}

TEST_CASE("what is said of a dump is on standard output, unless the dump is") {
  const auto text = "  file    shop.dump\n  size    2 KiB\n  sha256  9f86d081\n  data    shop live of service default, postgres 15\n";
  CHECK(shell("divioctl data pull -e live").out == text);
  CHECK(shell("divioctl data pull -e live -o json").out ==
        "{\"project\":\"shop\",\"environment\":\"live\",\"service\":\"default\",\"type\":\"postgres\",\"version\":\"15\","
        "\"file\":\"shop.dump\",\"bytes\":2048,\"sha256\":\"9f86d081\"}\n");
  const auto piped = shell("divioctl data pull -e live -");
  CHECK(piped.out.empty());
  CHECK(piped.err.find("sha256") != std::string::npos);
}
