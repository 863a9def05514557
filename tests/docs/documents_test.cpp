#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "docs/markdown.hpp"

using namespace divio::test;

namespace {

namespace fs = std::filesystem;

const fs::path top(DIVIO_SOURCE_DIR);

// "lib/model/names.hpp" of "lib/model/names.hpp,"; empty for what does not look like a file of the project.
std::string path_in(const std::string& word) {
  static const std::regex path("((cli|cmake|completions|docs|examples|include|lib|tests)/[A-Za-z0-9_./-]*).*");
  std::smatch found;
  if (!std::regex_match(word, found, path)) return {};
  auto text = found[1].str();
  while (text.ends_with('.')) text.pop_back();
  return text;
}

bool is_there(const std::string& path) {
  return path.ends_with('/') ? fs::is_directory(top / path) : fs::exists(top / path);
}

std::vector<std::string> paths_of(const Document& document) {
  std::vector<std::string> words = document.code;
  for (const auto& fence : document.fences) {
    for (const auto& line : fence.lines) {
      std::istringstream stream(line);
      for (std::string word; stream >> word;) words.push_back(word);
    }
  }
  std::vector<std::string> paths;
  for (const auto& word : words)
    if (auto path = path_in(word); !path.empty()) paths.push_back(std::move(path));
  return paths;
}

// What is wrong with a link; empty: nothing. Links to elsewhere are not followed.
std::string wrong_with_link(const std::string& link, const Document& from) {
  if (link.starts_with("https://")) return {};
  const auto hash = link.find('#');
  const auto file = link.substr(0, hash);
  const auto path = file.empty() ? from.path : (fs::path(from.path).parent_path() / file).lexically_normal().string();
  if (!fs::exists(top / path)) return path + " is not there";
  if (hash == std::string::npos) return {};
  const auto anchors = read_document(path).anchors;
  const bool found = std::ranges::find(anchors, link.substr(hash + 1)) != anchors.end();
  return found ? "" : path + " has no heading " + link.substr(hash);
}

// The rows of ARCHITECTURE.md that say what guards an invariant.
std::vector<std::string> invariants() {
  std::vector<std::string> rows;
  bool inside = false;
  for (const auto& line : read_document("ARCHITECTURE.md").lines) {
    if (line.starts_with("## ")) inside = line == "## Invariants";
    if (inside && line.starts_with("| ") && line.find("`tests/") != std::string::npos) rows.push_back(line);
  }
  return rows;
}

struct Guard {
  std::string file;
  std::vector<std::string> names;
};

// `tests/x_test.cpp`: "a name", "another"; `tests/y.sh`
std::vector<Guard> guards_in(const std::string& row) {
  static const std::regex piece("`(tests/[^`]+)`|\"([^\"]+)\"");
  std::vector<Guard> guards;
  for (std::sregex_iterator found(row.begin(), row.end(), piece), end; found != end; ++found) {
    if ((*found)[1].matched)
      guards.push_back({(*found)[1], {}});
    else if (!guards.empty())
      guards.back().names.push_back((*found)[2]);
  }
  return guards;
}

bool is_test_case(const std::string& text, const std::string& name) {
  const auto at = text.find("\"" + name + "\")");
  return at != std::string::npos &&
         (text.substr(0, at).ends_with("TEST_CASE(") || text.substr(0, at).ends_with("TEST_CASE( "));
}

// Whether a build makes the file, or runs it.
bool is_built(const std::string& file) {
  const fs::path path(file);
  const auto list = text_of((path.parent_path() / "CMakeLists.txt").string());
  const auto name = path.filename().string();
  return list.find(name) != std::string::npos;
}

}  // namespace

TEST_CASE("every file that the documents name is there") {
  std::size_t seen = 0;
  for (const auto& document : read_documents()) {
    for (const auto& path : paths_of(document)) {
      ++seen;
      INFO(document.path << " names " << path);
      CHECK(is_there(path));
    }
  }
  CHECK(seen > 80);
}

TEST_CASE("every link between the documents leads somewhere") {
  std::size_t seen = 0;
  for (const auto& document : read_documents()) {
    for (const auto& link : document.links) {
      ++seen;
      const auto wrong = wrong_with_link(link, document);
      CHECK_MESSAGE(wrong.empty(), document.path << ": " << wrong);
    }
  }
  CHECK(seen > 15);
}

TEST_CASE("every invariant names tests that exist and are built") {
  const auto rows = invariants();
  REQUIRE(rows.size() > 15);
  for (const auto& row : rows) {
    for (const auto& guard : guards_in(row)) {
      CAPTURE(guard.file);
      CHECK(is_built(guard.file));
      const auto text = in_one_line(text_of(guard.file));
      CHECK_FALSE(text.empty());
      if (guard.file.ends_with(".cpp")) CHECK_FALSE(guard.names.empty());
      for (const auto& name : guard.names)
        CHECK_MESSAGE(is_test_case(text, name), "there is no test \"" << name << "\"");
    }
  }
}

TEST_CASE("no code in a sentence is cut by the end of a line, where these tests would miss it") {
  for (const auto& document : read_documents())
    for (const auto& line : document.lines)
      CHECK_MESSAGE(std::ranges::count(line, '`') % 2 == 0, document.path << ": " << line);
}

TEST_CASE("every room of the library is in the picture") {
  const auto picture = in_one_line(text_of("ARCHITECTURE.md"));
  for (const auto& entry : fs::directory_iterator(top / "lib")) {
    if (!entry.is_directory()) continue;
    const auto room = "lib/" + entry.path().filename().string() + "/";
    CHECK_MESSAGE(picture.find(room) != std::string::npos, room << " is not in ARCHITECTURE.md");
  }
}

TEST_CASE("what leads nowhere is found") {
  const Document document =
      parse_document("docs/a.md", "# A b: `c`!\n[x](nowhere.md) [y](#a-b-c) [z](#other) `lib/no/where.cpp`\n");
  REQUIRE(document.links.size() == 3);
  CHECK(wrong_with_link(document.links[0], document) == "docs/nowhere.md is not there");
  CHECK(document.anchors == std::vector<std::string>{"a-b-c"});
  CHECK(wrong_with_link("operations.md#no-such-heading", document) == "docs/operations.md has no heading #no-such-heading");
  CHECK(wrong_with_link("operations.md#disk", document).empty());
  REQUIRE(paths_of(document) == std::vector<std::string>{"lib/no/where.cpp"});
  CHECK_FALSE(is_there("lib/no/where.cpp"));
  CHECK_FALSE(is_there("lib/model/names.hpp/"));
}
