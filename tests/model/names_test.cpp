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

TEST_CASE("what stands beside a name has one that nobody can give, and leads back to the name") {
  const auto live = *EnvironmentName::parse("live");
  CHECK(live.beside() != live);
  CHECK(live.beside().is_beside());
  CHECK_FALSE(live.is_beside());
  CHECK(live.beside().original() == live);
  CHECK(live.original() == live);
  for (const auto& name : {live, *EnvironmentName::parse("a"), *EnvironmentName::parse(std::string(40, 'a'))})
    CHECK_FALSE(EnvironmentName::parse(name.beside().str()));
}

TEST_CASE("the key beside an environment's is of the same project") {
  const EnvironmentKey key{*ProjectName::parse("shop"), *EnvironmentName::parse("live")};
  CHECK(key.beside() == EnvironmentKey{key.project, key.environment.beside()});
  CHECK(key.beside().is_beside());
  CHECK_FALSE(key.is_beside());
  CHECK(key.beside().original() == key);
  CHECK(key.original() == key);
}
