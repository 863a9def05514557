#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sources/ignore_rules.hpp"

using namespace divio::sources;

namespace {

bool excludes(const std::string& text, const std::string& path) {
  const auto rules = IgnoreRules::parse(text, ".dockerignore");
  REQUIRE_MESSAGE(rules.has_value(), text);
  return IgnoreWalk(*rules).excludes_file(path);
}

struct IgnoreRow {
  const char* text;
  const char* path;
  bool excluded;
};

const std::vector<IgnoreRow> ignore_rows = {
    {"", "a", false},
    {"a", "a", true},
    {"a", "a/b/c", true},
    {"a/", "a/b", true},
    {"/a", "a", true},
    {"./a", "a", true},
    {"a//b/../c", "a/c", true},
    {"../a", "a", false},
    {"/../a", "a", true},
    {".", "a", false},
    {"/", "a", false},
    {"  a  ", "a", true},
    {"a\r\nb\r\n", "a", true},
    {"a\r\nb\r\n", "b", true},
    {"\xEF\xBB\xBF"
     "a",
     "a", true},
    {"\xEF\xBB\xBF#a\nb", "b", true},
    {"b\n\xEF\xBB\xBF"
     "a",
     "a", false},
    // Comments begin in the first column only.
    {"#a", "#a", false},
    {" #a", "#a", true},
    {"\\#a", "#a", true},
    // The last match decides.
    {"*\n!a", "a", false},
    {"!a\n*", "a", true},
    {"*\n!a\na", "a", true},
    {"*.md\n!README*.md\nREADME-secret.md", "README.md", false},
    {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
    {"*\n! a", "a", false},
    {"*\n!/a", "a", false},
    {"*\n!./a/", "a/b", false},
    {"!!a\n*", "a", true},
    {"*\n!!a", "!a", false},
    // A file inside an excluded folder can be brought back.
    {"a\n!a/b", "a/b", false},
    {"a\n!a/b", "a/c", true},
    {"a\n!a/b", "a/b/c", false},
    {"a\n!a/b\na/b/c", "a/b/c", true},
    {"a\n!a/b\na/b/c", "a/b/d", false},
    {"*\n!src/**\nsrc/**/*.log", "src/x/y.log", true},
    {"*\n!src/**\nsrc/**/*.log", "src/x/y.py", false},
    {"*\n!src", "src/x/y.py", false},
    {"*\n!**/*.py", "a/b.py", false},
    {"*\n!**/*.py", "a/b.pyc", true},
    {"**\n!a/b", "a/b", false},
    {"**/__pycache__", "x/__pycache__/y.pyc", true},
    {"node_modules", "x/node_modules/y", false},
    {"*/temp*", "x/temporary/y", true},
    {"*/*/temp*", "x/y/temp.txt", true},
    {"temp?", "tempa", true},
    // An exception above an exclusion does not reach below it ...
    {"a\n!a\na/b", "a/b/c", true},
    // ... and one for a folder that was not excluded when it was met is not remembered for what lies in it.
    {"a/b\n!a", "a/b", true},
};

}  // namespace

TEST_CASE(".dockerignore leaves out what Docker leaves out") {
  for (const auto& row : ignore_rows) {
    CHECK_MESSAGE(excludes(row.text, row.path) == row.excluded, row.text << " on " << row.path);
  }
}

TEST_CASE("a malformed line of .dockerignore is named with its place") {
  const auto rules = IgnoreRules::parse("a\n\n!b/[c\n", "web.Dockerfile.dockerignore");
  REQUIRE(!rules.has_value());
  CHECK(rules.error().code == divio::ErrorCode::invalid);
  CHECK(rules.error().where == "web.Dockerfile.dockerignore:3");
  CHECK(rules.error().message.find("'!b/[c'") != std::string::npos);
  CHECK(!IgnoreRules::parse("!", ".dockerignore").has_value());
  CHECK(!IgnoreRules::parse("! ", ".dockerignore").has_value());
}

TEST_CASE("a path that is kept is kept inside excluded folders too, and nothing beside it") {
  auto rules = IgnoreRules::parse("docker\n*.md", ".dockerignore");
  REQUIRE(rules.has_value());
  rules->keep("docker/Dockerfile");
  IgnoreWalk walk(*rules);
  CHECK(!walk.excludes_file("docker/Dockerfile"));
  CHECK(walk.excludes_file("docker/other"));
  CHECK(!walk.skips("docker"));
  CHECK(walk.excludes_folder("docker"));
}

TEST_CASE("a folder is skipped only if no exception may reach into it") {
  const auto skips = [](const std::string& text, std::string_view folder) {
    const auto rules = IgnoreRules::parse(text, ".dockerignore");
    REQUIRE(rules.has_value());
    return IgnoreWalk(*rules).skips(folder);
  };
  CHECK(skips("a", "a"));
  CHECK(skips("a", "a/b"));
  CHECK(!skips("a", "b"));
  CHECK(!skips("a\n!a/b", "a"));
  CHECK(skips("a\n!a/b", "a/c"));
  CHECK(skips("a\n!c", "a"));
  CHECK(!skips("*\n!**/x", "a"));
}
