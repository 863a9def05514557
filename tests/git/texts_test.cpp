// Paths, characters and the words of warnings.
#include <doctest/doctest.h>

#include "sources/context.hpp"
#include "sources/path.hpp"
#include "sources/utf8.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::sources;

TEST_CASE("paths are cleaned as Go's path.Clean does") {
  for (const auto& [path, cleaned] : std::vector<std::pair<std::string, std::string>>{{"", "."},
                                                                                      {".", "."},
                                                                                      {"a", "a"},
                                                                                      {"a/", "a"},
                                                                                      {"./a", "a"},
                                                                                      {"a//b", "a/b"},
                                                                                      {"a/./b", "a/b"},
                                                                                      {"a/../b", "b"},
                                                                                      {"a/..", "."},
                                                                                      {"..", ".."},
                                                                                      {"../a", "../a"},
                                                                                      {"a/../../b", "../b"},
                                                                                      {"/", "/"},
                                                                                      {"/..", "/"},
                                                                                      {"/../a", "/a"},
                                                                                      {"//a/", "/a"},
                                                                                      {"../../a", "../../a"}}) {
    CHECK_MESSAGE(clean_path(path) == cleaned, path);
  }
}

TEST_CASE("a path that leads out of the project is invalid") {
  CHECK(*path_inside("./a//b") == "a/b");
  CHECK(*path_inside("..a") == "..a");
  for (const auto* path : {"", ".", "..", "../a", "a/../../b", "/a"})
    CHECK_MESSAGE(!path_inside(path).has_value(), path);
}

TEST_CASE("text is read a character at a time, and what is no UTF-8 is made so") {
  CHECK(is_utf8("a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"));
  CHECK(is_utf8("\xEF\xBF\xBD"));
  for (const auto* text : {"\xE9", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE6\x97", "\x80"}) {
    CHECK(!is_utf8(text));
    CHECK(is_utf8(valid_utf8(text)));
  }
  CHECK(valid_utf8("a\xE9"
                   "b\xC3\xA9") ==
        "a\xEF\xBF\xBD"
        "b\xC3\xA9");
  std::string_view text = "\xF0\x9F\x98\x80x";
  CHECK(take_character(text) == 0x1F600);
  CHECK(text == "x");
}

TEST_CASE("a large context is named with its three biggest parts") {
  Listing listing;
  for (const auto& [path, bytes] : std::vector<std::pair<std::string, std::uint64_t>>{{"media/a", 300 << 20},
                                                                                      {"media/b", 300 << 20},
                                                                                      {"node_modules/x/y", 100 << 20},
                                                                                      {"dump.sql", 50 << 20},
                                                                                      {"a", 1}}) {
    listing.entries.push_back({.path = path, .bytes = bytes});
  }
  CHECK(warnings_about(listing, 500'000'000) ==
        std::vector<std::string>{
            "the build context is 750 MiB; the biggest parts are media (600 MiB), node_modules (100 MiB), "
            "dump.sql (50 MiB); what the image does not need can be left out in .dockerignore"});
  CHECK(warnings_about(listing, 800'000'000).empty());
}

TEST_CASE("warnings name five and count the rest") {
  Listing listing;
  for (const auto* name : {"g", "f", "e", "d", "c", "b", "a\xFF"}) listing.special.emplace_back(name);
  CHECK(warnings_about(listing, 1) ==
        std::vector<std::string>{
            "these are neither files, folders nor links and are left out: a\xEF\xBF\xBD, b, c, d, e and 2 more"});
}

TEST_CASE("a hash of pieces is the hash of the whole") {
  Sha256 hash;
  for (const auto* piece : {"a", "", "bc"}) hash.add(piece);
  CHECK(hash.hex() == sha256_hex("abc"));
}
