// What the commands about regions ask, and how they show what they get.
#include <doctest/doctest.h>

#include "cli/show/show.hpp"
#include "program.hpp"

using namespace divio;
using divio::test::recorded;
using divio::test::shell;

TEST_CASE("region add asks for what its flags say, and leaves the rest out") {
  CHECK(recorded("divioctl region add eu --endpoint ssh://deploy@eu --location 'Frankfurt, DE' --provider own --physical fra1 "
                 "--dedicated acme --ingress-port 8088 --domain eu.example.com --address 192.0.2.7 --label a=1 --label b=2 --default") ==
        "add /test . {\"name\":\"eu\",\"endpoint\":\"ssh://deploy@eu\",\"ingress_port\":8088,\"domain\":\"eu.example.com\","
        "\"address\":\"192.0.2.7\",\"location\":\"Frankfurt, DE\",\"provider\":\"own\",\"physical\":\"fra1\",\"public\":false,"
        "\"dedicated\":\"acme\",\"label\":[\"a=1\",\"b=2\"],\"default\":true,\"unchecked\":false}\n");
  CHECK(recorded("divioctl region set eu --location ''") ==
        "set /test . {\"name\":\"eu\",\"location\":\"\",\"public\":false,\"label\":[],\"default\":false,\"unchecked\":false}\n");
  CHECK(recorded("divioctl region drain eu --undo") == "drain /test . {\"name\":\"eu\",\"undo\":true}\n");
  CHECK(recorded("divioctl region remove eu --forget") == "remove /test . {\"name\":\"eu\",\"servers\":false,\"forget\":true}\n");
  CHECK(recorded("divioctl region apply r.yaml --dry-run") == "apply /test . {\"file\":\"r.yaml\"} dry\n");
  CHECK(shell("divioctl region add").code == 2);
  CHECK(shell("divioctl region add eu --ingress-port 0").code == 2);
}

TEST_CASE("the list has a row for each region and says what is wrong with one") {
  CHECK(shell("divioctl region list").out ==
        "REGION        STATE        LOCATION       PROVIDER  DEDICATED  ENGINE           ENVIRONMENTS  INSTANCES  MEMORY             CPU\n"
        "eu (default)  up           Frankfurt, DE  own       acme       docker 20.10.24  2             3          1.5 GiB of 16 GiB  0.75 of 8\n"
        "local         up                                               docker 20.10.24  1             0          0 B of 16 GiB      0 of 8\n"
        "us            unreachable                                                       1\n"
        "\n"
        "problem: us: no Docker engine answers at tcp://us.example.com:2376: Connection refused\n");
}

TEST_CASE("a region is shown as a block") {
  CHECK(shell("divioctl region show eu").out ==
        "eu: up\n"
        "  endpoint      ssh://deploy@eu.example.com\n"
        "  engine        docker 20.10.24\n"
        "  location      Frankfurt, DE\n"
        "  provider      own\n"
        "  physical      fra1\n"
        "  access        dedicated to acme\n"
        "  default       yes\n"
        "  ingress       eu.example.com:80\n"
        "  domain        eu.example.com\n"
        "  labels        tier=gold\n"
        "  environments  shop/live, shop/test\n"
        "  of others     wiki/live (fedcba9876543210)\n"
        "  instances     3\n"
        "  servers       divio-eu-postgres-15\n"
        "  memory        1.5 GiB of 16 GiB\n"
        "  cpu           0.75 of 8\n"
        "\n"
        "1 of its instances and servers has no memory limit and reserves nothing\n");
  CHECK(shell("divioctl region show frankfurt").code == 3);
}

TEST_CASE("a region whose engine was not asked says that it is saved, or draining") {
  RegionView view;
  view.name = "eu";
  CHECK(cli::text_of(view, cli::Style{}).starts_with("eu: saved\n"));
  view.draining = true;
  CHECK(cli::text_of(view, cli::Style{}).starts_with("eu: draining\n"));
}

