#include <fstream>
#include <iterator>
#include <set>

#include "config/parse.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::config;

namespace {

std::vector<std::string> lines_of_documentation() {
  std::ifstream in(DIVIO_SOURCE_DIR "/docs/divio.yaml.md");
  REQUIRE(in.good());
  return split(std::string(std::istreambuf_iterator<char>(in), {}), '\n');
}

std::vector<std::string> examples() {
  std::vector<std::string> found;
  bool inside = false;
  for (const auto& line : lines_of_documentation()) {
    if (line == "```yaml")
      found.emplace_back();
    else if (inside && line != "```")
      found.back() += line + "\n";
    inside = line == "```yaml" || (inside && line != "```");
  }
  return found;
}

std::set<std::string> documented_keys() {
  std::set<std::string> keys;
  for (const auto& line : lines_of_documentation())
    if (line.starts_with("| `")) keys.insert(line.substr(3, line.find('`', 3) - 3));
  return keys;
}

}  // namespace

TEST_CASE("every example in the documentation is a valid project file that says something") {
  const auto all = examples();
  CHECK(all.size() >= 6);
  for (const auto& example : all) CHECK_MESSAGE(parse_good(example) != default_project_file("shop"), example);
}

TEST_CASE("the documentation's table has exactly the keys that are known") {
  const auto known = known_keys();
  CHECK(documented_keys() == std::set<std::string>(known.begin(), known.end()));
}
