#include "model/service.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace divio;
using namespace divio::model;

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
