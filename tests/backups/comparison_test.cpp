#include <doctest/doctest.h>

#include "backups/comparison.hpp"

using namespace divio;
using namespace divio::backups;

namespace {

model::StoredService service(model::Evidence evidence) {
  model::StoredService stored{.prefix = "default", .type = model::ServiceType::postgres};
  stored.evidence = std::move(evidence);
  return stored;
}

const model::Evidence shop_evidence{"15.8", "aa", {{"public.items", 3, "7"}, {"public.orders", 5, "9"}}};

}  // namespace

TEST_CASE("the same data has no differences") { CHECK(differences(service(shop_evidence), shop_evidence).empty()); }

TEST_CASE("what is missing, too much, changed or of another shape is named") {
  auto seen = shop_evidence;
  seen.schema = "bb";
  seen.tables = {{"public.items", 3, "8"}, {"public.orders", 4, "9"}};
  auto found = differences(service(shop_evidence), seen);
  REQUIRE(found.size() == 3);
  CHECK(found[1] == "service default: public.items has other content");
  CHECK(found[2] == "service default: public.orders has 4 rows instead of 5");
  seen = shop_evidence;
  seen.tables = {{"public.items", 3, "7"}, {"public.more", 0, "0"}};
  found = differences(service(shop_evidence), seen);
  REQUIRE(found.size() == 2);
  CHECK(found[0] == "service default: public.orders is not there");
  CHECK(found[1] == "service default: public.more should not be there");
}

TEST_CASE("a schema that was summed up in another way is not compared") {
  auto seen = shop_evidence;
  seen.schema = "shape:aa";
  CHECK(differences(service(shop_evidence), seen).empty());
  CHECK(differences(service(seen), shop_evidence).empty());
  auto other = seen;
  other.schema = "shape:bb";
  CHECK(differences(service(seen), other).size() == 1);
}

TEST_CASE("many differences are counted") {
  model::Evidence many;
  for (int i = 0; i < 25; ++i) many.tables.push_back({"t" + std::to_string(i), 1, "1"});
  const auto found = differences(service(many), {});
  REQUIRE(found.size() == 11);
  CHECK(found.back() == "and 15 more");
}

TEST_CASE("a backup is older than code that was deployed after it, unless that is the same code") {
  model::Backup backup{.id = "20261123-060000-4f2a", .key = {*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")}};
  backup.release = 4;
  backup.commit = "abc";
  backup.created_at = model::TimePoint(std::chrono::hours(10));
  const model::TimePoint before(std::chrono::hours(9));
  const model::TimePoint after(std::chrono::hours(11));
  CHECK(newer_code(backup, {}).empty());
  CHECK(newer_code(backup, {4, "abc", before}).empty());
  CHECK(newer_code(backup, {3, "other", before}).empty());
  CHECK(newer_code(backup, {5, "abc", after}).empty());
  CHECK_FALSE(newer_code(backup, {5, "def", after}).empty());
}

TEST_CASE("versions are compared by number") {
  CHECK(is_older("9.6", "10"));
  CHECK(is_older("10.11", "11.4"));
  CHECK_FALSE(is_older("15", "15"));
  CHECK_FALSE(is_older("16", "15"));
}
