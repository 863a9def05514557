// A web application of several projects, moved as one.
#include <doctest/doctest.h>

#include <algorithm>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr std::uint16_t ingress_port = 18536;

// One of the application's projects, in the same catalogue as the others.
struct Part : Site {
  Part(const tests::TemporaryFolder& home, const std::string& name) : Site(SiteOptions{.port = ingress_port, .home = home / "home"}) {
    write("divio.yaml", "project: " + name + "\napplication: webshop\nprocesses: {web: {port: 8000, health: {path: /healthz}}}\n"
                        "environments: {live: {branch: main}, test: {branch: main}}\n");
    commit("Part of the webshop");
  }
};

Words as_one(Words words) {
  words.insert(words.end(), {"--application", "webshop"});
  return words;
}

// "backend/live eu soaking 1": with the number of cut-overs.
std::vector<std::string> standing(const nlohmann::json& answer) {
  std::vector<std::string> all;
  for (const auto& one : answer["migrations"])
    all.push_back(one["project"].get<std::string>() + "/" + one["environment"].get<std::string>() + " " + one["serves"].get<std::string>() + " " +
                  one["phase"].get<std::string>() + " " + std::to_string(one["attempts"].size()));
  return all;
}

}  // namespace

TEST_CASE("a web application is made ready project by project, cut over and handed back at once, and none of it begins where one cannot") {
  const SecondHost host;
  const tests::TemporaryFolder home;
  const Part backend(home, "backend");
  const Part frontend(home, "frontend");
  for (const auto* part : {&backend, &frontend}) part->expect(0, {"deploy"});
  backend.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  backend.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--address", host.address, "--ingress-port", std::to_string(ingress_port)});

  frontend.expect(0, {"stop"});
  const auto refused = backend.expect(5, as_one({"migrate", "start", "--to", "eu"})).err;
  CHECK_MESSAGE(contains(refused, "frontend/live: frontend-live is stopped"), refused);
  CHECK(backend.answer({"migrate", "list"})["migrations"].empty());
  frontend.expect(0, {"start"});
  CHECK(contains(backend.expect(3, {"migrate", "plan", "--to", "eu", "--application", "shop"}).err, "there is: webshop"));

  const auto plan = backend.answer(as_one({"migrate", "plan", "--to", "eu"}));
  CHECK(plan["plans"].size() == 2);
  const Words start = as_one({"migrate", "start", "--to", "eu", "--plan-hash", plan["hash"]});
  using Standing = std::vector<std::string>;
  CHECK(standing(backend.answer(start)) == Standing{"backend/live eu soaking 1", "frontend/live eu soaking 1"});
  CHECK(standing(backend.answer(start)) == Standing{"backend/live eu soaking 1", "frontend/live eu soaking 1"});
  for (const auto* where : {"backend.localhost", "frontend.localhost"}) CHECK(backend.visit_status("/", where) == 200);
  CHECK(standing(backend.answer(as_one({"migrate", "reverse"}))) == Standing{"backend/live local soaking 2", "frontend/live local soaking 2"});

  // The catalogue is lost: another one goes on from what the region keeps.
  const tests::TemporaryFolder other_home;
  const Part rescued(other_home, "backend");
  const auto imported = rescued.answer({"region", "import", "local", "--key-file", (backend.home() / "key").string()});
  CHECK(imported["environments"][0]["moving"] == "local to eu: soaking");
  CHECK(standing(rescued.answer(as_one({"migrate", "reverse"}))) == Standing{"backend/live eu soaking 3", "frontend/live eu soaking 3"});
  for (const auto* where : {"backend.localhost", "frontend.localhost"}) CHECK(rescued.visit_status("/", where) == 200);
  CHECK(contains(rescued.expect(5, as_one({"migrate", "finalize"})).err, "ending migrations needs your consent"));
  CHECK(standing(rescued.answer(as_one({"migrate", "finalize", "--yes"}))) == Standing{"backend/live eu finalised 3", "frontend/live eu finalised 3"});
  CHECK(contains(rescued.expect(3, as_one({"migrate", "cutover"})).err, "nothing of it is being moved"));
}

TEST_CASE("a project with all its environments is rehearsed and nothing is left of that, held before the cut-over and given up as one") {
  const SecondHost host;
  const tests::TemporaryFolder home;
  const Part backend(home, "backend");
  for (const auto* environment : {"live", "test"}) backend.expect(0, {"deploy", "-e", environment});
  backend.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  backend.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--address", host.address, "--ingress-port", std::to_string(ingress_port)});
  const auto rehearsed = backend.answer({"migrate", "rehearse", "--to", "eu", "--all-environments", "--path", "/healthz"});
  REQUIRE(rehearsed["rehearsals"].size() == 2);
  for (const auto& one : rehearsed["rehearsals"]) {
    CHECK(one["status"] == 200);
    CHECK(one["good"] == true);
    CHECK(one["kept"] == false);
  }
  CHECK(run({{"docker", "-H", host.endpoint, "ps", "-aq", "--filter", "label=divio.environment"}, {}}).out == "");
  using Standing = std::vector<std::string>;
  CHECK(standing(backend.answer({"migrate", "start", "--to", "eu", "--all-environments", "--hold-cutover"})) ==
        Standing{"backend/live local verified 0", "backend/test local verified 0"});
  CHECK(standing(backend.answer({"migrate", "cutover", "--all-environments"})) == Standing{"backend/live eu soaking 1", "backend/test eu soaking 1"});
  backend.expect(0, {"migrate", "reverse", "-e", "test"});
  // Only what is there still goes back.
  CHECK(standing(backend.answer({"migrate", "reverse", "--all-environments"})) == Standing{"backend/live local soaking 2"});
  CHECK(standing(backend.answer({"migrate", "show", "--all-environments"})) == Standing{"backend/live local soaking 2", "backend/test local soaking 2"});
}
