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

TEST_CASE("a time of the day and an offset are read to the letter") {
  using std::chrono::minutes;
  CHECK(*parse_time_of_day("03:05") == minutes(185));
  CHECK(*parse_time_of_day("3:05") == minutes(185));
  CHECK(to_time_of_day(minutes(185)) == "03:05");
  for (const char* bad : {"", "3", "03:5", "24:00", "03:60", "-1:00", "03:00:00", "003:00", " 3:00"}) CHECK_FALSE(parse_time_of_day(bad));
  CHECK(parse_offset("-05:30") == minutes(-330));
  CHECK(parse_offset("Z") == minutes(0));
  for (const char* bad : {"", "UTC", "02:00", "+2:00", "+02:60", "+0200", "+ 2:00", "+-2:00"}) CHECK_FALSE(parse_offset(bad));
}

TEST_CASE("what is no time is refused") {
  for (const char* bad : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-11-22T20:15:58", "2026-11-22T20:15:58+2"})
    CHECK_FALSE(parse_rfc3339(bad));
}
