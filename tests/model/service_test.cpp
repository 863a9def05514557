#include "model/service.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace divio;
using namespace divio::model;

namespace {

ServiceInstance main_db(const char* version, Scope scope) {
  return new_instance(local_region(), {*ProjectName::parse("shop"), *EnvironmentName::parse("live")},
                      {.prefix = *ServicePrefix::parse("main_db"), .type = ServiceType::postgres, .version = version, .scope = scope});
}

// Where it is after a move to a version and scope.
ServiceInstance after(const ServiceInstance& before, const char* version, Scope scope) {
  return placed(before, place_beside(local_region(), before, version, scope));
}

}  // namespace

TEST_CASE("a prefix is lower case in files and upper case in variables") {
  CHECK(ServicePrefix::parse("default").value().upper() == "DEFAULT");
  CHECK(ServicePrefix::parse("logs_2").value().upper() == "LOGS_2");
  for (const char* bad : {"", "Default", "2nd", "_a", "a-b", "a b", "a.b"}) CHECK_FALSE(ServicePrefix::parse(bad));
  CHECK(ServicePrefix::parse(std::string(32, 'a')));
  CHECK_FALSE(ServicePrefix::parse(std::string(33, 'a')));
  CHECK(ServicePrefix::parse("My DB").error().message == "'My DB' is not a valid service prefix");
}

TEST_CASE("types, scopes and states are read as they are written") {
  for (const auto type : {ServiceType::postgres, ServiceType::mariadb, ServiceType::redis, ServiceType::media})
    CHECK(service_type(to_string(type)).value() == type);
  for (const auto scope : {Scope::shared, Scope::dedicated}) CHECK(service_scope(to_string(scope)).value() == scope);
  for (const auto state :
       {ServiceState::added, ServiceState::provisioned, ServiceState::attached, ServiceState::detached})
    CHECK(service_state(to_string(state)) == state);
  CHECK_FALSE(service_state("gone"));
}

TEST_CASE("an unknown type is refused with the one that was meant, or with all of them") {
  const auto near = service_type("postgre").error();
  CHECK(near.code == ErrorCode::invalid);
  CHECK(near.message == "'postgre' is not a type of service");
  CHECK(near.hint == "did you mean 'postgres'?");
  CHECK(service_type("oracle").error().hint == "use one of postgres, mariadb, redis, media");
}

TEST_CASE("media has a mount and no version, the others the reverse") {
  ServiceSpec media{.prefix = ServicePrefix::parse("media").value(), .type = ServiceType::media, .mount = "/data/media"};
  CHECK(check_service(media));
  for (const char* bad : {"", "/", "data/media"}) {
    media.mount = bad;
    CHECK(check_service(media).error().message == "service 'media' has no folder to be mounted at");
  }
  media.mount = "/data/media", media.version = "1";
  CHECK(check_service(media).error().message == "service 'media' has a version, but is of type media");

  ServiceSpec database{.prefix = media.prefix, .type = ServiceType::postgres, .version = "15"};
  CHECK(check_service(database));
  database.mount = "/data";
  CHECK(check_service(database).error().message == "service 'media' has a mount, but is of type postgres");
  database.mount = "", database.version = "";
  CHECK(check_service(database).error().hint == "say which version of postgres it is");
}

TEST_CASE("a shared server is one for each region, type and version, a dedicated one for each service") {
  const EnvironmentKey key{*ProjectName::parse("shop"), *EnvironmentName::parse("live")};
  const auto eu = *RegionName::parse("eu");
  ServiceSpec spec{.prefix = *ServicePrefix::parse("main_db"), .type = ServiceType::mariadb, .version = "10.11", .scope = Scope::shared};
  CHECK(new_instance(local_region(), key, spec).server == "divio-mariadb-10-11");
  CHECK(new_instance(eu, key, spec).server == "divio-eu-mariadb-10-11");
  spec.scope = Scope::dedicated;
  CHECK(new_instance(eu, key, spec).server == "divio-shop-live-main-db");
  spec.type = ServiceType::media;
  CHECK(new_instance(eu, key, spec).server.empty());
}

TEST_CASE("a service is found by the name of its prefix, unless it has another one") {
  auto instance = main_db("15", Scope::shared);
  CHECK(host_of(instance) == "main-db-service");
  instance.host = "main-db-service-2";
  CHECK(host_of(instance) == "main-db-service-2");
}

TEST_CASE("a service that is placed has all of its place, and is else what it was") {
  auto instance = main_db("15", Scope::shared);
  instance.role = "shop";
  CHECK(placed(instance, place_of(instance)) == instance);
  const ServicePlace place{.server = "other", .version = "16", .scope = Scope::dedicated, .host = "main-db-service-2"};
  const auto moved = placed(instance, place);
  CHECK(place_of(moved) == place);
  CHECK(placed(moved, place_of(instance)) == instance);
}

TEST_CASE("the place of media in S3 is a bucket with its key pair") {
  auto media = new_instance(local_region(), main_db("15", Scope::shared).environment, {.prefix = *ServicePrefix::parse("media"), .type = ServiceType::media});
  CHECK_FALSE(place_of(media).login);
  media.bucket = Bucket{.endpoint = "https://s3.example.com/", .name = "uploads"};
  media.role = "KEY1";
  media.password = Secret("one");
  CHECK(name_of(*media.bucket) == "uploads at https://s3.example.com");
  auto place = place_of(media);
  CHECK(placed(media, place) == media);
  place.login = {{.endpoint = "https://s3.example.ch", .name = "shop", .region = "ch"}, "KEY2", Secret("two")};
  const auto moved = placed(media, place);
  CHECK(moved.bucket == place.login->bucket);
  CHECK(moved.role == "KEY2");
  CHECK(moved.password == Secret("two"));
  CHECK(placed(moved, place_of(media)) == media);
}

TEST_CASE("a service moves between the shared server and one of its own, and to the name of that of another version") {
  const auto shared = main_db("15", Scope::shared);
  const auto dedicated = after(shared, "15", Scope::dedicated);
  CHECK(place_of(dedicated) == ServicePlace{"divio-shop-live-main-db", "15", Scope::dedicated, "main-db-service-2"});
  CHECK(place_of(after(dedicated, "15", Scope::shared)) == ServicePlace{"divio-postgres-15", "15", Scope::shared, ""});
  CHECK(place_of(after(shared, "16", Scope::shared)) == ServicePlace{"divio-postgres-16", "16", Scope::shared, "main-db-service-2"});
}

TEST_CASE("two servers of its own have two names, which take turns, and so have the names by which it is found") {
  const auto first = main_db("15", Scope::dedicated);
  const auto second = after(first, "16", Scope::dedicated);
  CHECK(place_of(second) == ServicePlace{"divio-shop-live-main-db.2", "16", Scope::dedicated, "main-db-service-2"});
  const auto third = after(second, "17", Scope::dedicated);
  CHECK(place_of(third) == ServicePlace{"divio-shop-live-main-db", "17", Scope::dedicated, ""});
  CHECK(place_of(after(third, "16", Scope::dedicated)) == place_of(second));
}
