#include "config/starter.hpp"

#include "config/parse.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::config;

namespace {

model::ProjectName project(std::string_view name) {
  return model::ProjectName::parse(name).value();
}

// The starter file with every key that is a comment uncommented; sentences end with a full stop.
std::string uncommented(const std::string& starter) {
  std::string text;
  for (const auto& line : split(starter, '\n')) {
    const auto mark = line.find("# ");
    const bool hint = mark != std::string::npos && !line.ends_with('.');
    text += (hint ? line.substr(0, mark) + line.substr(mark + 2) : line) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a starter file parses back to the facts it was made from") {
  for (const auto* name : {"shop", "null", "no", "123", "1e3", "true", "0x1"}) {
    const auto file = parse_good(render_starter({project(name), 8080, "/healthz?full=1&x=%20"}));
    CHECK(file.project.str() == name);
    CHECK(file.processes[0].port == 8080);
    CHECK(file.processes[0].health.path == "/healthz?full=1&x=%20");
  }
}

TEST_CASE("a starter file made from nothing but a name means the defaults") {
  CHECK(parse_good(render_starter({project("shop"), std::nullopt, ""})) == default_project_file("shop"));
}

TEST_CASE("a starter file leaves out a health path that would be refused") {
  for (const auto* path : {"healthz", "/a b", "/\"", "/x\ny: z", "/#"})
    CHECK(parse_good(render_starter({project("shop"), 1, path})).processes[0].health.path.empty());
}

TEST_CASE("the commented keys of a starter file are right once uncommented") {
  const auto file = parse_good(uncommented(render_starter({project("shop"), std::nullopt, ""})));
  CHECK(file.processes.size() == 2);
  CHECK(file.processes[0].port == 8000);
  CHECK(file.processes[0].health.path == "/healthz");
  CHECK(file.release_commands.size() == 1);
  CHECK(file.volumes.size() == 1);
  CHECK(file.variables.size() == 1);
  CHECK(file.environments.at(environment("live")).replicas.at(process("web")) == 2);
  CHECK(file.environments.at(environment("test")).branch == "develop");
}
