#include "support/pace.hpp"

#include <doctest/doctest.h>

using namespace divio;

namespace {

constexpr std::uint64_t mib = 1U << 20;

}  // namespace

TEST_CASE("at the beginning nobody can tell how quickly it goes") {
  PaceMeter meter;
  CHECK_FALSE(meter.pace(3, 100 * mib).per_second);
  meter.see(3, 0);
  CHECK_FALSE(meter.pace(3, 100 * mib).per_second);
  meter.see(3.5, 20 * mib);
  CHECK_FALSE(meter.pace(3.5, 100 * mib).per_second);
  meter.see(4, 40 * mib);
  CHECK(meter.pace(4, 100 * mib).per_second == 40 * mib);
}

TEST_CASE("what has not begun to move yet is not stalled") {
  PaceMeter meter;
  for (int second = 0; second <= 60; ++second) meter.see(second, 0);
  CHECK_FALSE(meter.pace(60, 100 * mib).per_second);
}

TEST_CASE("what was there when somebody began to look is no part of the pace") {
  PaceMeter meter;
  meter.see(0, 500 * mib);
  meter.see(2, 510 * mib);
  CHECK(meter.pace(2, 600 * mib).per_second == 5 * mib);
  CHECK(meter.pace(2, 600 * mib).seconds_to_go == doctest::Approx(18));
}

TEST_CASE("the pace is that of the last ten seconds") {
  PaceMeter meter;
  for (int second = 0; second <= 100; ++second) meter.see(second, static_cast<std::uint64_t>(second) * 10 * mib);
  for (int second = 1; second <= 10; ++second) meter.see(100 + second, (1000 + static_cast<std::uint64_t>(second)) * mib);
  const auto pace = meter.pace(110, 1610 * mib);
  CHECK(pace.per_second == mib);
  CHECK(pace.seconds_to_go == doctest::Approx(600));
}

TEST_CASE("where nothing comes any more the pace falls, and after ten seconds it is stalled") {
  PaceMeter meter;
  meter.see(0, 0);
  meter.see(5, 50 * mib);
  CHECK(meter.pace(5, 100 * mib).per_second == 10 * mib);
  CHECK(meter.pace(10, 100 * mib).per_second == 5 * mib);
  CHECK_FALSE(meter.pace(10, 100 * mib).is_stalled());
  const auto stalled = meter.pace(15.5, 100 * mib);
  CHECK(stalled.is_stalled());
  CHECK_FALSE(stalled.seconds_to_go);
  for (int half = 0; half < 100; ++half) meter.see(16 + half / 2.0, 50 * mib);  // told again and again
  CHECK(meter.pace(66, 100 * mib).is_stalled());
  meter.see(67, 60 * mib);
  CHECK(meter.pace(67, 100 * mib).per_second == mib);
}

TEST_CASE("without a total there is a pace and no time to go, and a total that grows moves the end") {
  PaceMeter meter;
  meter.see(0, 0);
  meter.see(2, 20 * mib);
  CHECK(meter.pace(2, 0).per_second == 10 * mib);
  CHECK_FALSE(meter.pace(2, 0).seconds_to_go);
  CHECK(meter.pace(2, 40 * mib).seconds_to_go == doctest::Approx(2));
  CHECK(meter.pace(2, 120 * mib).seconds_to_go == doctest::Approx(10));
}

TEST_CASE("of what is at its end, or beyond what was thought, nothing is said") {
  PaceMeter meter;
  meter.see(0, 0);
  meter.see(2, 20 * mib);
  CHECK_FALSE(meter.pace(2, 20 * mib).per_second);
  CHECK_FALSE(meter.pace(60, 20 * mib).per_second);
  CHECK_FALSE(meter.pace(2, 10 * mib).per_second);
}

TEST_CASE("what begins again is measured anew") {
  PaceMeter meter;
  meter.see(0, 0);
  meter.see(4, 400 * mib);
  meter.see(5, 0);
  CHECK_FALSE(meter.pace(5, 400 * mib).per_second);
  meter.see(7, 2 * mib);
  CHECK(meter.pace(7, 400 * mib).per_second == mib);
}

TEST_CASE("what is seen thousands of times a second has the same pace") {
  PaceMeter meter;
  for (int i = 0; i <= 100'000; ++i) meter.see(i / 5000.0, static_cast<std::uint64_t>(i) * 1000);
  const auto pace = meter.pace(20, 0).per_second.value_or(0);
  CHECK(pace > 4'900'000);
  CHECK(pace < 5'100'000);
}

TEST_CASE("a time to go is said as roughly as it is known") {
  CHECK(about_seconds(0.4) == "a few seconds");
  CHECK(about_seconds(12) == "about 10 s");
  CHECK(about_seconds(54) == "about 55 s");
  CHECK(about_seconds(58) == "about 1 min");
  CHECK(about_seconds(247) == "about 4 min");
  CHECK(about_seconds(3590) == "about 1 h");
  CHECK(about_seconds(7900) == "about 2 h 10 min");
  CHECK(about_seconds(40'000) == "about 11 h");
  CHECK(about_seconds(300'000) == "about 3 days");
}

TEST_CASE("a pace for people") {
  CHECK(pace_text({}).empty());
  CHECK(pace_text({.per_second = 0}) == "stalled");
  CHECK(pace_text({.per_second = 48 * mib}) == "48 MiB/s");
  CHECK(pace_text({.per_second = 48 * mib, .seconds_to_go = 240}) == "48 MiB/s, about 4 min to go");
}
