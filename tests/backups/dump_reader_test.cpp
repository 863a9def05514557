#include <doctest/doctest.h>

#include "services/dump_reader.hpp"

using namespace divio;
using namespace divio::services;
using namespace std::string_literals;

namespace {

model::Evidence read(const std::string& dump, std::size_t piece) {
  SqlDumpReader reader;
  for (std::size_t at = 0; at < dump.size(); at += piece) reader.add(std::string_view(dump).substr(at, piece));
  return reader.finish();
}

const std::string shop_dump = R"(-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: d1
-- Server version	10.11.6-MariaDB-0+deb12u1

DROP TABLE IF EXISTS `orders`;
CREATE TABLE `orders` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `note` text
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4;
LOCK TABLES `orders` WRITE;
INSERT INTO `orders` VALUES
(1,'a);(2,\'b'),
(2,'it''s (odd'),
(3,NULL);
UNLOCK TABLES;
CREATE TABLE `empty` (
  `id` int(11)
);
DELIMITER ;;
CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON orders FOR EACH ROW
INSERT INTO `log` VALUES (1) */;;
DELIMITER ;
-- Dump completed on 2026-11-23
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("rows of a dump are counted whatever is in them, in pieces of any size") {
  for (const std::size_t piece : {1UL, 7UL, 4096UL}) {
    const auto seen = read(shop_dump, piece);
    REQUIRE(seen.tables.size() == 2);
    CHECK(seen.tables[0] == model::TableEvidence{"empty", 0, "0000000000000000"});
    CHECK(seen.tables[1].name == "orders");
    CHECK(seen.tables[1].rows == 3);
    CHECK(seen.engine == "10.11.6-MariaDB-0+deb12u1");
    CHECK(seen == read(shop_dump, 4096));
  }
}

TEST_CASE("the order of rows, who defined something and where numbers go on make no difference") {
  const auto seen = read(shop_dump, 64);
  CHECK(read(replaced(shop_dump, "(1,'a);(2,\\'b'),\n(2,'it''s (odd')", "(2,'it''s (odd'),(1,'a);(2,\\'b')"), 64) == seen);
  CHECK(read(replaced(shop_dump, "DEFINER=`root`@`localhost`", "DEFINER=`d 1`@`%`"), 64) == seen);
  CHECK(read(replaced(shop_dump, "AUTO_INCREMENT=4", "AUTO_INCREMENT=9"), 64) == seen);
}

TEST_CASE("other content, another schema and another routine are seen") {
  const auto seen = read(shop_dump, 64);
  CHECK(read(replaced(shop_dump, "(3,NULL)", "(3,'')"), 64).tables[1].checksum != seen.tables[1].checksum);
  CHECK(read(replaced(shop_dump, "`note` text", "`note` blob"), 64).schema != seen.schema);
  CHECK(read(replaced(shop_dump, "VALUES (1)", "VALUES (2)"), 64).schema != seen.schema);
}

TEST_CASE("the beginning of an RDB says how many keys do not expire") {
  const auto rdb = "REDIS0010"s + "\xfa\x09redis-ver\x05"s + "7.0.5" + "\xfa\x05"s + "ctime\xc2\x01\x02\x03\x04"s;
  const auto seen = rdb_evidence(rdb + "\xfe\x00\xfb\x41\x00\x03"s);
  REQUIRE(seen);
  CHECK(seen->engine == "7.0.5");
  REQUIRE(seen->tables.size() == 1);
  CHECK(seen->tables[0] == model::TableEvidence{"db0", 253, {}});
  CHECK(rdb_evidence(rdb + "\xff"s)->tables[0].rows == 0);
  CHECK_FALSE(rdb_evidence(rdb));
  CHECK_FALSE(rdb_evidence(rdb + "\xfe\x00\xfb\x41"s));
  CHECK_FALSE(rdb_evidence("PGDMP"));
}
