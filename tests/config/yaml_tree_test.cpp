#include "config/yaml_tree.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::config;

TEST_CASE("a tree knows where everything stands") {
  const auto root = parse_yaml("a: 1\nb:\n  - x\n  - {c: d}\ne:\n").value();
  REQUIRE(root.children.size() == 3);
  CHECK(root.children[0].text == "1");
  CHECK(root.children[0].place.column == 4);
  const auto& list = root.children[1];
  CHECK(list.children[0].name == "entry 1 of b");
  CHECK(list.children[1].children[0].key_place.line == 4);
  CHECK(list.children[1].children[0].key_place.column == 6);
  CHECK(root.children[2].kind == YamlNode::Kind::nothing);
  CHECK(root.children[2].place.line == 5);
  CHECK(root.children[2].place.column == 1);
}

TEST_CASE("merge keys give what the map itself does not say, the first one winning") {
  const auto root = parse_yaml("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n").value();
  const auto& merged = root.children[2].children;
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].text == "0");
  CHECK(merged[1].name == "b");
  CHECK(merged[1].text == "1");
  CHECK(merged[2].text == "2");
}

TEST_CASE("a quoted merge key is a key like any other") {
  const auto root = parse_yaml("\"<<\": {a: 1}\n").value();
  CHECK(root.children.at(0).name == "<<");
}

TEST_CASE("texts between quotes may hold quotes, escapes and lines") {
  const auto root =
      parse_yaml("a: 'it''s'\nb: \"x\\\"y\"\nc: &c !!str \"z\"\nd: 'two\n  lines'\ne: ''\nf: ''''").value();
  REQUIRE(root.children.size() == 6);
  CHECK(root.children[1].text == "x\"y");
  CHECK(root.children[2].text == "z");
  CHECK(root.children[3].text == "two lines");
  CHECK(root.children[5].text == "'");
}

TEST_CASE("a byte order mark does not shift the places") {
  const auto root = parse_yaml(
                        "\xEF\xBB\xBF"
                        "a: \"b\"\n")
                        .value();
  CHECK(root.children.at(0).key_place.column == 1);
  CHECK(root.children.at(0).text == "b");
}
