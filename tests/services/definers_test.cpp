#include "services/definers.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace divio;
using namespace divio::services;

namespace {

constexpr const char* mine = "`d1`@`%`";

std::string rewritten(std::string_view text, std::mt19937& random) {
  std::string out;
  const ports::ByteSink sink = [&](std::string_view bytes) -> Result<void> {
    out += bytes;
    return {};
  };
  DefinerRewriter rewriter(SqlName::parse("d1").value(), sink);
  while (!text.empty()) {
    const auto size = std::min<std::size_t>(text.size(), 1 + random() % 40);
    REQUIRE(rewriter.write(text.substr(0, size)));
    text.remove_prefix(size);
  }
  REQUIRE(rewriter.finish());
  return out;
}

}  // namespace

TEST_CASE("the tenant becomes the definer of views, triggers, events and routines") {
  CHECK(with_definer("/*!50013 DEFINER=`d2`@`%` SQL SECURITY DEFINER */\n", mine) ==
        "/*!50013 DEFINER=`d1`@`%` SQL SECURITY DEFINER */\n");
  CHECK(with_definer("/*!50003 CREATE*/ /*!50017 DEFINER=`a``b`@`local`*/ /*!50003 TRIGGER t", mine) ==
        "/*!50003 CREATE*/ /*!50017 DEFINER=`d1`@`%`*/ /*!50003 TRIGGER t");
  CHECK(with_definer("CREATE DEFINER=`root`@`localhost` FUNCTION `f`() RETURNS int", mine) ==
        "CREATE DEFINER=`d1`@`%` FUNCTION `f`() RETURNS int");
}

TEST_CASE("lines that define nothing stay as they are") {
  for (const char* line : {"INSERT INTO `t` VALUES ('CREATE DEFINER=`a`@`b`');", "/*!40101 SET NAMES utf8mb4 */;", "CREATE DEFINER=`a`@",
                           "CREATE DEFINER=`a", "CREATE TABLE `t` (", " DEFINER=`a`@`b`", ""})
    CHECK(with_definer(line, mine) == line);
}

TEST_CASE("a dump comes out the same, but for its definers, in whatever pieces it comes in") {
  std::string dump;
  std::string expected;
  const auto add = [&](const std::string& line, const std::string& becomes) {
    dump += line;
    expected += becomes;
  };
  for (int i = 0; i < 50; ++i) {
    const auto data = "INSERT INTO `t` VALUES ('" + std::string(static_cast<std::size_t>(i * 97), 'x') + "');\n";
    add(data, data);
    add("\n", "\n");
    add("/*!50013 DEFINER=`d2`@`%` SQL SECURITY DEFINER */\n", "/*!50013 DEFINER=`d1`@`%` SQL SECURITY DEFINER */\n");
    const auto other = "/*!50001 VIEW `v` AS select '" + std::string(2000, 'y') + " DEFINER=`d2`@`%`' */;\n";
    add(other, other);
  }
  add("CREATE DEFINER=`d2`@`%` PROCEDURE `p`()", "CREATE DEFINER=`d1`@`%` PROCEDURE `p`()");
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) CHECK(rewritten(dump, random) == expected);
}