TEST_CASE("a check says what was seen, and its exit code whether the region can be used") {
  const auto good = shell("divioctl region check eu");
  CHECK(good.code == 0);
  CHECK(good.out ==
        "eu: usable\n"
        "  endpoint    ssh://deploy@eu.example.com\n"
        "  engine      docker 20.10.24 (API 1.41)\n"
        "  machine     amd64, 8 cores, 16 GiB of memory\n"
        "  system      Debian GNU/Linux 12 (bookworm)\n"
        "  disk        4 GiB of 100 GiB free\n"
        "  clock       3.5 s behind\n"
        "  round trip  12.3 ms\n"
        "  builds      BuildKit\n"
        "  ingress     runs on port 80\n"
        "  postgres    15 (example.com/postgis:15-3.4) on the engine; 16 to be fetched\n"
        "  redis       7 on the engine\n"
        "\n"
        "! disk: 4 GiB are left\n"
        "    hint: make room\n");
  const auto bad = shell("divioctl region check us");
  CHECK(bad.code == 6);
  CHECK(bad.out.starts_with("us: cannot be used\n"));
  CHECK(shell("divioctl region check us -o json").code == 6);
}

TEST_CASE("a plan of regions says each change") {
  const std::string plan =
      "change eu\n"
      "  ingress-port: 80 -> 8088\n"
      "  location: nothing -> Frankfurt, DE\n"
      "add ch\n"
      "  endpoint: nothing -> tcp://ch.example.com:2376\n";
  CHECK(shell("divioctl region apply r.yaml --dry-run").out == plan);
  CHECK(shell("divioctl region apply r.yaml").out == plan + "Done\n");
  CHECK(cli::text_of(RegionPlanView{"unchanged", {{"eu", "keep", {}}}}, cli::Style{}) == "Nothing to do\n");
}

TEST_CASE("what went with a removed region is said") {
  CHECK(shell("divioctl region remove eu").out == "Region eu is removed\n  with it: ingress\n  with it: image divio/shop:abc\n");
}

TEST_CASE("an import asks for consent to an adoption, and names what came and what is lost") {
  CHECK(recorded("divioctl region import eu --endpoint ssh://deploy@eu --key-file old/key --dry-run") ==
        "import /test . {\"name\":\"eu\",\"endpoint\":\"ssh://deploy@eu\",\"key_file\":\"old/key\",\"catalogue\":\"\",\"adopt\":false} dry\n");
  CHECK(shell("divioctl region import eu --adopt").code == 5);
  CHECK(shell("divioctl region import eu --adopt --yes").out ==
        "Catalogue 0123456789abcdef, last changed by anna@laptop\n"
        "\n"
        "ENVIRONMENT  ACTION  RELEASE  RELEASES  SERVICES  LOST\n"
        "shop/live    import  4        4         2         1\n"
        "shop/test    import  1        1         0         1\n"
        "\n"
        "lost of shop/live: SECRET_KEY\n"
        "\n"
        "lost of shop/test: variable API_KEY\n"
        "\n"
        "Imported\n");
  CHECK(shell("divioctl region import").code == 2);
}

TEST_CASE("names of regions complete") {
  CHECK(shell("divioctl __complete region show ''").out == "eu\nlocal\nus\n");
  CHECK(shell("divioctl __complete region drain e").out == "eu\n");
  CHECK(shell("divioctl __complete region apply ''").out == ":files\n");
}

TEST_CASE("status and outcomes say how to reach what no DNS leads to") {
  StatusView status;
  status.project = "shop";
  status.environment = "live";
  status.url = "http://shop.localhost:8088";
  CHECK(cli::text_of(status, cli::Style{}).find("reach it at") == std::string::npos);
  status.address = "http://10.89.3.2:8088";
  CHECK(cli::text_of(status, cli::Style{}).find("reach it at  http://10.89.3.2:8088 with Host: shop.localhost\n") != std::string::npos);
  RolloutOutcome outcome;
  outcome.url = status.url;
  outcome.address = status.address;
  outcome.region = "eu";
  CHECK(cli::text_of(outcome, cli::Style{}).find("http://10.89.3.2:8088 with Host: shop.localhost\n") != std::string::npos);
}
