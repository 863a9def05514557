// Bad input, end to end: one clear error, the exit code of the table, and nothing changed.
#include <doctest/doctest.h>

#include <functional>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

struct Bad {
  const char* what;
  Words words;
  int code;
  Words said;  // in standard error
  std::function<void(const Site&)> prepare = {};
  std::string input = {};
};

constexpr auto good_file = "project: hello\nprocesses: {web: {health: {path: /healthz}}}\nenvironments: {live: {branch: main}}\n";

// Writes divio.yaml and commits it, or not.
std::function<void(const Site&)> with_file(const std::string& text) {
  return [text](const Site& site) {
    site.write("divio.yaml", text);
    site.commit("a bad file");
  };
}

void check_refused(const Site& site, const Bad& bad) {
  CAPTURE(std::string(bad.what));
  if (bad.prepare) bad.prepare(site);
  const auto ended = site.divioctl(bad.words, bad.input);
  CAPTURE(ended.text());
  CHECK(ended.code == bad.code);
  CHECK(ended.out == "");
  for (const auto& words : bad.said) {
    CAPTURE(words);
    CHECK(contains(ended.err, words));
  }
}

const std::vector<Bad> bad_files{
    {"an unknown key", {"deploy"}, 2, {"divio.yaml:3:18", "helth", "did you mean 'health'"},
     with_file("project: hello\nprocesses:\n  web: {port: 8, helth: {path: /}}\n")},
    {"a value of another type", {"deploy"}, 2, {"divio.yaml:3:19", "many"},
     with_file("project: hello\nprocesses:\n  web: {replicas: many}\n")},
    {"no YAML at all", {"deploy"}, 2, {"divio.yaml:1:"}, with_file("project: [hello\n")},
    {"a project name that is no DNS label", {"deploy"}, 2, {"divio.yaml:1:10", "My Shop", "my-shop"},
     with_file("project: My Shop\n")},
    {"a process name that is no DNS label", {"deploy"}, 2, {"divio.yaml:2:", "Web_1", "web-1"},
     with_file("project: hello\nprocesses: {Web_1: {port: 8000}}\n")},
    {"an environment name that is no DNS label", {"-e", "Live!", "deploy"}, 2, {"Live!", "live"}, with_file(good_file)},
    {"an environment that is not there", {"-e", "lives", "deploy"}, 3, {"lives", "did you mean 'live'"}},
    {"a branch that is not there", {"deploy"}, 3, {"branch", "'maine'", "did you mean 'main'?"},
     with_file("project: hello\nenvironments: {live: {branch: maine}}\n")},
    {"a reference that is not there", {"deploy", "--ref", "v9"}, 3, {"v9"}, with_file(good_file)},
    {"a Dockerfile that is not there", {"deploy"}, 3, {"there is no Dockerfile.web"},
     with_file("project: hello\nbuild: {dockerfile: Dockerfile.web}\nenvironments: {live: {branch: main}}\n")},
    {"work that is not committed", {"deploy"}, 5, {"not committed", "notes.txt", "--worktree"},
     [](const Site& site) {
       site.write("divio.yaml", good_file);
       site.commit("good again");
       site.write("notes.txt", "not committed");
     }},
};

const std::vector<Bad> bad_words{
    {"a command that is not there", {"deplyo"}, 2, {"deplyo", "deploy"}},
    {"a flag that is not there", {"deploy", "--refs", "x"}, 2, {"--refs", "--ref"}},
    {"a process that is not there", {"scale", "wep=2"}, 3, {"wep", "did you mean 'web'"}},
    {"replicas that are no number", {"scale", "web=two"}, 2, {"two"}},
    {"fewer than no replicas", {"scale", "web=-1"}, 2, {"-1"}},
    {"a release that is not there", {"rollback", "77"}, 3, {"77", "divioctl releases"}},
    {"a secret on the command line", {"variable", "set", "--secret", "API_KEY=hunter2"}, 2, {"API_KEY", "command line"}},
    {"a secret of nothing", {"variable", "set", "--secret", "API_KEY"}, 2, {"API_KEY", "empty"}},
    {"a variable name with a space", {"variable", "set", "MY NAME=x"}, 2, {"MY NAME"}},
    {"a variable without a value", {"variable", "set", "NAME"}, 2, {"NAME=VALUE"}},
    {"destroying without consent", {"destroy"}, 5, {"--yes"}},
    {"a project that is not there", {"--project", "nobody", "status"}, 3, {"nobody"}},
    {"an operation that is not there", {"operation", "resume", "01nothing"}, 3, {"01nothing"}},
    {"an instance that is not there", {"exec", "nobody", "--", "/hello"}, 3, {"nobody"}},
};

}  // namespace

