#include <doctest/doctest.h>

#include <algorithm>

#include "store/samples.hpp"
#include "system/files.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

model::ServiceInstance sample(const char* prefix, const model::EnvironmentKey& key = environment_key()) {
  auto instance = model::new_instance(model::local_region(), key, {.prefix = *model::ServicePrefix::parse(prefix),
                                            .type = model::ServiceType::postgres,
                                            .version = "15",
                                            .scope = model::Scope::dedicated,
                                            .limits = {std::uint64_t{3} << 40, 250}});
  instance.state = model::ServiceState::provisioned;
  instance.database = "d1";
  instance.role = "d1g1";
  instance.password = Secret("plain-present");
  instance.next_role = "d1g2";
  instance.next_password = Secret("plain-next");
  instance.old_role = "d1g0";
  instance.old_password = Secret("plain-old");
  instance.declared = true;
  return instance;
}

}  // namespace

TEST_CASE("services are read back as they were put, by prefix, also before the first deployment") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto media = model::new_instance(model::local_region(), environment_key(), {.prefix = *model::ServicePrefix::parse("media"),
                                                       .type = model::ServiceType::media,
                                                       .mount = "/data/media"});
  must(store->services().put_service(media));
  must(store->services().put_service(sample("default")));
  CHECK(must(store->services().services(environment_key())) == std::vector{sample("default"), media});
  CHECK(must(store->services().services(environment_key("shop", "test"))).empty());
}

TEST_CASE("a bucket is kept with its service, and those of all environments are found") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto media = model::new_instance(model::local_region(), environment_key("shop", "test"), {.prefix = *model::ServicePrefix::parse("media"), .type = model::ServiceType::media});
  media.bucket = model::Bucket{"https://s3.example.com", "shop-test", "eu", true, "media.example.com", "-----BEGIN CERTIFICATE-----\n"};
  media.role = "KEY";
  media.password = Secret("plain-bucket");
  must(store->services().put_service(media));
  must(store->services().put_service(sample("default")));
  CHECK(must(store->services().services(media.environment)) == std::vector{media});
  CHECK(must(store->services().services_with_bucket()) == std::vector{media});
}

TEST_CASE("the name by which a service is found is kept with it, and none where it has none of its own") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto moved = sample("default");
  moved.host = "default-service-2";
  must(store->services().put_service(moved));
  must(store->services().put_service(sample("other")));
  CHECK(must(store->services().services(environment_key())) == std::vector{moved, sample("other")});
  CHECK(must(store->services().services(environment_key())).back().host.empty());
  must(store->services().put_service(sample("default")));
  CHECK(must(store->services().services(environment_key())).front().host.empty());
}

TEST_CASE("putting a service again replaces it, and removing it twice succeeds") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->services().put_service(sample("default")));
  auto changed = sample("default");
  changed.next_role.clear();
  changed.next_password = {};
  must(store->services().put_service(changed));
  CHECK(must(store->services().services(environment_key())) == std::vector{changed});
  must(store->services().remove_service(environment_key(), changed.prefix));
  must(store->services().remove_service(environment_key(), changed.prefix));
  CHECK(must(store->services().services(environment_key())).empty());
}

TEST_CASE("services go with their environment and with their project") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  const auto other = environment_key("shop", "test");
  must(store->services().put_service(sample("default")));
  must(store->services().put_service(sample("default", other)));
  must(store->projects().remove_environment(environment_key()));
  CHECK(must(store->services().services(environment_key())).empty());
  CHECK(must(store->services().services(other)).size() == 1);
  must(store->projects().remove_project(project_name("shop")));
  CHECK(must(store->services().services(other)).empty());
}

TEST_CASE("a server's password is made once, kept, and another one after the server is forgotten") {
  const TemporaryFolder folder;
  const auto local = model::local_region();
  CHECK(must(open_in(folder)->services().known_server_password(local, "divio-postgres-15")).empty());
  const Secret made = must(open_in(folder)->services().server_password(local, "divio-postgres-15"));
  CHECK(must(open_in(folder)->services().known_server_password(local, "divio-postgres-15")) == made);
  CHECK(made.reveal().size() == 32);
  const auto store = open_in(folder);
  CHECK(must(store->services().server_password(local, "divio-postgres-15")) == made);
  CHECK(must(store->services().server_password(local, "divio-postgres-16")) != made);
  CHECK(must(store->services().server_password(*model::RegionName::parse("eu"), "divio-postgres-15")) != made);
  must(store->services().forget_server(local, "divio-postgres-15"));
  CHECK(must(store->services().server_password(local, "divio-postgres-15")) != made);
}

TEST_CASE("no password of a service is in the bytes of the store's files") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->services().put_service(sample("default")));
  const Secret server = must(store->services().server_password(model::local_region(), "divio-postgres-15"));
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(folder / "home")) all += must(system::read_file(file.path()));
  for (const auto* secret : {"plain-present", "plain-next", "plain-old"}) CHECK(all.find(secret) == std::string::npos);
  CHECK(all.find(server.reveal()) == std::string::npos);
  CHECK(all.find("divio-postgres-15") != std::string::npos);
}
