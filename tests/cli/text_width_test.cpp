// Widths, cutting and cleaning of what goes to a terminal.
#include "cli/report/text_width.hpp"

#include <doctest/doctest.h>

#include <random>

#include "cli/show/table.hpp"
#include "cli/wrap.hpp"

using namespace divio::cli;

TEST_CASE("characters take the columns that a terminal gives them") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("café") == 4);
  CHECK(display_width("cafe\u0301") == 4);
  CHECK(display_width("見本") == 4);
  CHECK(display_width("✓") == 1);
  CHECK(display_width("\xE9\xE9") == 2);
  CHECK(display_width("") == 0);
}

TEST_CASE("text is cut at whole characters") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 4) == "abc…");
  CHECK(cut("見本見本", 5) == "見本…");
  CHECK(cut("見本見本", 4) == "見…");
  CHECK(cut("abc", 1) == "…");
  CHECK(cut("abc", 0).empty());
}

TEST_CASE("escape sequences and control characters are taken out") {
  CHECK(printable("\x1b[1;31mred\x1b[0m") == "red");
  CHECK(printable("\x1b]0;title\atext") == "text");
  CHECK(printable("\x1b]8;;http://x\x1b\\link") == "link");
  CHECK(printable("a\tb\x07") == "a    b");
  CHECK(printable("10%\r50%\r100%\r") == "100%");
  CHECK(printable("caf\xE9") == "caf\uFFFD");
  CHECK(printable("\xC2\x9B" "31m") == "31m");
  CHECK(printable("\x1b") == "");
  CHECK(printable("\x1b[12") == "");
}

TEST_CASE("whatever bytes come, what is cut fits and nothing that moves the cursor stays") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    const auto clean = printable(bytes);
    for (const char letter : clean) CHECK(static_cast<unsigned char>(letter) >= 0x20);
    const std::size_t columns = random() % 20;
    CHECK(display_width(cut(clean, columns)) <= columns);
  }
}

TEST_CASE("tables align their columns, whatever the letters, and leave empty columns out") {
  const auto text = table_text({"NAME", "KIND", "NOTE"}, {{"見本", "", "a"}, {"\x1b[32mgreen\x1b[0m", "", ""}}, {});
  CHECK(text == "NAME   NOTE\n見本   a\n\x1b[32mgreen\x1b[0m\n");
}

TEST_CASE("on a terminal the widest columns are cut until the row fits") {
  const std::vector<Row> rows{{"short", std::string(60, 'x'), std::string(30, 'y')}};
  const auto text = table_text({"A", "B", "C"}, rows, {.columns = 40});
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    CHECK(display_width(text.substr(at, text.find('\n', at) - at)) <= 40);
  CHECK(text.find("short  xxxxxxxxxxxxxx…  yyyyyyyyyyyyyyy…\n") != std::string::npos);
  CHECK(table_text({"A", "B", "C"}, rows, {}).find(std::string(60, 'x')) != std::string::npos);
}

TEST_CASE("blocks leave empty values out") {
  CHECK(block_text({{"url", "http://x"}, {"domains", ""}, {"region", "local"}}, {}) ==
        "  url     http://x\n  region  local\n");
}

TEST_CASE("times and commits are shortened, what is none stays") {
  CHECK(short_time("2026-11-22T20:15:58.123Z") == "2026-11-22 20:15:58");
  CHECK(short_time("never") == "never");
  CHECK(short_commit("3f2a91c0d1e2f3a4b5c6") == "3f2a91c0d1");
}

TEST_CASE("prose is broken at words") {
  CHECK(wrap("one two three four", 9, 2) == "one two\n  three\n  four");
  CHECK(wrap("a\n\nb", 10, 0) == "a\n\nb");
  CHECK(wrap("averyveryverylongword b", 5, 0) == "averyveryverylongword\nb");
}
