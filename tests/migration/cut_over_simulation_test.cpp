// The decisions of a cut-over, in two regions in miniature, under whatever order of events.
#include <doctest/doctest.h>

#include <random>

#include "fakes/seed.hpp"
#include "migration/cut_over_history.hpp"

using namespace divio::planning;
using namespace divio::migration::testing;

namespace {

constexpr int histories = 10'000;

// How many of `count` histories break a promise.
int caught(Flaw flaw, Weather weather, int count) {
  int found = 0;
  for (int i = 0; i < count; ++i) found += live_through(static_cast<unsigned long long>(i), weather, flaw).broken_promise.empty() ? 0 : 1;
  return found;
}

}  // namespace

TEST_CASE("a cut-over loses nothing, doubles nothing, never has two owners and always comes to its end, whatever fails when") {
  const auto first = divio::tests::seed();
  long long acknowledged = 0, attempts = 0, deaths = 0, back = 0;
  for (int i = 0; i < histories; ++i) {
    const auto number = first + static_cast<unsigned long long>(i);
    CAPTURE(number);
    const auto told = live_through(number, Weather::stormy);
    REQUIRE(told.broken_promise == "");
    acknowledged += told.acknowledged;
    attempts += told.attempts;
    deaths += told.deaths;
    back += told.went_back ? 1 : 0;
  }
  MESSAGE(acknowledged << " writes acknowledged, " << attempts << " attempts, " << deaths << " deaths, " << back << " times there and back");
  CHECK(attempts > histories);
}

TEST_CASE("where nothing fails the first attempt succeeds, and no request fails") {
  for (unsigned long long number = 0; number < 1000; ++number) {
    CAPTURE(number);
    REQUIRE(live_through(number, Weather::calm).broken_promise == "");
  }
}

TEST_CASE("a cut-over that is wrong is noticed") {
  CHECK(caught(Flaw::commit_before_fence, Weather::calm, 200) > 0);
  CHECK(caught(Flaw::no_marker, Weather::calm, 200) > 0);
  CHECK(caught(Flaw::slot_before_publication, Weather::calm, 20) > 0);
  CHECK(caught(Flaw::way_back_before_fence, Weather::calm, 200) > 0);
  CHECK(caught(Flaw::release_before_open, Weather::calm, 200) > 0);
  CHECK(caught(Flaw::proven_before_disk, Weather::stormy, 2000) > 0);
  CHECK(caught(Flaw::late_calls_admitted, Weather::stormy, 2000) > 0);
  CHECK(caught(Flaw::decisions_forgotten, Weather::stormy, 2000) > 0);
}
