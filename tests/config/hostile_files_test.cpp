// Files that no person writes: they are refused quickly and with a place, and never crash anything.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <regex>

#include "config/parse.hpp"
#include "fakes/seed.hpp"

using namespace divio;
using namespace divio::config;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

void check_refused(const std::string& yaml, const std::string& where, const std::string& message) {
  const auto file = parse(yaml);
  REQUIRE_FALSE(file);
  CHECK(file.error().where == "divio.yaml:" + where);
  CHECK(file.error().message == message);
}

constexpr std::string_view good = R"(project: shop
build: {dockerfile: docker/Dockerfile, arguments: {A: "1"}}
processes:
  web: &web
    command: exec gunicorn
    port: 8000
    health: {path: /healthz, interval: 500ms}
    resources: {memory: 256Mi, cpu: 0.25}
  worker:
    command: [python, 'worker.py']
release:
  - |
    python3 manage.py migrate
  - "echo \u00e9"
volumes: {data: /data}
variables: {SITE_NAME: Shop, DEBUG: yes}
environments:
  live:
    branch: main
    domains: [shop.example.com]
    processes: {web: {replicas: 3}}
)";

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

// One change: a byte, a piece of syntax put in, a piece removed, or a piece repeated elsewhere.
void mutate(std::string& text, Random& random) {
  constexpr std::array<std::string_view, 26> pieces{"{",  "}",  "[",  "]",   ": ",   "\n",  "- ", "  ",  "\t",
                                                    "\"", "'",  "#",  "&a ", "*web", "<<:", "~",  "---", "!!str ",
                                                    "? ", "| ", "\\", "-1",  ", ",   "\r",  "%",  "\xC3"};
  const auto at = below(random, text.size() + 1);
  const auto length = std::min(text.size() - at, below(random, 12));
  switch (below(random, 4)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(below(random, 256));
      break;
    case 1:
      text.insert(at, pieces[below(random, pieces.size())]);
      break;
    case 2:
      text.erase(at, length);
      break;
    default:
      text.insert(below(random, text.size() + 1), text.substr(at, length));
      break;
  }
}

// Whether the error has words fit for a terminal, a hint, and a place within `text` (or just behind its last line).
bool is_complete(const Error& error, std::string_view text) {
  static const std::regex form("divio\\.yaml:([1-9][0-9]*):[1-9][0-9]*");
  std::smatch place;
  if (!std::regex_match(error.where, place, form)) return false;
  const bool inside = std::stol(place[1]) <= std::ranges::count(text, '\n') + 2;
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  return inside && !error.message.empty() && !error.hint.empty() &&
         std::ranges::none_of(error.message + error.hint, control);
}

}  // namespace

TEST_CASE("a mutated file is read or refused with a place, whatever the mutation") {
  Random random(tests::seed());
  int refused = 0;
  constexpr int rounds = 5000;
  for (int round = 0; round < rounds; ++round) {
    std::string text(good);
    for (auto changes = 1 + below(random, 4); changes > 0; --changes) mutate(text, random);
    const auto file = parse(text);
    if (file) continue;
    ++refused;
    CHECK_MESSAGE(is_complete(file.error(), text), file.error().where << " " << file.error().message << "\n" << text);
  }
  CHECK(parse(good).has_value());
  CHECK(refused > rounds / 10);
  CHECK(refused < rounds);
}

TEST_CASE("every beginning of a good file is read or refused with a place") {
  for (std::size_t length = 0; length <= good.size(); ++length) {
    const auto file = parse(good.substr(0, length));
    if (!file) CHECK_MESSAGE(is_complete(file.error(), good), good.substr(0, length));
  }
}

TEST_CASE("a file of more than 1 MiB is refused") {
  const std::string comment = "#" + std::string((1 << 20) - 1, 'x');
  CHECK(parse(comment).has_value());
  check_refused(comment + "x", "1:1", "the file has 1048577 bytes, which is more than 1 MiB");
}

TEST_CASE("nesting is bounded in every style") {
  const std::string message = "lists and maps are nested deeper than 32 levels here";
  CHECK(parse(repeated("[", 500'000)).error().message == message);
  CHECK(parse(repeated("{", 500'000)).error().message == message);
  check_refused("a: " + repeated("{a: ", 100'000), "1:" + std::to_string(4 + 31 * 4), message);
  check_refused(repeated("- ", 100'000), "1:65", message);
  std::string block;
  for (std::size_t level = 0; level < 200; ++level) block += std::string(level, ' ') + "a:\n";
  check_refused(block, "33:33", message);
}

TEST_CASE("aliases cannot blow a small file up") {
  std::string bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n";
  for (int i = 1; i < 20; ++i)
    bomb += fmt::format("x{}: &x{} [{}*x{}]\n", i, i, repeated(fmt::format("*x{}, ", i - 1), 9), i - 1);
  const auto file = parse(bomb);
  REQUIRE_FALSE(file);
  CHECK(file.error().message == "the file holds too much");

  std::string chain = "x0: &x0 [a]\n";
  for (int i = 1; i < 100; ++i) chain += fmt::format("x{}: &x{} [*x{}]\n", i, i, i - 1);
  CHECK(parse(chain).error().message == "lists and maps are nested deeper than 32 levels here");

  check_refused("a: &a [*a]\n", "1:8", "an alias here stands within what it repeats");
  check_refused("a: &a {<<: *a}\n", "1:12", "an alias here stands within what it repeats");
}

TEST_CASE("more values than anybody needs are refused, and many are fine") {
  CHECK(parse("variables:\n" +
              [] {
                std::string text;
                for (int i = 0; i < 20'000; ++i) text += fmt::format("  V{}: x\n", i);
                return text;
              }())
            .has_value());
  CHECK(parse("release: [" + repeated("a,", 60'000) + "a]").error().message == "the file holds too much");
}

TEST_CASE("bytes that are not text are refused where they stand") {
  check_refused("a: b\nc: \xFF\n", "2:4", "the file is not valid UTF-8 here");
  check_refused("\xFE\xFF", "1:1", "the file is not valid UTF-8 here");
  check_refused("a: \xC0\xAF", "1:4", "the file is not valid UTF-8 here");
  check_refused("a: \xED\xA0\x80", "1:4", "the file is not valid UTF-8 here");
  check_refused("a: \xF4\x90\x80\x80", "1:4", "the file is not valid UTF-8 here");
  check_refused("a: \xE2\x82", "1:4", "the file is not valid UTF-8 here");
  check_refused(std::string("a: b\0", 5), "1:5", "there is a control character (0x00) here");
  CHECK(parse_good("variables: {A: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80}").variables.at("A") ==
        "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST_CASE("nothing after a byte that the parser takes for the end is left out silently") {
  check_refused("project: a\n\x04\nservices: {default: {type: postgres}}\n", "2:1",
                "there is a control character (0x04) here");
}

TEST_CASE("a NUL that is written as an escape reaches neither commands nor variables") {
  check_refused("variables: {A: \"x\\0y\"}", "1:16", "A holds a NUL character");
  check_refused("release: [\"x\\0y\"]", "1:11", "entry 1 of release holds a NUL character");
}

TEST_CASE("what an error quotes is short and fit for a terminal") {
  const auto error = parse("\"\\e[31mred\\n" + std::string(5000, 'x') + "\": 1").error();
  CHECK(error.message.size() < 400);
  CHECK(is_complete(error, ""));
}
