// The same project in two regions, each a host with an engine and an address of its own.
#include <doctest/doctest.h>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "model/labels.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
using tests::must;

namespace {

// Everything of this catalogue there, by kind.
std::size_t things_of(ports::Engine& engine, const std::string& catalogue) {
  const model::Labels ours{{std::string(model::label::managed), catalogue}};
  return must(engine.containers().list(ours)).size() + must(engine.volumes().list(ours)).size() +
         must(engine.networks().list(ours)).size() + must(engine.images().list(ours)).size();
}

nlohmann::json region_in(const nlohmann::json& list, const std::string& name) {
  for (const auto& region : list["regions"])
    if (region["name"] == name) return region;
  return {};
}

}  // namespace

TEST_CASE("the same project is deployed, looked at, scaled and destroyed in two regions on two hosts") {
  const SecondHost eu;
  const Site site;
  site.write("divio.yaml",
             "project: hello\nprocesses: {web: {health: {path: /healthz}, resources: {memory: 64Mi}}}\n"
             "environments: {live: {branch: main}, test: {branch: main, region: eu}}\n");
  site.commit("two regions");
  CHECK(contains(site.expect(3, {"-e", "test", "deploy"}).err, "there is no region 'eu'"));
  CHECK(contains(site.expect(6, {"region", "add", "eu", "--endpoint", eu.endpoint + "x"}).err, "--unchecked"));
  site.expect(0, {"region", "add", "eu", "--endpoint", eu.endpoint, "--address", eu.address, "--ingress-port", "8088",
                  "--location", "Frankfurt, DE"});
  const auto check = site.answer({"region", "check", "eu"});
  CHECK(check["usable"] == true);
  CHECK(check["disk_free_bytes"] > 0);
  CHECK(check["round_trip_seconds"] > 0);

  site.expect(0, {"deploy"});
  const auto deployed = site.answer({"-e", "test", "deploy"});
  CHECK(deployed["region"] == "eu");
  CHECK(deployed["address"] == "http://" + eu.address + ":8088");
  CHECK(contains(ask_at(deployed["address"], "hello-test.localhost"), "release=1"));
  CHECK(contains(site.visit(), "release=1"));
  CHECK(site.visit_status("/", "hello-test.localhost") == 404);
  CHECK(contains(site.expect(0, {"-e", "test", "status"}).out, "with Host: hello-test.localhost"));

  site.expect(0, {"-e", "test", "scale", "web=2"});
  CHECK(site.answer({"-e", "test", "status"})["processes"]["web"]["healthy"] == 2);
  CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == 1);
  CHECK(!site.expect(0, {"-e", "test", "logs"}).out.empty());
  CHECK(site.containers() == "hello-live-web-r1-1");
  const auto listed = region_in(site.answer({"region", "list"}), "eu");
  CHECK(listed["state"] == "up");
  CHECK(listed["instances"] == 2);
  CHECK(listed["reserved_memory_bytes"] == 2 * (64 << 20));
  CHECK(listed["environments"] == nlohmann::json{"hello/test"});

  CHECK(contains(site.expect(5, {"region", "remove", "eu"}).err, "hello/test lives in region eu"));
  site.expect(0, {"reconcile", "--all"});
  site.expect(0, {"-e", "test", "destroy", "--yes"});
  CHECK(site.visit_status() == 200);
  site.expect(0, {"region", "remove", "eu"});
  CHECK(things_of(*eu.engine(), site.catalogue()) == 0);
  CHECK(region_in(site.answer({"region", "list"}), "eu").is_null());
}

TEST_CASE("local refuses a DOCKER_HOST that is not the engine where something lives") {
  const Site site;
  site.expect(0, {"deploy"});
  auto command = site.command({"status"});
  command.environment["DOCKER_HOST"] = "unix:///somewhere/else.sock";
  const auto refused = run(command);
  CHECK(refused.code == 5);
  CHECK(contains(refused.err, "where hello-live lives, but DOCKER_HOST says unix:///somewhere/else.sock"));
}
