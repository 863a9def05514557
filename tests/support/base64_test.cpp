#include "support/base64.hpp"

#include <doctest/doctest.h>

using namespace divio;

TEST_CASE("bytes are written in base64 and read again") {
  CHECK(base64("eve:secret").compare("ZXZlOnNlY3JldA==") == 0);
  CHECK(base64("").empty());
  for (const auto& bytes : {std::string(), std::string("\0\xff\xfe", 3), std::string(1000, '\x80')})
    CHECK(base64_decode(base64(bytes)) == bytes);
}

TEST_CASE("for URLs two characters are others") {
  CHECK(base64("\xfb\xff").compare("+/8=") == 0);
  CHECK(base64_url("\xfb\xff").compare("-_8=") == 0);
  CHECK(base64_url("{}") == "e30=");
}

TEST_CASE("what is no base64 is not read") {
  for (const auto* text : {"ZXZ", "ZXZl!", "ZXZlOg", "-_8=", " ZXZl", "ZXZl\n"}) CHECK_FALSE(base64_decode(text));
}
