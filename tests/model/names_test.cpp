#include "model/names.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace divio;
using namespace divio::model;

TEST_CASE("a name is a DNS label") {
  CHECK(ProjectName::parse("shop-2"));
  for (const char* bad : {"", "-shop", "shop-", "Shop", "shop.eu", "sh op", "sh_op"}) CHECK_FALSE(ProjectName::parse(bad));
  CHECK_FALSE(ProjectName::parse(std::string(41, 'a')));
}

TEST_CASE("a bad name is refused with its noun and a name that would do") {
  const auto error = ProjectName::parse("My Shop!").error();
  CHECK(error.code == ErrorCode::invalid);
  CHECK(error.message == "'My Shop!' is not a valid project name");
  CHECK(error.hint.find("'my-shop'") != std::string::npos);
}

TEST_CASE("whatever is made into a label is one") {
  for (const char* text : {"", "---", "ÄÖÜ", "Hello World", "a--b", "x.y.z", "This-Is-A-Very-Long-Folder-Name-Indeed-It-Is-So-Long"})
    CHECK(check_dns_label(to_dns_label(text), "name"));
}