TEST_CASE("bad files and bad words get one clear error each, and change nothing") {
  const Site site;
  site.expect(0, {"deploy"});
  const auto before = site.containers();
  const auto operations = site.answer({"operation", "list"})["operations"].size();
  for (const auto& bad : bad_words) check_refused(site, bad);
  for (const auto& bad : bad_files) check_refused(site, bad);
  CHECK(site.containers() == before);
  CHECK(site.visit_status() == 200);
  const auto now = site.answer({"operation", "list"})["operations"];
  for (const auto& operation : now) CHECK_MESSAGE(operation["outcome"] != "running", operation.dump());
  CHECK(now.size() >= operations);
  CHECK(!contains(now.dump(), "hunter2"));
}

TEST_CASE("an error as JSON has the code, the message, the hint and the place") {
  const Site site;
  site.write("divio.yaml", "project: hello\nprocessses: {}\n");
  const auto ended = site.divioctl({"--output", "json", "deploy", "--worktree"});
  CHECK(ended.code == 2);
  const auto error = ended.json()["error"];
  CHECK(error["code"] == "invalid");
  CHECK(error["where"] == "divio.yaml:2:1");
  CHECK(contains(error["message"], "processses"));
  CHECK(contains(error["hint"], "processes"));
}

TEST_CASE("an engine that is not there is exit code 6 and named") {
  const Site site;
  auto command = site.command({"deploy"});
  command.environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
  const auto ended = run(command);
  CAPTURE(ended.text());
  CHECK(ended.code == 6);
  CHECK(contains(ended.err, "/nowhere/docker.sock"));
  CHECK(contains(ended.err, "hint:"));
}

TEST_CASE("a port that is taken is exit code 4 and named; nothing stays in the engine, and another port works") {
  const Site site;
  ports::ContainerSpec squatter{.name = "e2e-squatter-" + std::to_string(site.port()), .image = "haproxy:2.6"};
  squatter.entrypoint = {"perl", "-MIO::Socket::INET", "-e",
                         "my $s = IO::Socket::INET->new(LocalPort => " + std::to_string(site.port()) + ", Listen => 1, ReuseAddr => 1) or die; "
                         "print qq(listening\n); close STDOUT; sleep 600"};
  squatter.user = "root";
  squatter.network.name = "host";
  auto& containers = site.engine().containers();
  const auto id = tests::must(containers.create(squatter));
  tests::must(containers.start(id));
  std::string said;
  const auto log = [&] {
    return site.engine().streams().logs(id, {}, [&](ports::Output, std::string_view bytes) { said += bytes; }, {});
  };
  REQUIRE(comes_true([&] { return log().has_value() && contains(said, "listening"); }));
  const auto ended = site.divioctl({"deploy"});
  tests::must(containers.remove(id));
  CAPTURE(ended.text());
  CHECK(ended.code == 4);
  CHECK(contains(ended.err, std::to_string(site.port())));
  CHECK(site.containers() == "");
  site.expect(0, {"deploy"});
  CHECK(site.visit_status() == 200);
}

TEST_CASE("a folder without git deploys as it is and says so; one without a Dockerfile is told what is missing") {
  const Site site;
  std::filesystem::remove_all(site.code() / ".git");
  const auto ended = site.expect(0, {"deploy"});
  CHECK_MESSAGE(contains(ended.err, "git"), ended.text());
  std::filesystem::remove(site.code() / "Dockerfile");
  const auto refused = site.expect(3, {"deploy"});
  CHECK_MESSAGE(contains(refused.err, "there is no Dockerfile"), refused.text());
  CHECK(site.visit_status() == 200);
}
