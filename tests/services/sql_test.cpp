#include "services/sql.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>
#include <string>

#include "fakes/seed.hpp"

using namespace divio;
using namespace divio::services;

namespace {

// How a server reads a literal with backslash escapes, up to its closing quote. nullopt if that is not the text's end.
std::optional<std::string> read_literal(const std::string& text) {
  if (text.empty() || text.front() != '\'') return std::nullopt;
  std::string read;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool quote = text[at] == '\'';
    const bool doubled = quote && at + 1 < text.size() && text[at + 1] == '\'';
    if (quote && !doubled) return at + 1 == text.size() ? std::optional(read) : std::nullopt;
    if (quote || text[at] == '\\') ++at;
    if (at < text.size()) read += text[at];
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a name that could mean something else in SQL is none") {
  CHECK(SqlName::parse("d0a1"));
  for (const char* bad : {"", "1d", "D", "d_1", "d-1", "d 1", "d;", "d'", "d\"", "d`", "d%", "d\n", "dä"})
    CHECK_FALSE(SqlName::parse(bad));
  CHECK(SqlName::parse(std::string(63, 'd')));
  CHECK_FALSE(SqlName::parse(std::string(64, 'd')));
}

TEST_CASE("a database's name is always the same, one for each instance, and says nothing of it") {
  const auto key = [](const char* project, const char* environment) {
    return model::EnvironmentKey{model::ProjectName::parse(project).value(), model::EnvironmentName::parse(environment).value()};
  };
  const auto prefix = model::ServicePrefix::parse("default").value();
  const auto name = database_name("c1", key("shop", "live"), prefix);
  CHECK(name == database_name("c1", key("shop", "live"), prefix));
  CHECK(name.str().find("shop") == std::string::npos);
  CHECK_FALSE(name == database_name("c2", key("shop", "live"), prefix));
  CHECK_FALSE(name == database_name("c1", key("shop", "test"), prefix));
  CHECK_FALSE(name == database_name("c1", key("shop-live", "live"), prefix));
  CHECK_FALSE(name == database_name("c1", key("shop", "live"), model::ServicePrefix::parse("logs").value()));
  CHECK(login_name(name, 4000000000).value().str() == name.str() + "g4000000000");
}

TEST_CASE("whatever text a literal is made of, the server reads that text and nothing after it") {
  const auto first = tests::seed();
  std::mt19937_64 random(first);
  const std::string nasty = "'\\\";-#/*`\n%_$ax\xC3\x28\xBF";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto left = random() % 24; left > 0; --left)
      text += random() % 3 == 0 ? static_cast<char>(1 + random() % 255) : nasty[random() % nasty.size()];
    const auto literal = mariadb_literal(Secret(text));
    REQUIRE(literal);
    REQUIRE(read_literal(literal->reveal()) == text);
  }
}

TEST_CASE("a text that no server could take is refused") {
  CHECK_FALSE(mariadb_literal(Secret(std::string("a\0b", 3))));
}
