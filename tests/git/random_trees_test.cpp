// Random trees and patterns, against a second implementation of Docker's rules: every pattern translated to a regular
// expression, every path judged by going down from the top. And a commit against the working tree it was checked out
// to.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <regex>
#include <set>

#include "git/sandbox.hpp"
#include "sources/ignore_rules.hpp"
#include "sources/path.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

using Random = std::mt19937;

template <class T>
const T& pick(Random& random, const std::vector<T>& from) {
  return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
}

int between(Random& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

struct ModelRule {
  std::regex expression;
  bool exception = false;
};

std::string translate(const std::string& pattern) {
  std::string expression;
  for (std::size_t n = 0; n < pattern.size(); ++n) {
    const char c = pattern[n];
    if (c == '*' && n + 1 < pattern.size() && pattern[n + 1] == '*') {
      const bool first = n == 0;
      const bool folder = n + 2 < pattern.size() && pattern[n + 2] == '/';
      n += folder ? 2 : 1;
      // At the beginning and before plain text, any beginning will do; see moby/patternmatcher's suffix matches.
      const auto rest = pattern.substr(n + 1);
      const bool plain = rest.find_first_of("*?[]\\") == std::string::npos;
      if (rest.empty() || (first && !folder && plain))
        expression += ".*";
      else
        expression += "(.*/)?";
    } else if (c == '*') {
      expression += "[^/]*";
    } else if (c == '?') {
      expression += "[^/]";
    } else if (c == '[') {
      const auto end = pattern.find(']', n);
      expression += pattern.substr(n, end - n + 1);
      n = end;
    } else {
      if (std::string_view(".+()|{}$^\\").find(c) != std::string_view::npos) expression += '\\';
      expression += c;
    }
  }
  return expression;
}

std::vector<ModelRule> model_rules(const std::vector<std::string>& lines) {
  std::vector<ModelRule> rules;
  for (auto line : lines) {
    const bool exception = line.starts_with('!');
    if (exception) line.erase(0, 1);
    line = sources::clean_path(line);
    if (line.starts_with('/')) line.erase(0, 1);
    rules.push_back({std::regex(translate(line)), exception});
  }
  return rules;
}

// Which rules have matched `path` or a folder above it, and whether it is left out.
std::pair<std::set<std::size_t>, bool> judge(const std::vector<ModelRule>& rules, const std::string& path) {
  const auto folder = std::string(sources::folder_of(path));
  const auto above = folder.empty() ? std::set<std::size_t>{} : judge(rules, folder).first;
  std::set<std::size_t> hits;
  bool excluded = false;
  for (std::size_t n = 0; n < rules.size(); ++n) {
    const bool useful = rules[n].exception == excluded;
    if (!above.contains(n) && !(useful && std::regex_match(path, rules[n].expression))) continue;
    hits.insert(n);
    excluded = !rules[n].exception;
  }
  return {hits, excluded};
}

const std::vector<std::string> names{"a", "b", "ab", "a.py", "b.py", ".c", "d e"};

std::string random_path(Random& random) {
  std::string path = pick(random, names);
  for (int depth = between(random, 0, 3); depth > 0; --depth) path += "/" + pick(random, names);
  return path;
}

std::string random_line(Random& random) {
  static const std::vector<std::string> parts{"a",  "b",   "ab",   "*",   "**",  "?",      "*.py", "a*", "[ab]", "[^a]",
                                              ".c", "d e", "**/a", "**b", "a**", "[a-b]*", "?.py", ".",  "a?"};
  std::string line = pick(random, parts);
  for (int more = between(random, 0, 2); more > 0; --more) line += "/" + pick(random, parts);
  if (between(random, 0, 5) == 0) line = "/" + line;
  if (between(random, 0, 5) == 0) line += "/";
  return between(random, 0, 2) == 0 ? "!" + line : line;
}

}  // namespace

TEST_CASE("random patterns leave out of random trees what a plain reading of Docker's rules leaves out") {
  const unsigned seed = std::random_device{}();
  MESSAGE("seed " << seed);
  Random random(seed);
  for (int round = 0; round < 400; ++round) {
    std::vector<std::string> lines;
    for (int n = between(random, 1, 5); n > 0; --n) lines.push_back(random_line(random));
    const auto rules = sources::IgnoreRules::parse(join(lines, "\n"), ".dockerignore");
    REQUIRE(rules.has_value());
    const auto model = model_rules(lines);
    sources::IgnoreWalk walk(*rules);
    for (int n = 0; n < 20; ++n) {
      const auto path = random_path(random);
      REQUIRE_MESSAGE(walk.excludes_file(path) == judge(model, path).second, join(lines, " | ") << " on " << path);
      const auto folder = std::string(sources::folder_of(path));
      if (!folder.empty() && walk.skips(folder)) {
        REQUIRE_MESSAGE(judge(model, path).second, join(lines, " | ") << " skips " << folder << " with " << path);
      }
    }
  }
}

TEST_CASE("random trees have the same archive and digest as commit, as clone and as working tree") {
  const unsigned seed = std::random_device{}();
  MESSAGE("seed " << seed);
  Random random(seed);
  for (int round = 0; round < 6; ++round) {
    std::map<std::string, std::string> files{{"Dockerfile", "x"}};
    for (int n = 0; n < 12; ++n) {
      const auto path = random_path(random);
      // A path is a file or a folder, not both.
      const bool clash = std::ranges::any_of(files, [&](const auto& file) {
        return file.first.starts_with(path + "/") || path.starts_with(file.first + "/");
      });
      if (!clash) files[path] = std::string(static_cast<std::size_t>(between(random, 0, 2000)), 'z');
    }
    for (int n = 0; n < 3; ++n) files[".dockerignore"] += random_line(random) + "\n";
    const Sandbox box;
    box.repository("shop", files);
    box.run("", "git clone -q shop clone && cp -r clone plain && rm -rf plain/.git");
    const auto commit = context_of(box / "shop");
    const auto archive = archive_of(commit);
    for (const auto& other :
         {context_of(box / "shop", working_tree()), context_of(box / "clone"), context_of(box / "plain")}) {
      REQUIRE(other.digest == commit.digest);
      REQUIRE(archive_of(other) == archive);
    }
    const auto model = model_rules(split(trim(files[".dockerignore"]), '\n'));
    std::vector<std::string> expected;
    for (const auto& [path, text] : files) {
      if (path == "Dockerfile" || path == ".dockerignore" || !judge(model, path).second) expected.push_back(path);
    }
    REQUIRE(files_in(commit) == expected);
  }
}
