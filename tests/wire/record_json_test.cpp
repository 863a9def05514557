// What is kept of an environment, written and read.
#include <doctest/doctest.h>

#include <algorithm>

#include "fakes/outcome.hpp"
#include "wire/record_json.hpp"

using namespace divio;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

model::EnvironmentRecord sample() {
  const model::EnvironmentKey key{must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))};
  model::EnvironmentRecord record{.project = {key.project, "webshop", "/home/anna/shop", "acme"}, .environment = {.key = key, .scale = {}}};
  record.region.name = must(model::RegionName::parse("eu"));
  record.region.http_port = 8088;
  record.region.relay_port = 7443;
  record.environment.region = record.region.name;
  record.environment.release = 4;
  record.environment.generation = 2;
  record.environment.scale[must(model::ProcessName::parse("web"))] = 3;
  record.variables = {{"OPEN", {Secret("seen"), false}}, {"API_KEY", {Secret("hunter2"), true}}};
  record.secret_key = Secret("0123456789");
  model::Release release{.key = key, .number = 4, .image = {"divio/shop:1", "sha256:1", "registry.example.com/shop@sha256:1"}, .revision = {}, .config = {}, .created_by = "anna", .reason = {}};
  release.state = model::ReleaseState::active;
  release.config.variables = record.variables;
  release.config.services = {"default"};
  record.releases = {release};
  auto service = model::new_instance(model::local_region(), key, {.prefix = must(model::ServicePrefix::parse("default")), .type = model::ServiceType::postgres, .version = "15",
                                           .scope = model::Scope::shared});
  service.database = "shop_live";
  service.role = "shop_role";
  service.password = Secret("swordfish");
  record.services = {service};
  record.servers = {{"divio-postgres-15", Secret("admin-secret")}};
  return record;
}

}  // namespace

TEST_CASE("a record and its secrets are read as they were written") {
  const auto record = sample();
  const auto texts = must(wire::write_record(record));
  for (const auto* secret : {"hunter2", "swordfish", "admin-secret", "0123456789"}) {
    CHECK_FALSE(contains(texts.open, secret));
    CHECK(contains(texts.secrets.reveal(), secret));
  }
  const auto read = must(wire::read_record(texts.open, texts.secrets));
  CHECK(read.lost.empty());
  CHECK(read.record.project == record.project);
  CHECK(read.record.environment == record.environment);
  CHECK(read.record.region == record.region);
  CHECK(read.record.variables == record.variables);
  CHECK(read.record.secret_key == record.secret_key);
  CHECK(read.record.services == record.services);
  CHECK(read.record.servers == record.servers);
  REQUIRE(read.record.releases.size() == 1);
  CHECK(read.record.releases[0].image == record.releases[0].image);
  CHECK(read.record.releases[0].config == record.releases[0].config);
  CHECK(read.record.releases[0].state == model::ReleaseState::active);
}

TEST_CASE("a record of an environment whose service moves within its region is read as it was written") {
  auto record = sample();
  record.services.front().host = "default-service-2";
  model::Migration moving{.id = "01m", .key = record.environment.key, .source = record.region.name, .target = record.region.name};
  moving.generation = 2;
  moving.services = {{"default", "divio-postgres-15", "divio-shop-live-default", "postgres"}};
  moving.services.front().source_place = model::place_of(record.services.front());
  moving.services.front().target_place = model::ServicePlace{"divio-shop-live-default", "15", model::Scope::dedicated, ""};
  record.migration = moving;
  record.other_servers = {{"divio-shop-live-default", Secret("other-admin")}};
  const auto texts = must(wire::write_record(record));
  CHECK_FALSE(contains(texts.open, "other-admin"));
  const auto read = must(wire::read_record(texts.open, texts.secrets)).record;
  CHECK(read.services == record.services);
  CHECK(read.other_servers == record.other_servers);
  CHECK_FALSE(read.other_region);
  REQUIRE(read.migration);
  CHECK(read.migration->in_place());
  CHECK(read.migration->generation == 2);
  CHECK(read.migration->services == moving.services);
}

TEST_CASE("a record of an environment whose media move to another bucket has both key pairs among the secrets") {
  auto record = sample();
  model::Migration moving{.id = "01m", .key = record.environment.key, .source = record.region.name, .target = record.region.name};
  moving.services = {{"media", "a at https://s3.example.com", "b at https://s3.example.com", "media", false}};
  auto& media = moving.services.front();
  media.source_place = model::ServicePlace{.login = model::BucketLogin{{.endpoint = "https://s3.example.com", .name = "a"}, "KEY1", Secret("first-secret")}};
  media.target_place = model::ServicePlace{.login = model::BucketLogin{{.endpoint = "https://s3.example.com", .name = "b"}, "KEY2", Secret("second-secret")}};
  record.migration = moving;
  const auto texts = must(wire::write_record(record));
  for (const auto* secret : {"first-secret", "second-secret"}) CHECK_FALSE(contains(texts.open, secret));
  CHECK(must(wire::read_record(texts.open, texts.secrets)).record.migration->services == moving.services);
}

TEST_CASE("without its secrets the rest of a record is read, and what is lost is named") {
  const auto texts = must(wire::write_record(sample()));
  const auto read = must(wire::read_record(texts.open, std::nullopt));
  auto lost = read.lost;
  std::ranges::sort(lost);
  CHECK(lost == std::vector<std::string>{"SECRET_KEY", "password of server divio-postgres-15", "password of service default", "variable API_KEY"});
  CHECK(read.record.variables.size() == 1);
  CHECK(read.record.releases.at(0).config.variables.size() == 1);
  CHECK(read.record.services.at(0).role.empty());
  CHECK(read.record.services.at(0).database == "shop_live");
}

TEST_CASE("what is no record, is cut off or comes from a later divioctl is refused") {
  const auto texts = must(wire::write_record(sample()));
  for (std::size_t size = 0; size < texts.open.size(); size += 7) CHECK_FALSE(wire::read_record(texts.open.substr(0, size), texts.secrets));
  CHECK_FALSE(wire::read_record(R"({"version":1})", std::nullopt));
  CHECK_FALSE(wire::read_record(R"({"version":1,"project":[],"releases":{"a":1}})", std::nullopt));
  CHECK(must_fail(wire::read_record(R"({"version":99})", std::nullopt)).code != ErrorCode::bug);
}

TEST_CASE("the bucket of media goes along, its secret key among the secrets") {
  auto record = sample();
  auto media = model::new_instance(model::local_region(), record.environment.key, {.prefix = must(model::ServicePrefix::parse("media")), .type = model::ServiceType::media});
  media.bucket = model::Bucket{"https://s3.example.com", "shop-live", "eu", true, "media.example.com", "-----BEGIN CERTIFICATE-----\n"};
  media.role = "KEY";
  media.password = Secret("bucket-secret");
  record.services.push_back(media);
  const auto texts = must(wire::write_record(record));
  CHECK_FALSE(contains(texts.open, "bucket-secret"));
  CHECK(must(wire::read_record(texts.open, texts.secrets)).record.services == record.services);
  const auto without = must(wire::read_record(texts.open, std::nullopt));
  CHECK(without.record.services.at(1).bucket == media.bucket);
  CHECK(without.record.services.at(1).password.empty());
}
