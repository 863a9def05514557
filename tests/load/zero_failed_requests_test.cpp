// What visitors notice of changes: nothing.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <future>
#include <thread>

#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "load/load.hpp"
#include "load/websocket.hpp"

using namespace divio;
using namespace divio::live;

namespace {

// Carries the change out under load with one replica, then with two.
void check_with_one_and_two(const Site& site, const std::function<void(int replicas)>& change) {
  site.expect(0, {"deploy"});
  for (const int replicas : {1, 2}) {
    CAPTURE(replicas);
    site.expect(0, {"scale", "web=" + std::to_string(replicas)});
    check_no_request_fails(site, [&] { change(replicas); });
  }
}

void deploy_named(const Site& site, const std::string& name) {
  site.expect(0, {"variable", "set", "HELLO_NAME=" + name});
  site.expect(0, {"deploy"});
}

// For a request that an instance took and did not answer the proxy answers 502 or, where both connections had carried
// requests before, closes the visitor's (who would then ask again); an answer that had begun it breaks off.
void check_only_what_had_reached_it_failed(const Tallies& tallies) {
  for (const auto& tally : {tallies.kept, tallies.anew}) {
    CAPTURE(tally.dump());
    int reached = 0;
    for (const char* kind : {"http_502", "raced_close", "broken_response"}) reached += tally["by"].value(kind, 0);
    CHECK(tally["failed"] == reached);
    CHECK(reached <= 32);
    CHECK(tally["ok"] >= 100);
  }
}

// The number of the first process in a container, on this machine; 0 while there is none.
pid_t process_of(const std::string& container) {
  const auto told = run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "inspect", "-f", "{{.State.Pid}}", container}, {}});
  REQUIRE_MESSAGE(told.code == 0, told.text());
  return static_cast<pid_t>(std::stol(told.out));
}

std::string project_file(const std::string& web) {
  return "project: hello\nprocesses:\n  web: {" + web + "}\nenvironments:\n  live: {branch: main}\n";
}

}  // namespace

TEST_CASE("no request fails while a new image is built and deployed") {
  const Site site;
  check_with_one_and_two(site, [&](int replicas) {
    site.change_code("code of " + std::to_string(replicas));
    site.expect(0, {"deploy"});
  });
}

TEST_CASE("no request fails while a release with other variables is deployed") {
  const Site site;
  check_with_one_and_two(site, [&](int replicas) {
    const auto name = "named" + std::to_string(replicas);
    deploy_named(site, name);
    CHECK(tests::contains(site.visit(), "name=" + name));
  });
}

TEST_CASE("no request fails while a release with another health path is deployed, which the proxy reads its configuration anew for") {
  const Site site;
  check_with_one_and_two(site, [&](int replicas) {
    site.write("divio.yaml", project_file("health: {path: \"/status?code=20" + std::to_string(replicas) + "\"}"));
    site.commit("another health path");
    site.expect(0, {"deploy"});
  });
}

TEST_CASE("no request fails while instances are added and taken away: 2 to 6 to 2 to 1 to 2") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"scale", "web=2"});
  check_no_request_fails(site, [&] {
    for (const int replicas : {6, 2, 1, 2}) {
      site.expect(0, {"scale", "web=" + std::to_string(replicas)});
      CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == replicas);
    }
  });
}

TEST_CASE("no request fails while an earlier release comes back") {
  const Site site;
  deploy_named(site, "earlier");
  deploy_named(site, "later");
  for (const int replicas : {1, 2}) {
    CAPTURE(replicas);
    site.expect(0, {"scale", "web=" + std::to_string(replicas)});
    check_no_request_fails(site, [&] { site.expect(0, {"rollback", "1"}); });
    CHECK(tests::contains(site.visit(), "name=earlier"));
    site.expect(0, {"rollback", "2"});
  }
}

TEST_CASE("no request fails during a restart") {
  const Site site;
  check_with_one_and_two(site, [&](int) { site.expect(0, {"restart"}); });
}

TEST_CASE("no request fails while another environment arrives and leaves") {
  const Site site;
  site.expect(0, {"deploy"});
  check_no_request_fails(site, [&] {
    site.expect(0, {"-e", "test", "deploy"});
    CHECK(site.visit_status("/", "hello-test.localhost") == 200);
    site.expect(0, {"-e", "test", "destroy", "--yes"});
  });
  CHECK(site.visit_status("/", "hello-test.localhost") == 404);
}

