// The two sides of a migration.
#include "model/migration.hpp"

#include <doctest/doctest.h>

using namespace divio::model;

namespace {

Migration migration_to(const char* target) {
  Migration migration{.id = {},
                      .key = {*ProjectName::parse("shop"), *EnvironmentName::parse("live")},
                      .source = *RegionName::parse("eu"),
                      .target = *RegionName::parse(target)};
  migration.services = {{"default", "divio-postgres-15", "divio-shop-live-default"}};
  return migration;
}

}  // namespace

TEST_CASE("the sides of a move to another region are the regions") {
  auto migration = migration_to("ch");
  CHECK_FALSE(migration.in_place());
  CHECK(migration.side(false) == "eu");
  CHECK(migration.side(true) == "ch");
  CHECK(migration.side_name(false) == "region eu");
  CHECK(migration.serving_name() == "region eu");
  CHECK(migration.other_name() == "region ch");
  migration.there = true;
  CHECK(migration.serving_name() == "region ch");
  CHECK(migration.other_name() == "region eu");
}

TEST_CASE("the sides of a move of media within a region are the buckets, or the volume and the bucket") {
  auto migration = migration_to("eu");
  CHECK_FALSE(migration.of_files());
  CHECK(migration.within(true) == "on server divio-shop-live-default");
  CHECK(migration_to("ch").within(true) == "in region ch");
  migration.services = {{"media", "uploads at https://s3.example.com", "shop at https://s3.example.ch", "media", false}};
  CHECK(migration.of_files());
  CHECK(migration.serving_name() == "bucket uploads at https://s3.example.com");
  CHECK(migration.within(true) == "in bucket shop at https://s3.example.ch");
  auto& service = migration.services.front();
  service.source = "divio-shop-live-media";
  service.source_place.emplace();
  service.target_place = {.login = BucketLogin{}};
  CHECK(migration.is_volume(false));
  CHECK_FALSE(migration.is_volume(true));
  CHECK(migration.within(false) == "in volume divio-shop-live-media");
  CHECK(migration.within(true) == "in bucket shop at https://s3.example.ch");
}

TEST_CASE("the sides of a move within a region are the servers") {
  auto migration = migration_to("eu");
  CHECK(migration.in_place());
  CHECK(migration.side(false) == "divio-postgres-15");
  CHECK(migration.side(true) == "divio-shop-live-default");
  CHECK(migration.side_name(true) == "server divio-shop-live-default");
  CHECK(migration.serving_name() == "server divio-postgres-15");
  CHECK(migration.other_name() == "server divio-shop-live-default");
  migration.there = true;
  CHECK(migration.serving_name() == "server divio-shop-live-default");
  CHECK(migration.other_name() == "server divio-postgres-15");
}
