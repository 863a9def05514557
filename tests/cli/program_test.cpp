// The whole program, with a Platform of fixed answers: what it asks, what it writes where, how it ends.
#include "program.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using divio::test::recorded;
using divio::test::shell;

namespace {

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  const auto begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
}

}  // namespace

TEST_CASE("commands ask the library what their words say") {
  CHECK(recorded("divioctl -C /srv -e live deploy --ref v1") ==
        "deploy /live /srv {\"ref\":\"v1\",\"worktree\":false,\"build_mode\":\"auto\",\"builder\":\"\"}\n");
  CHECK(recorded("DIVIOCTL_ENV=qa divioctl scale web=2") == "scale /qa . {\"replicas\":{\"web\":2}}\n");
  CHECK(recorded("divioctl rollback --project shop 3") == "rollback shop/test . {\"release\":3}\n");
  CHECK(recorded("divioctl reconcile --all") == "reconcile /test . {\"all\":true}\n");
  CHECK(recorded("divioctl project show shop") == "project shop/test . \n");
  CHECK(recorded("divioctl operation list --limit 3") == "operations /test . 3\n");
  CHECK(recorded("divioctl exec worker -- ls -l") ==
        "exec /test . {\"instance\":\"worker\",\"user\":\"\",\"command\":[\"ls\",\"-l\"]}\n");
  CHECK(recorded("divioctl variable unset A B") == "unset /test . A\nunset /test . B\n");
}

TEST_CASE("the answer goes to standard output, the telling to standard error") {
  const auto ended = shell("divioctl deploy");
  CHECK(ended.code == 0);
  CHECK(ended.out ==
        "Release 4 serves at http://shop-test.localhost\n"
        "  release    4\n"
        "  image      divio/shop:abc (reused)\n"
        "  commit     3f2a91c0d1\n"
        "  operation  01op\n");
  CHECK(ended.err.find("build the image: done in 1.5 s (image reused)\n") != std::string::npos);
  CHECK(ended.err.find("  | Step 1/2 : FROM scratch\n") != std::string::npos);
  CHECK(ended.err.find('\x1b') == std::string::npos);
}

TEST_CASE("status is a short block and two tables") {
  CHECK(shell("divioctl status").out ==
        "shop/test: degraded\n"
        "  url      http://shop-test.localhost\n"
        "  region   local\n"
        "  release  4\n"
        "  commit   3f2a91c0d1\n"
        "  branch   develop\n"
        "  image    divio/shop:abc\n"
        "\n"
        "PROCESS  WANTED  RUNNING  HEALTHY\n"
        "web      2       2        1\n"
        "\n"
        "INSTANCE            PROCESS  RELEASE  STATE    HEALTH   RESTARTS  STARTED\n"
        "shop-test-web-r4-1  web      4        running  passing            2026-11-22 20:15:58\n"
        "shop-test-web-r4-2  web      4        running  failing  3         2026-11-22 20:16:58\n"
        "\n"
        "shop-test-web-r4-2: answers 503\n"
        "\n"
        "problem: one instance of web is not well\n");
}

TEST_CASE("status that checks ends with 1 unless the environment serves or was stopped, and there are no problems") {
  const auto shown = shell("divioctl status");
  CHECK(shown.code == 0);
  const auto checked = shell("divioctl status --check");
  CHECK(checked.code == 1);
  CHECK(checked.out == shown.out);
  CHECK(checked.err.empty());
  for (const std::string state : {"serving", "stopped"}) {
    CHECK(shell("FAKE_STATE=" + state + " divioctl status --check").code == 0);
    CHECK(shell("FAKE_STATE=" + state + " FAKE_PROBLEM='a backup failed' divioctl status --check -o json").code == 1);
  }
  for (const std::string state : {"degraded", "down", "'not deployed'"}) CHECK(shell("FAKE_STATE=" + state + " divioctl status --check").code == 1);
}

TEST_CASE("quiet leaves the answer and the errors") {
  CHECK(shell("divioctl --quiet deploy").err.empty());
  CHECK_FALSE(shell("divioctl --quiet deploy").out.empty());
  CHECK_FALSE(shell("FAKE_FAILURE=deploy divioctl --quiet deploy").err.empty());
}

