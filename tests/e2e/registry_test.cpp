// A region whose images another region builds, and which get there through a registry that wants a login.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "docker/real_registry.hpp"
#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "support/base64.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
using tests::must;
using tests::RealRegistry;

namespace {

// A person who has logged in to the registry, with this password, and lets `local` build for the region eu.
class Person {
 public:
  Person(const Site& site, const SecondHost& eu, const RealRegistry& registry) : site_(site), registry_(registry) {
    site.write("divio.yaml", "project: hello\nprocesses: {web: {health: {path: /healthz}}}\n"
                             "environments: {live: {branch: main, region: eu}}\n");
    site.commit("elsewhere");
    site.expect(0, {"region", "add", "eu", "--endpoint", eu.endpoint, "--ingress-port", "8088", "--address", eu.address,
                    "--builder", "local", "--registry", registry.host() + "/team"});
  }

  void log_in(const std::string& password) const {
    std::ofstream(folder_ / "config.json")
        << R"({"auths": {")" << registry_.host() << R"(": {"auth": ")" << base64("eve:" + password) << R"("}}})";
  }

  // The password is not in what is said.
  Ended divioctl(const Words& words) const {
    auto command = site_.command(words);
    command.environment["DOCKER_CONFIG"] = folder_.path().string();
    auto ended = run(command);
    for (const auto* secret : {RealRegistry::password, "wrong horse"}) {
      CHECK_FALSE(contains(ended.out + ended.err, secret));
      CHECK_FALSE(contains(ended.out + ended.err, base64(std::string("eve:") + secret)));
    }
    return ended;
  }
  Ended expect(int code, const Words& words) const {
    auto ended = divioctl(words);
    REQUIRE_MESSAGE(ended.code == code, ended.text());
    return ended;
  }

 private:
  const Site& site_;
  const RealRegistry& registry_;
  tests::TemporaryFolder folder_;
};

// Every name of the images of this catalogue's builds.
std::vector<std::string> built_names(ports::Engine& engine, const Site& site) {
  std::vector<std::string> names;
  for (const auto& image : must(engine.images().list({{std::string(model::label::managed), site.catalogue()}, {"divio.project", "hello"}})))
    names.insert(names.end(), image.names.begin(), image.names.end());
  return names;
}

std::string served(const SecondHost& host) { return ask_at("http://" + host.address + ":8088", "hello.localhost"); }

}  // namespace

TEST_CASE("what one region builds reaches another one through a registry, by its digest") {
  const SecondHost eu;
  const Site site;
  RealRegistry registry = RealRegistry::beside(needed_variable("DIVIO_TEST_ADDRESS"), true);
  const Person eve(site, eu, registry);
  const auto there = eu.engine();

  eve.log_in("wrong horse");
  const auto refused = eve.expect(5, {"deploy"}).err;
  CHECK(contains(refused, "cannot push image '" + registry.host() + "/team/hello:"));
  CHECK(contains(refused, "docker login " + registry.host()));
  CHECK(must(there->containers().list({})).empty());

  eve.log_in(RealRegistry::password);
  CHECK(contains(eve.expect(0, {"deploy"}).err, "through " + registry.host() + "/team"));
  CHECK(contains(served(eu), "release=1"));
  const auto first = eve.expect(0, {"releases", "--output", "json"}).json()["releases"][0];
  const std::string digest = first["digest"], name = first["image"];
  CHECK(digest.starts_with(registry.host() + "/team/hello@sha256:"));
  CHECK(built_names(*there, site) == std::vector{name});
  CHECK(built_names(site.engine(), site) == std::vector{name});
  CHECK(must(there->images().inspect(name)).id == must(site.engine().images().inspect(name)).id);
  CHECK(site.containers().empty());

  registry.halt();
  site.change_code("two");
  const auto gone = eve.expect(6, {"deploy"}).err;
  CHECK(contains(gone, registry.host() + "/team/hello:"));
  CHECK(contains(gone, "the registry " + registry.host() + " does not answer"));
  CHECK(contains(served(eu), "release=1"));
  CHECK(eve.expect(0, {"releases", "--output", "json"}).json()["releases"].size() == 1);

  registry.resume();
  eve.expect(0, {"deploy"});
  CHECK(contains(served(eu), "release=2"));
  CHECK(built_names(*there, site).size() == 2);

  REQUIRE(there->images().remove(name));
  CHECK(contains(eve.expect(0, {"releases"}).out, "in its registry"));
  CHECK(contains(eve.expect(0, {"rollback"}).err, digest));
  CHECK(contains(served(eu), "release=1"));
  CHECK(must(there->images().inspect(name)).names == std::vector{name});

  eve.expect(0, {"destroy", "--yes"});
  CHECK(built_names(*there, site).empty());
  eve.expect(0, {"region", "remove", "eu"});
}
