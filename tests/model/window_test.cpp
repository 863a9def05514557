#include "model/window.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <random>

#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::model;
using namespace std::chrono_literals;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

unsigned long long seed() {
  if (const char* given = std::getenv("DIVIO_TEST_SEED"); given != nullptr) return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

std::string read(std::string_view text) { return to_string(must(parse_window(text))); }

// The first opening of a window, as text: "2026-11-30T01:00 2026-11-30T05:00".
std::string opening(std::string_view window, std::string_view time, std::chrono::milliseconds needed = 2s) {
  const auto found = must(next_opening(must(parse_window(window)), must(parse_rfc3339(time)), needed));
  return to_rfc3339(found.from).substr(0, 16) + " " + to_rfc3339(found.until).substr(0, 16);
}

// By its meaning, minute by minute.
bool is_open(const Window& window, TimePoint time) {
  const auto local = time + window.offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto clock = local - day;
  const auto opens = [&](std::chrono::sys_days date) { return (window.days >> (std::chrono::weekday(date).iso_encoding() - 1) & 1U) != 0; };
  if (window.until > window.from) return opens(day) && clock >= window.from && clock < window.until;
  return (opens(day) && clock >= window.from) || (opens(day - std::chrono::days(1)) && clock < window.until);
}

Window any(std::mt19937_64& random) {
  const auto below = [&](unsigned many) { return static_cast<int>(random() % many); };
  Window window{static_cast<unsigned>(below(127)) + 1, std::chrono::minutes(below(1440)), std::chrono::minutes(below(1440) + 1), std::chrono::minutes(below(1681) - 840)};
  if (window.from == window.until) window.until = 24h;
  return window;
}

}  // namespace

TEST_CASE("a window is days of the week, two times, and UTC or an offset from it") {
  CHECK(read("Mon 01:00-05:00 UTC") == "Mon 01:00-05:00 UTC");
  CHECK(read("Mon-Fri 1:00-05:00 utc") == "Mon,Tue,Wed,Thu,Fri 01:00-05:00 UTC");
  CHECK(read("Sat,Sun 23:00-02:00 +02:00") == "Sat,Sun 23:00-02:00 +02:00");
  CHECK(read("  sat-mon,WED   23:00-02:00 -05:30 ") == "Mon,Wed,Sat,Sun 23:00-02:00 -05:30");
  CHECK(read("01:00-05:00 UTC") == "01:00-05:00 UTC");
  CHECK(read("Mon-Sun 00:00-24:00 +00:00") == "00:00-24:00 UTC");
  CHECK(must(parse_window("Sat 23:00-02:00 UTC")).length() == 3h);
}

TEST_CASE("what is no window is refused, with how to write one") {
  for (const char* bad : {"", "Mon", "Mon 01:00-05:00", "01:00-05:00", "Mon 01:00 UTC", "Mon 05:00-05:00 UTC", "Mon 24:00-01:00 UTC", "Mon 01:00-25:00 UTC",
                          "Mon 01:00-05:00 CET", "Mon 01:00-05:00 Europe/Zurich", "Mon 01:00-05:00 +2", "Mon 01:00-05:00 +15:00", "Mon 01:00-05:00 + 2:00",
                          "Mo 01:00-05:00 UTC", "Mon-Tue-Wed 01:00-05:00 UTC", "Mon, 01:00-05:00 UTC", "Mon- 01:00-05:00 UTC", "Mon Tue 01:00-05:00 UTC", "Mon 1-5 UTC"}) {
    CAPTURE(bad);
    const auto error = must_fail(parse_window(bad));
    CHECK(error.code == ErrorCode::invalid);
    CHECK(error.message == "'" + std::string(bad) + "' is no window");
    CHECK(contains(error.hint, "Mon-Fri 01:00-05:00 UTC"));
    CHECK(contains(error.hint, "names of time zones are not known"));
  }
}

TEST_CASE("the next opening is the one that is there, or the first one to come") {
  CHECK(opening("Mon 01:00-05:00 UTC", "2026-11-28T17:29:00Z") == "2026-11-30T01:00 2026-11-30T05:00");
  CHECK(opening("Mon 01:00-05:00 UTC", "2026-11-30T01:00:00Z") == "2026-11-30T01:00 2026-11-30T05:00");
  CHECK(opening("Mon 01:00-05:00 UTC", "2026-11-30T04:59:58Z") == "2026-11-30T01:00 2026-11-30T05:00");
  CHECK(opening("Mon 01:00-05:00 UTC", "2026-11-30T05:00:00Z") == "2026-12-07T01:00 2026-12-07T05:00");
  CHECK(opening("Sat,Sun 23:00-02:00 UTC", "2026-11-30T01:30:00Z") == "2026-11-29T23:00 2026-11-30T02:00");  // Monday, in Sunday's
  CHECK(opening("Mon 01:00-05:00 +02:00", "2026-11-28T17:29:00Z") == "2026-11-29T23:00 2026-11-30T03:00");
  CHECK(opening("Mon 20:00-22:00 -05:00", "2026-11-30T23:00:00Z") == "2026-12-01T01:00 2026-12-01T03:00");
  CHECK(opening("01:00-05:00 UTC", "2026-12-31T06:00:00Z") == "2027-01-01T01:00 2027-01-01T05:00");
}

TEST_CASE("an opening in which too little time is left is none, and a window that is too short for it never opens") {
  CHECK(opening("01:00-05:00 UTC", "2026-11-30T04:59:58Z", 2s) == "2026-11-30T01:00 2026-11-30T05:00");
  CHECK(opening("01:00-05:00 UTC", "2026-11-30T04:59:58.001Z", 2s) == "2026-12-01T01:00 2026-12-01T05:00");
  const auto error = must_fail(next_opening(must(parse_window("01:00-01:02 UTC")), must(parse_rfc3339("2026-11-30T04:59:58Z")), 121s));
  CHECK(error.code == ErrorCode::invalid);
  CHECK(error.message == "the window 01:00-01:02 UTC is too short for something that may take 121 s");
  CHECK(contains(error.hint, "--max-pause"));
}

TEST_CASE("whatever the window and the time: it reads back, is open all through its next opening, and was not before") {
  const auto first = seed();
  MESSAGE("seed " << first << " (repeat with DIVIO_TEST_SEED=" << first << ")");
  std::mt19937_64 random(first);
  for (int round = 0; round < 300; ++round) {
    const auto window = any(random);
    CAPTURE(to_string(window));
    CHECK(must(parse_window(to_string(window))) == window);
    const TimePoint time(std::chrono::milliseconds(1'700'000'000'000 + static_cast<long long>(random() % 100'000'000'000)));
    CAPTURE(to_rfc3339(time));
    const auto found = must(next_opening(window, time, 0ms));
    CHECK(found.until - found.from == window.length());
    CHECK(found.until >= time);
    CHECK(is_open(window, found.from));
    CHECK(is_open(window, found.until - 1ms));
    for (auto moment = time; moment < found.from; moment += 1min) REQUIRE_FALSE(is_open(window, moment));
    const auto needed = std::chrono::milliseconds(random() % static_cast<unsigned long long>(std::chrono::milliseconds(window.length()).count()) + 1);
    const auto fitting = must(next_opening(window, time, needed));
    CHECK(std::max(time, fitting.from) + needed <= fitting.until);
    CHECK(fitting.from >= found.from);
  }
}
