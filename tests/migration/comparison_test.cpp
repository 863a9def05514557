// Reports of comparisons: who may believe them, and what an error says of one with differences.
#include "migration/environment/comparison.hpp"

#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "migration/environment/postgres_move.hpp"

using namespace divio;
using namespace divio::migration::environment;
using tests::contains;
using tests::must;

namespace {

model::Migration moved() {
  model::Migration one{.id = "01mig",
                       .key = {must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))},
                       .source = must(model::RegionName::parse("eu")),
                       .target = must(model::RegionName::parse("ch"))};
  one.secret = Secret("5ec2e7");
  return one;
}

model::Comparison comparison(std::size_t differences) {
  model::Comparison one{.serving = "eu", .following = "ch"};
  one.services.push_back({.prefix = "default"});
  for (std::size_t i = 1; i <= differences; ++i) one.services.front().differences.push_back("table t" + std::to_string(i) + " is not in region ch");
  return one;
}

}  // namespace

TEST_CASE("a report is intact as it was signed, and neither after a change nor by another migration's secret") {
  const auto report = sign(moved(), comparison(1));
  CHECK(is_intact(moved(), report));
  auto changed = report;
  changed.text.replace(changed.text.find("t1"), 2, "t2");
  CHECK_FALSE(is_intact(moved(), changed));
  changed = report;
  changed.text += ' ';
  CHECK_FALSE(is_intact(moved(), changed));
  auto other = moved();
  other.secret = Secret("another");
  CHECK_FALSE(is_intact(other, report));
}

TEST_CASE("where sequences stand is compared once the environment was handed over, with what an attempt to go back may have left") {
  auto migration = moved();
  CHECK_FALSE(sequences_ahead(migration, true));
  migration.attempts = {{.number = 1, .decision = "aborted"}, {.number = 2, .decision = "committed"}};
  CHECK(sequences_ahead(migration, false) == 0);
  migration.attempts.push_back({.number = 3, .back = true, .decision = "aborted"});
  CHECK(sequences_ahead(migration, false) == migration::postgres::sequence_slack);
  migration.attempts.push_back({.number = 4, .back = true, .decision = "committed"});
  CHECK(sequences_ahead(migration, false) == 0);
}

TEST_CASE("the error of a comparison says of which regions it is, and where a service moves within one of which servers") {
  auto migration = moved();
  CHECK(difference_error(migration, comparison(1)).message.starts_with("region eu and region ch do not hold the same"));
  migration.target = migration.source;
  migration.services = {{"default", "divio-postgres-15", "divio-shop-live-default"}};
  CHECK(difference_error(migration, comparison(1)).message.starts_with("server divio-postgres-15 and server divio-shop-live-default do not hold the same"));
  migration.there = true;
  CHECK(difference_error(migration, comparison(1)).hint.starts_with("server divio-shop-live-default serves on, and nothing was removed"));
}

TEST_CASE("the error of a comparison names some differences, and the command that is right at that time") {
  const auto before_cut_over = difference_error(moved(), comparison(7));
  CHECK(contains(before_cut_over.message, "table t5 is not in region ch, and 2 more"));
  CHECK_FALSE(contains(before_cut_over.message, "t6"));
  CHECK(contains(before_cut_over.hint, "divioctl migrate abort"));
  auto last = comparison(1);
  last.before = model::MigrationPhase::finalising;
  CHECK(contains(difference_error(moved(), last).hint, "finalize --project shop -e live --unverified"));
}