TEST_CASE("requests that take long end well although their instances are replaced meanwhile") {
  const Site site;
  deploy_named(site, "before");
  std::vector<std::future<std::string>> slow;
  for (int i = 0; i < 8; ++i) slow.push_back(std::async(std::launch::async, [&] { return site.visit("/slow?ms=3000"); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // by now they have arrived
  deploy_named(site, "after");
  CHECK(tests::contains(site.visit(), "name=after"));
  for (auto& one : slow) {
    const auto answer = one.get();
    CHECK(tests::status_of(answer) == 200);
    CHECK(tests::contains(answer, "name=before"));
  }
}

TEST_CASE("when a process dies no request fails but those that had reached it, also if it was the only one, and it comes back") {
  const Site site;
  site.expect(0, {"deploy"});
  for (const int replicas : {1, 2}) {
    CAPTURE(replicas);
    site.expect(0, {"scale", "web=" + std::to_string(replicas)});
    Load load(site);
    const auto process = process_of("hello-live-web-r1-1");
    REQUIRE(process > 1);
    REQUIRE(kill(process, SIGKILL) == 0);
    REQUIRE(comes_true([&] {
      const auto now = process_of("hello-live-web-r1-1");
      return now != 0 && now != process;
    }));
    REQUIRE(comes_true([&] { return site.answer({"status"})["processes"]["web"]["healthy"] == replicas; }));
    check_only_what_had_reached_it_failed(load.stop());
  }
}

TEST_CASE("when the only instance is away for more than a second no request fails but those that had reached it") {
  const Site site;
  site.expect(0, {"deploy"});
  auto& containers = site.engine().containers();
  Load load(site);
  tests::must(containers.kill("hello-live-web-r1-1", "SIGKILL"));  // after which its engine does not start it by itself
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  tests::must(containers.start("hello-live-web-r1-1"));
  REQUIRE(comes_true([&] { return site.answer({"status"})["processes"]["web"]["healthy"] == 1; }));
  check_only_what_had_reached_it_failed(load.stop());
}

TEST_CASE("a request that comes while the only instance is away waits for it, but not for one that stays away") {
  const Site site;
  site.expect(0, {"deploy"});
  auto& containers = site.engine().containers();
  tests::must(containers.stop("hello-live-web-r1-1", std::chrono::seconds(0)));
  REQUIRE(comes_true([&] { return site.answer({"status"})["processes"]["web"]["healthy"] == 0; }));
  auto early = std::async(std::launch::async, [&] { return site.visit_status(); });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  tests::must(containers.start("hello-live-web-r1-1"));
  CHECK(early.get() == 200);
  tests::must(containers.stop("hello-live-web-r1-1", std::chrono::seconds(0)));
  CHECK(comes_true([&] { return tests::contains(site.visit(), "No instance of hello (live)"); }));
}

TEST_CASE("when an instance is killed no request fails but those that had reached it, and its replacement fails none") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"scale", "web=3"});
  Load load(site);
  tests::must(site.engine().containers().kill("hello-live-web-r1-2", "SIGKILL"));
  REQUIRE(comes_true([&] { return site.answer({"status"})["processes"]["web"]["healthy"] == 2; }));
  site.expect(0, {"reconcile"});
  CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == 3);
  check_only_what_had_reached_it_failed(load.stop());
  check_no_request_fails(site, [&] { site.expect(0, {"status"}); });
}

TEST_CASE("a WebSocket goes on during a deployment until the drain timeout, and then ends") {
  const Site site;
  site.write("divio.yaml", project_file("health: {path: /healthz}, drain_timeout: 3s"));
  site.commit("a short drain timeout");
  deploy_named(site, "before");
  WebSocket talk(site.port(), "hello.localhost", "/ws");
  REQUIRE(talk.echoes("before the deployment"));
  site.expect(0, {"variable", "set", "HELLO_NAME=after"});
  Running deployment(site.command({"deploy"}));
  REQUIRE(comes_true([&] { return tests::contains(site.visit(), "name=after"); }));
  CHECK(talk.echoes("while it drains"));
  const auto ended = deployment.wait();
  CHECK_MESSAGE(ended.code == 0, ended.text());
  CHECK(tests::contains(ended.err, "took longer than 3 s"));
  CHECK(talk.farewell() == 1001);
}