TEST_CASE("JSON output is one object a line and ends with the answer") {
  const auto ended = shell("divioctl deploy --output json");
  CHECK(ended.code == 0);
  CHECK(ended.err.empty());
  CHECK(ended.out.starts_with(R"({"type":"plan","operation":"01op")"));
  CHECK(last_line(ended.out).starts_with(
      R"({"type":"result","operation":"01op","release":4,"image":"divio/shop:abc","commit":"3f2a91c0d1e2f3a4b5c6","reused":true,"outcome":"deployed","url":"http://shop-test.localhost")"));
}

TEST_CASE("a dry run answers with the plan") {
  const auto ended = shell("divioctl deploy -n");
  CHECK(ended.out == "Build\n   1. build the image\nStart\n   2. start shop-test-web-r4-1\n");
}

TEST_CASE("failures have their words, their place, their hint and their exit code") {
  const auto text = shell("FAKE_FAILURE=deploy divioctl deploy");
  CHECK(text.code == 4);
  CHECK(text.out.empty());
  CHECK(text.err == "error: another operation holds shop/test\n  at divio.yaml:3:5\n  hint: wait for it with --lock-wait 60s\n");
  const auto json = shell("FAKE_FAILURE=deploy divioctl deploy -o json");
  CHECK(json.code == 4);
  CHECK(json.err.empty());
  CHECK(json.out ==
        "{\"error\":{\"code\":\"conflict\",\"message\":\"another operation holds shop/test\","
        "\"hint\":\"wait for it with --lock-wait 60s\",\"where\":\"divio.yaml:3:5\"}}\n");
  CHECK(shell("divioctl deplyo").code == 2);
  CHECK(shell("divioctl deplyo -o json").out.starts_with("{\"error\":{\"code\":\"invalid\""));
  CHECK(shell("divioctl deploy --ref a --worktree").code == 2);
}

TEST_CASE("an exception that nobody expected is told as a bug") {
  const auto text = shell("FAKE_FAILURE=throw divioctl status");
  CHECK(text.code == 9);
  CHECK(text.err.starts_with("error: this is a bug in divioctl: something nobody thought of\n"));
  CHECK(shell("FAKE_FAILURE=throw divioctl status -o json").out.starts_with("{\"error\":{\"code\":\"bug\""));
}

TEST_CASE("doctor fails when something is bad") {
  CHECK(shell("divioctl doctor").code == 0);
  const auto bad = shell("FAKE_FAILURE=doctor divioctl doctor");
  CHECK(bad.code == 1);
  CHECK(bad.out.find("ingress: port 80 is taken\n    hint: set DIVIOCTL_INGRESS_PORT\n") != std::string::npos);
}

TEST_CASE("a secret's value is never taken from the command line, and never shown") {
  for (const auto* line : {"divioctl variable set --secret KEY='open sesame'", "divioctl variable set KEY='open sesame' --secret -o json"}) {
    std::string record;
    const auto refused = shell(line, &record);
    CHECK(refused.code == 2);
    CHECK(record.empty());
    CHECK((refused.out + refused.err).find("open sesame") == std::string::npos);
    CHECK((refused.out + refused.err).find("KEY") != std::string::npos);
  }
  std::string record;
  const auto piped = shell("printf 'open sesame\\n' | divioctl variable set --secret KEY -o json", &record);
  CHECK(piped.code == 0);
  CHECK(record == "set /test . KEY=secret of 11\n");
  CHECK(piped.out == "{\"set\":[\"KEY\"]}\n");
  CHECK(piped.err.empty());
  CHECK(shell("divioctl variable set --secret KEY").code == 2);
  CHECK(shell("divioctl variable list").out.find("open sesame") == std::string::npos);
}

TEST_CASE("only the last line ending of a piped secret is taken off") {
  CHECK(recorded("printf 'a\\nb\\n\\n' | divioctl variable set --secret KEY") == "set /test . KEY=secret of 4\n");
  CHECK(recorded("printf 'a\\r\\n' | divioctl variable set --secret KEY") == "set /test . KEY=secret of 1\n");
}

TEST_CASE("a secret variable is shown only with --reveal") {
  const auto refused = shell("divioctl variable get API_KEY");
  CHECK(refused.code == 5);
  CHECK((refused.out + refused.err).find("open sesame") == std::string::npos);
  CHECK(shell("divioctl variable get API_KEY --reveal").out == "open sesame\n");
  CHECK(shell("divioctl variable get SITE_NAME").out == "Shop\n");
  CHECK(shell("divioctl variable get SITE_NAME -o json").out == "{\"name\":\"SITE_NAME\",\"value\":\"Shop\",\"secret\":false}\n");
}

TEST_CASE("several plain variables are set at once, and values may hold anything") {
  CHECK(recorded("divioctl variable set A=1 B= 'C=x=y z'") == "set /test . A=1\nset /test . B=\nset /test . C=x=y z\n");
  CHECK(shell("divioctl variable set A").code == 2);
  CHECK(shell("divioctl variable set =1").code == 2);
}

TEST_CASE("nothing is destroyed without consent") {
  std::string record;
  CHECK(shell("divioctl destroy", &record).code == 5);
  CHECK(record.empty());
  CHECK(shell("yes test | divioctl destroy", &record).code == 5);
  CHECK(record.empty());
  CHECK(shell("divioctl destroy --yes", &record).code == 0);
  CHECK(record.starts_with("destroy /test"));
  CHECK(shell("divioctl destroy --dry-run").code == 0);
}

TEST_CASE("a command inside a container reads a pipe and gives its exit code") {
  const auto ended = shell("echo hello | divioctl exec -- cat");
  CHECK(ended.out == "hello\n");
  CHECK(ended.code == 7);
}

TEST_CASE("the first interrupt stops at a safe point and says so, the second one leaves at once") {
  const auto once = shell("FAKE_SECONDS=30 divioctl deploy & pid=$!\nuntil [ -s \"$FAKE_RECORD\" ]; do sleep 0.05; done; kill -TERM $pid; wait $pid");
  CHECK(once.code == 8);
  CHECK(once.err.find("stopping at the next safe point (Ctrl-C again to leave at once)") != std::string::npos);
  CHECK(once.err.find("error: deploy was cancelled\n  hint: divioctl operation resume 01op\n") != std::string::npos);
  // `run` does not look at its stop token while it reads, so only the second signal ends it.
  const auto twice = shell(
      "mkfifo \"$FAKE_RECORD.in\"; divioctl run -- cat <\"$FAKE_RECORD.in\" & pid=$!\n"
      "exec 9>\"$FAKE_RECORD.in\"; "
      "until [ -s \"$FAKE_RECORD\" ]; do sleep 0.05; done; kill -TERM $pid; sleep 1; kill -TERM $pid; wait $pid");
  CHECK(twice.code == 8);
  CHECK(twice.err.find("error") == std::string::npos);
}

TEST_CASE("following logs ends quietly when nobody reads any more, and at an interrupt") {
  const auto piped = shell("{ divioctl logs -f; echo \"code $?\" >&2; } | head -n 2");
  CHECK(piped.out == "shop-test-web-r4-1 | GET / 200\nshop-test-web-r4-2 | GET /x 404\n");
  CHECK(piped.err == "code 0\n");
  const auto interrupted = shell("divioctl logs -f >/dev/null & pid=$!\nuntil [ -s \"$FAKE_RECORD\" ]; do sleep 0.05; done; kill -TERM $pid; wait $pid");
  CHECK(interrupted.code == 0);
  CHECK(interrupted.err.empty());
}

TEST_CASE("an operation goes on when nobody reads its output any more") {
  std::string record;
  const auto ended = shell("{ divioctl deploy -o json; echo \"code $?\" >&2; } | true", &record);
  CHECK(ended.err == "code 0\n");
  CHECK(record.starts_with("deploy"));
}

TEST_CASE("log lines name their instance, except for the one that was asked for") {
  CHECK(shell("divioctl logs web").out == "shop-test-web-r4-1 | GET / 200\nshop-test-web-r4-2 | GET /x 404\n");
  CHECK(shell("divioctl logs shop-test-web-r4-1").out == "GET / 200\nshop-test-web-r4-2 | GET /x 404\n");
  CHECK(shell("divioctl logs -o json").out.starts_with("{\"type\":\"line\",\"instance\":\"shop-test-web-r4-1\",\"text\":\"GET / 200\"}\n"));
}

TEST_CASE("reconcile --watch tells what fails and goes on until it is stopped") {
  std::string record;
  const auto ended = shell(
      "FAKE_FAILURE=reconcile divioctl reconcile --watch --interval 1s & pid=$!\nsleep 1.5; kill -TERM $pid; wait $pid", &record);
  CHECK(ended.code == 0);
  std::size_t rounds = 0;
  for (auto at = record.find("reconcile "); at != std::string::npos; at = record.find("reconcile ", at + 1)) ++rounds;
  CHECK(rounds == 2);
  CHECK(ended.err.starts_with("error: another operation holds shop/test\n"));
}

TEST_CASE("the version is told in three ways") {
  CHECK(shell("divioctl --version").out == "divioctl 0.0.0\n");
  CHECK(shell("divioctl version").out == "divioctl 0.0.0\n");
  CHECK(shell("divioctl version -o json").out == "{\"version\":\"0.0.0\"}\n");
}

TEST_CASE("help tells what a command does, takes and is used for") {
  CHECK(shell("divioctl rollback --help").out ==
        R"(Go back to an earlier release

Usage: divioctl rollback [OPTIONS] [RELEASE]

Puts an earlier release into production again, image and configuration, without building. 'divioctl
releases' lists what there is to go back to.

Arguments:
  RELEASE  the number of the release to go back to; without it the one that served before

Options of every command:
  -C, --directory DIR   the folder of the codebase (default .)
  -e, --env NAME        the environment (default test, or $DIVIOCTL_ENV)
      --project NAME    the project, instead of the one whose codebase is in the folder
  -o, --output FORMAT   how to answer: text for people, or json, one object a line (default text)
  -n, --dry-run         print the plan and change nothing
  -y, --yes             do not ask
  -q, --quiet           tell nothing but errors
      --no-color        no colours; NO_COLOR does the same
      --timeout TIME    give up after this time: 30s, 5m; a plain number is seconds
      --lock-wait TIME  how long to wait for another operation on the same environment
  -h, --help            print help

Examples:
  divioctl rollback -e live
      the release that served before
  divioctl rollback -e live 12
      release 12
)");
}

TEST_CASE("help is printed for what is asked about") {
  CHECK(shell("divioctl").out == shell("divioctl help").out);
  CHECK(shell("divioctl help deploy").out == shell("divioctl deploy --help").out);
  CHECK(shell("divioctl help variable set").out == shell("divioctl variable set -h").out);
  CHECK(shell("divioctl help variable").out == shell("divioctl variable --help").out);
  CHECK(shell("divioctl help deplyo").code == 2);
}
