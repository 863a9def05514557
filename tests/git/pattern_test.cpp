#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sources/pattern.hpp"

using divio::sources::Pattern;

namespace {

struct PatternRow {
  const char* pattern;
  const char* path;
  bool matches;
};

const std::vector<PatternRow> pattern_rows = {
    // Plain paths stand for themselves, from the top.
    {"a", "a", true},
    {"a", "b", false},
    {"a", "b/a", false},
    {"a/b", "a/b", true},
    {"a/b", "a", false},
    {"a/b", "a/b/c", false},
    {"a.b", "aXb", false},
    {"(a)|{b}$+", "(a)|{b}$+", true},
    // One star stays within a folder.
    {"*", "a", true},
    {"*", "a/b", false},
    {"*", ".hidden", true},
    {"*.py", "a.py", true},
    {"*.py", "a.pyc", false},
    {"*.py", "d/a.py", false},
    {"a*", "a", true},
    {"a*c", "abbc", true},
    {"a*c", "ab/c", false},
    {"a*b*c", "aXbXbc", true},
    {"a*b*c", "aXbXb", false},
    {"*/*.py", "d/a.py", true},
    {"*/*.py", "e/d/a.py", false},
    {"a/*/c", "a/b/c", true},
    {"a/*/c", "a/c", false},
    {"a/*", "a/", true},
    {"*.*.txt", "a.b.txt", true},
    {"*.*.txt", "a.txt", false},
    // One character, which may be several bytes.
    {"a?c", "abc", true},
    {"a?c", "a/c", false},
    {"a?c", "ac", false},
    {"a?c",
     "a\xC3\xA9"
     "c",
     true},
    {"a??c",
     "a\xC3\xA9"
     "c",
     false},
    {"a?c",
     "a\xFF"
     "c",
     true},
    {"caf\xC3\xA9*", "caf\xC3\xA9s", true},
    // Sets.
    {"[ab]", "a", true},
    {"[ab]", "c", false},
    {"[a-c]x", "bx", true},
    {"[a-c]x", "dx", false},
    {"[^a-c]x", "dx", true},
    {"[^a-c]x", "bx", false},
    {"[^a]", "/", true},
    {"[!a]", "!", true},
    {"[!a]", "b", false},
    {"[\\]]", "]", true},
    {"[\\-x]", "-", true},
    {"[a\\]b]", "b", true},
    {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true},
    {"[.]x", ".x", true},
    {"a]", "a]", true},
    // Backslash takes the next character as it is.
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"a\\?b", "a?b", true},
    {"a\\?b", "axb", false},
    {"\\!a", "!a", true},
    {"\\#a", "#a", true},
    {"a\\\\b", "a\\b", true},
    {"\\[a]", "[a]", true},
    // "**" at the beginning.
    {"**", "a", true},
    {"**", "a/b/c", true},
    {"**/a", "a", true},
    {"**/a", "x/a", true},
    {"**/a", "x/y/a", true},
    {"**/a", "xa", false},
    {"**/a", "x/a/b", false},
    {"**/a/b", "a/b", true},
    {"**/a/b", "x/a/b", true},
    {"**/a/b", "x/a", false},
    {"**/*.pyc", "a.pyc", true},
    {"**/*.pyc", "x/y/a.pyc", true},
    {"**/*.pyc", "x/y/a.py", false},
    {"**a", "xa", true},
    {"**a", "y/xa", true},
    {"**a", "ab", false},
    {"**a*", "ab", true},
    {"**a*", "xab", false},
    {"**a*", "x/ab", true},
    {"**.py", "a.py", true},
    {"**.py", "x/a.py", true},
    // "**" at the end.
    {"a/**", "a", false},
    {"a/**", "a/b", true},
    {"a/**", "a/b/c", true},
    {"a/**", "ab", false},
    {"a**", "a", true},
    {"a**", "ab/c", true},
    {"a**", "b", false},
    {"*/**", "a/b", true},
    {"*/**", "a", false},
    {"[ab]/**", "b/c/d", true},
    // "**" in the middle.
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"a/**/b", "a/xb", false},
    {"a/**/b", "x/a/b", false},
    {"a/**/b/**", "a/x/b/y", true},
    {"a/**/b/**", "a/x/b", false},
    {"a**b", "ab", true},
    {"a**b", "ax/b", true},
    {"a**b", "axb", false},
    {"a/**b", "a/b", true},
    {"a/**b", "a/x/b", true},
    {"**/x/**/y", "x/y", true},
    {"**/x/**/y", "a/x/b/c/y", true},
    {"**/x/**/y", "a/x/b/c/z", false},
    {"**/**", "a", true},
    {"**/**", "a/b", true},
    {"**/.git*", ".gitignore", true},
    {"**/.git*", "a/.git", true},
    {"**/node_modules", "a/b/node_modules", true},
    {"**/[._]*.sw?", "a/.x.swp", true},
    // A '^' outside a set is an ordinary character.
    {"^a*", "^ab", true},
    {"^a*", "ab", false},
};

}  // namespace

TEST_CASE("a pattern of .dockerignore matches the paths that Docker says it matches") {
  for (const auto& row : pattern_rows) {
    const auto pattern = Pattern::parse(row.pattern);
    REQUIRE_MESSAGE(pattern.has_value(), row.pattern);
    CHECK_MESSAGE(pattern->matches(row.path) == row.matches, row.pattern << " on " << row.path);
  }
}

TEST_CASE("a pattern that Docker refuses is refused") {
  for (const auto* text :
       {"[", "[]", "[^]", "[a", "[a-", "[a-]", "[-a]", "[z-a]", "[a\\", "a\\", "x/[", "*[", "[]a]"}) {
    CHECK_MESSAGE(!Pattern::parse(text).has_value(), text);
  }
}

TEST_CASE("a literal pattern matches its own path only, whatever characters that has") {
  const auto pattern = Pattern::literal("a*[b");
  CHECK(pattern.matches("a*[b"));
  CHECK(!pattern.matches("axb"));
}

TEST_CASE("a pattern made to take forever by backtracking is matched at once") {
  std::string text;
  for (int n = 0; n < 60; ++n) text += "**/a*";
  const std::string path(4000, 'a');
  const auto pattern = Pattern::parse(text + "b");
  REQUIRE(pattern.has_value());
  CHECK(!pattern->matches(path));
}

TEST_CASE("a pattern knows the folders below which it cannot match") {
  CHECK(!Pattern::parse("a/b")->may_match_below("x"));
  CHECK(!Pattern::parse("a/b")->may_match_below("a/b"));
  CHECK(Pattern::parse("a/b")->may_match_below("a"));
  CHECK(Pattern::parse("**/b")->may_match_below("x"));
  CHECK(Pattern::parse("a/*")->may_match_below("a"));
}
