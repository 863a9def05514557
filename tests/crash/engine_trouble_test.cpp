// An engine that is restarted, or dies in the middle of something.
#include <doctest/doctest.h>

#include "crash/own_engine.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using crash::OwnEngine;
using tests::contains;

namespace {

void check_serves_again(const Site& site, const std::string& words) {
  CHECK(comes_true([&] { return contains(site.visit(), words); }, std::chrono::minutes(1)));
  CHECK(comes_true([&] { return site.answer({"status"})["state"] == "serving"; }));
}

}  // namespace

TEST_CASE("an engine that was restarted, or had its power cut, serves again with no command typed") {
  const OwnEngine engine;
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"scale", "web=2"});
  engine.restart();
  check_serves_again(site, "release=1");
  engine.crash();
  CHECK(site.visit().empty());
  CHECK(site.divioctl({"status"}).code == 6);
  engine.resume();
  check_serves_again(site, "release=1");
  CHECK(site.answer({"reconcile", "--dry-run"})["outcomes"][0]["plan"].empty());
}

TEST_CASE("a deployment whose engine dies half-way ends with exit code 6, and the next one works") {
  const OwnEngine engine;
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"variable", "set", "HELLO_START_DELAY_MS=20000", "HELLO_NAME=next"});
  Running deployment(site.command({"deploy"}));
  REQUIRE(deployment.says("wait until"));
  engine.crash();
  const auto ended = deployment.wait();
  CHECK_MESSAGE(ended.code == 6, ended.text());
  CHECK(contains(ended.err, "docker.sock"));
  engine.resume();
  check_serves_again(site, "release=1");
  site.expect(0, {"variable", "unset", "HELLO_START_DELAY_MS"});
  site.expect(0, {"deploy"});
  check_serves_again(site, "name=next");
  const auto status = site.answer({"status"});
  CHECK(site.containers() == status["instances"][0]["name"].get<std::string>());
  CHECK(status["instances"].size() == 1);
}
