// Commands inside containers, their output, and the variables they see.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <thread>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

TEST_CASE("exec and run pass on input, output, errors and the exit code, and leave nothing behind") {
  const Site site({.base = "debian:bookworm-slim"});
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  for (const std::string how : {"exec", "run"}) {
    CAPTURE(how);
    const Words first = how == "exec" ? Words{"exec", "web", "--"} : Words{"run", "--"};
    const auto with = [&](const Words& more) {
      auto words = first;
      words.insert(words.end(), more.begin(), more.end());
      return words;
    };
    CHECK(site.expect(0, with({"cat"}), "one\ntwo").out == "one\ntwo");
    const auto mixed = site.expect(3, with({"sh", "-c", "echo out; echo err >&2; exit 3"}));
    CHECK(mixed.out == "out\n");
    CHECK(mixed.err == "err\n");
    CHECK(site.expect(0, with({"printenv", "STAGE"})).out == "live\n");
    const std::string large(1 << 20, 'x');
    CHECK(site.expect(0, with({"wc", "-c"}), large).out == "1048576\n");
    CHECK(site.expect(0, with({"head", "-c", "1048576", "/dev/zero"})).out.size() == 1048576);
  }
  CHECK(site.expect(0, {"exec", before, "--", "hostname"}).code == 0);
  CHECK(site.containers() == before);
}

TEST_CASE("a one-off command runs in the release asked for, and one that is interrupted leaves no container") {
  const Site site;
  site.expect(0, {"variable", "set", "HELLO_NAME=old"});
  site.expect(0, {"deploy"});
  site.change_code("second");
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  CHECK(site.expect(0, {"run", "--release", "1", "--", "/hello", "print", "from one"}).out == "from one\n");
  Running asleep(site.command({"run", "--", "/hello", "sleep", "100"}));
  REQUIRE(comes_true([&] { return site.containers() != before; }));
  asleep.signal(SIGINT);
  const auto ended = asleep.wait();
  CHECK_MESSAGE(ended.code == 8, ended.text());
  CHECK(comes_true([&] { return site.containers() == before; }));
}

TEST_CASE("logs give the lines of every instance with its name, of one process alone, the last ones, and new ones") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"scale", "web=2"});
  for (int i = 0; i < 8; ++i) CHECK(site.visit_status("/log?text=line" + std::to_string(i)) == 200);
  const auto all = site.expect(0, {"logs"}).out;
  for (const std::string words : {"hello-live-web-r1-1 | ", "hello-live-web-r1-2 | ", "listening on port 8000", "line0", "line7"}) {
    CAPTURE(words);
    CHECK(contains(all, words));
  }
  const auto last = site.expect(0, {"logs", "hello-live-web-r1-2", "--tail", "1"}).out;
  CHECK(std::count(last.begin(), last.end(), '\n') == 1);
  Running following(site.command({"--output", "json", "logs", "-f"}));
  CHECK(site.visit_status("/log?text=a-new-line") == 200);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  following.signal(SIGINT);
  const auto followed = following.wait();
  CHECK_MESSAGE(followed.code == 0, followed.text());
  CHECK(contains(followed.out, "\"text\":\"a-new-line\""));
  CHECK(contains(site.expect(0, {"logs", "--ingress"}).out, "GET /log?text=a-new-line"));
}

TEST_CASE("variables take effect at the next deployment, secret ones are shown to nobody who does not ask") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"variable", "set", "PLAIN=with = and 'quotes'", "EMPTY="});
  site.expect(0, {"variable", "set", "--secret", "API_KEY"}, "hunter2\n");
  CHECK(contains(site.visit("/variable?name=PLAIN"), "\r\n\r\n\n"));
  const auto deployed = site.divioctl({"--output", "json", "deploy"});
  CHECK_MESSAGE(deployed.code == 0, deployed.text());
  CHECK(contains(site.visit("/variable?name=PLAIN"), "with = and 'quotes'"));
  CHECK(contains(site.visit("/variable?name=API_KEY"), "hunter2"));
  CHECK(contains(site.visit("/variable?name=STAGE"), "live"));
  CHECK(contains(site.visit("/variable?name=DOMAIN"), "hello.localhost"));
  CHECK(contains(site.visit("/variable?name=GIT_BRANCH"), "main"));
  for (const Words& words : {Words{"variable", "list"}, Words{"releases"}, Words{"operation", "list"}, Words{"deploy", "--dry-run"}})
    CHECK(!contains(site.expect(0, words).text(), "hunter2"));
  CHECK(!contains(deployed.text(), "hunter2"));
  site.expect(5, {"variable", "get", "API_KEY"});
  CHECK(site.expect(0, {"variable", "get", "API_KEY", "--reveal"}).out == "hunter2\n");
  CHECK(!contains(file_text(site.home() / "catalogue.db"), "hunter2"));
  CHECK(!contains(file_text(site.home() / "catalogue.db-wal"), "hunter2"));
  site.expect(0, {"variable", "unset", "PLAIN"});
  site.expect(0, {"deploy"});
  CHECK(contains(site.visit("/variable?name=PLAIN"), "\r\n\r\n\n"));
}
