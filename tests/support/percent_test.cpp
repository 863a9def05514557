#include "support/percent.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "fakes/seed.hpp"

using namespace divio;

TEST_CASE("everything but unreserved characters and those kept is encoded") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b/\xC3\xA4%") == "a%20b%2F%C3%A4%25");
  CHECK(percent_encode("/a b/", "/") == "/a%20b/");
}

TEST_CASE("what was encoded decodes to the same") {
  std::mt19937_64 random(tests::seed());
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto left = random() % 32; left > 0; --left) text += static_cast<char>(random() % 256);
    const auto encoded = percent_encode(text);
    REQUIRE(encoded.find_first_of("/?#[]@!$&'()*+,;=: \"") == std::string::npos);
    REQUIRE(percent_decode(encoded) == text);
  }
}

TEST_CASE("a '%' without two hexadecimal digits is refused") {
  CHECK(percent_decode("%41%7e") == "A~");
  for (const char* bad : {"%", "%4", "a%zz", "%4g", "%-1", "%+1"}) CHECK_FALSE(percent_decode(bad));
}
