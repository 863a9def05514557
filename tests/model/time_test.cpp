#include "model/time.hpp"

#include <doctest/doctest.h>

using namespace divio::model;

TEST_CASE("a time reads back as it was written") {
  const auto time = parse_rfc3339("2026-11-22T20:15:58.123Z");
  REQUIRE(time);
  CHECK(to_rfc3339(*time) == "2026-11-22T20:15:58.123Z");
}

TEST_CASE("Docker's nanoseconds and offsets are understood") {
  CHECK(to_rfc3339(*parse_rfc3339("2026-11-22T22:15:58.123456789+02:00")) == "2026-11-22T20:15:58.123Z");
  CHECK(to_rfc3339(*parse_rfc3339("2026-11-22T20:15:58Z")) == "2026-11-22T20:15:58.000Z");
}

TEST_CASE("what is no time is refused") {
  for (const char* bad : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-11-22T20:15:58", "2026-11-22T20:15:58+2"})
    CHECK_FALSE(parse_rfc3339(bad));
}
