#include "support/text.hpp"

#include <doctest/doctest.h>

using namespace divio;

TEST_CASE("split and join are each other's inverse") {
  CHECK(split("a,b,,c", ',') == std::vector<std::string>{"a", "b", "", "c"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join(split("a,b,,c", ','), ",") == "a,b,,c");
}

TEST_CASE("nearest finds a likely misspelling and nothing far-fetched") {
  const std::vector<std::string> keys{"processes", "release", "services", "project"};
  CHECK(nearest("proceses", keys) == "processes");
  CHECK(nearest("relase", keys) == "release");
  CHECK_FALSE(nearest("banana", keys));
}

TEST_CASE("amounts read as people write them") {
  CHECK(human_bytes(512) == "512 B");
  CHECK(human_bytes(256ULL << 20) == "256 MiB");
  CHECK(human_bytes(3ULL << 29) == "1.5 GiB");
  CHECK(human_seconds(0.44) == "0.4 s");
  CHECK(human_seconds(12) == "12 s");
  CHECK(human_seconds(200) == "3 min 20 s");
  CHECK(human_seconds(7500) == "2 h 5 min");
}

TEST_CASE("shell_quote leaves plain words alone and makes the rest safe") {
  CHECK(shell_quote("manage.py") == "manage.py");
  CHECK(shell_quote("a b") == "'a b'");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_quote("") == "''");
}
