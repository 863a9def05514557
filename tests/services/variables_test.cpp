#include "services/variables.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace divio;
using namespace divio::model;
using divio::services::attached_variables;

namespace {

ServiceInstance instance(const char* prefix, ServiceType type) {
  ServiceInstance made{.environment = {ProjectName::parse("shop").value(), EnvironmentName::parse("live").value()},
                       .prefix = ServicePrefix::parse(prefix).value(),
                       .type = type,
                       .state = ServiceState::attached};
  if (type == ServiceType::media)
    made.mount = "/data/media";
  else
    made.server = "divio-db", made.password = Secret("p:w/@%1");
  if (type != ServiceType::media && type != ServiceType::redis) made.database = "d1", made.role = "d1g1";
  return made;
}

std::string value(const Variables& variables, const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "none" : found->second.value.reveal();
}

}  // namespace

TEST_CASE("a database gives its DSN, encoded, and the default one is the environment's database") {
  const std::vector instances{instance("default", ServiceType::postgres), instance("logs_2", ServiceType::mariadb)};
  const auto variables = attached_variables(instances);
  CHECK(variables.size() == 3);
  CHECK(value(variables, "DEFAULT_DATABASE_DSN") == "postgres://d1g1:p%3Aw%2F%40%251@default-service:5432/d1");
  CHECK(value(variables, "DATABASE_URL") == value(variables, "DEFAULT_DATABASE_DSN"));
  CHECK(value(variables, "LOGS_2_DATABASE_DSN") == "mysql://d1g1:p%3Aw%2F%40%251@logs-2-service:3306/d1");
}

TEST_CASE("media and caches: the first of a type is the general one, unless one has the prefix default") {
  std::vector instances{instance("media", ServiceType::media), instance("more", ServiceType::media),
                        instance("cache", ServiceType::redis)};
  instances[1].mount = "/srv/my files/";
  auto variables = attached_variables(instances);
  CHECK(value(variables, "MEDIA_STORAGE_DSN") == "file:///data/media/?url=%2Fmedia%2F");
  CHECK(value(variables, "MORE_STORAGE_DSN") == "file:///srv/my%20files/?url=%2Fmy%20files%2F");
  CHECK(value(variables, "DEFAULT_STORAGE_DSN") == value(variables, "MEDIA_STORAGE_DSN"));
  CHECK(value(variables, "CACHE_URL") == "redis://:p%3Aw%2F%40%251@cache-service:6379/0");
  CHECK(value(variables, "CACHE_CACHE_URL") == value(variables, "CACHE_URL"));

  instances[1].prefix = ServicePrefix::parse("default").value();
  variables = attached_variables(instances);
  CHECK(value(variables, "DEFAULT_STORAGE_DSN") == "file:///srv/my%20files/?url=%2Fmy%20files%2F");
}

TEST_CASE("media in S3 give a bucket's address with its key pair, each part encoded, as Divio writes it") {
  std::vector instances{instance("media", ServiceType::media)};
  auto& media = instances.front();
  media.mount.clear();
  media.role = "KEY/1";
  media.password = Secret("s+c:r@t");
  media.bucket = Bucket{.endpoint = "https://s3.eu-west-1.amazonaws.com", .name = "shop-live", .region = "eu-west-1", .host_style = true};
  CHECK(value(attached_variables(instances), "DEFAULT_STORAGE_DSN") ==
        "s3://KEY%2F1:s%2Bc%3Ar%40t@shop-live.s3.eu-west-1.amazonaws.com/?auth=s3v4&endpoint=https%3A%2F%2Fs3.eu-west-1.amazonaws.com"
        "&bucket=shop-live&region_name=eu-west-1&addressing_style=virtual&acl=private&qs_auth=true");
  media.bucket = Bucket{.endpoint = "http://10.1.2.3:9000/s3", .name = "b.1", .domain = "media.example.com"};
  CHECK(value(attached_variables(instances), "MEDIA_STORAGE_DSN") ==
        "s3://KEY%2F1:s%2Bc%3Ar%40t@b.1.10.1.2.3:9000/?auth=s3v4&endpoint=http%3A%2F%2F10.1.2.3%3A9000%2Fs3&bucket=b.1&region_name=us-east-1"
        "&addressing_style=path&domain=media.example.com");
}

TEST_CASE("only attached services give variables, and every one is secret") {
  std::vector instances{instance("default", ServiceType::postgres), instance("media", ServiceType::media)};
  for (const auto& [name, variable] : attached_variables(instances)) {
    CAPTURE(name);
    CHECK(variable.secret);
    CHECK(check_variable_name(name));
  }
  for (const auto state : {ServiceState::added, ServiceState::provisioned, ServiceState::detached}) {
    for (auto& one : instances) one.state = state;
    CHECK(attached_variables(instances).empty());
  }
}
