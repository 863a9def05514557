#include <doctest/doctest.h>

#include <algorithm>

#include "controller/service_changes.hpp"
#include "controller/service_publication.hpp"
#include "controller/service_views.hpp"
#include "controller/service_world.hpp"
#include "controller/views.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using model::ServiceType;

namespace {

using Names = std::vector<std::string>;

std::vector<ports::Container> publications(ServiceWorld& world) {
  return *world.engine.containers().list({{std::string(model::label::role), std::string(model::role::publication)}});
}

void allow_publications(ServiceWorld& world) {
  world.runtime->programs.image = "haproxy:2.6";
  world.engine.add_image("haproxy:2.6", {});
}

}  // namespace

TEST_CASE("detaching takes the variables away at once, keeps the data, and outlives deployments until it is attached again") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  REQUIRE(detach_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r2-1"});
  CHECK(world.variable("shop-live-web-r2-1", "DATABASE_URL") == "none");
  CHECK(world.state("default") == "detached");
  CHECK(world.servers.databases(shared_server).size() == 1);
  CHECK_FALSE(connected(world, shared_server));
  world.notices.clear();
  REQUIRE(world.deploy("two"));
  CHECK(world.state("default") == "detached");
  CHECK(any_holds(world.notices, "divioctl service attach default -e live"));
  REQUIRE(attach_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(world.state("default") == "attached");
  CHECK(world.all_get_in());
  CHECK(attach_service(*world.runtime, world.key, {"default"}, world.call())->outcome == "unchanged");
}

TEST_CASE("media that is detached and attached again is the same folder") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  const auto volumes = world.engine.volumes().list({})->size();
  REQUIRE(detach_service(*world.runtime, world.key, {"media"}, world.call()));
  CHECK(world.state("media") == "detached");
  REQUIRE(world.deploy("two"));
  CHECK(world.state("media") == "detached");
  REQUIRE(attach_service(*world.runtime, world.key, {"media"}, world.call()));
  CHECK(world.state("media") == "attached");
  CHECK(world.engine.volumes().list({})->size() == volumes);
}

TEST_CASE("new credentials replace the instances, and the old ones are refused afterwards") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  const auto old = world.variable("shop-live-web-r1-1", "DATABASE_URL");
  REQUIRE(rotate_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r1g1-1"});
  CHECK(world.variable("shop-live-web-r1g1-1", "DATABASE_URL") != old);
  CHECK(world.all_get_in());
  CHECK(world.servers.logins(shared_server, "shop-live-default") == 1);
  CHECK(world.row("default").old_password.empty());
  CHECK(world.deploy("one")->outcome == "unchanged");
}

TEST_CASE("a rollback to a release from before a rotation serves with today's credentials") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  REQUIRE(world.deploy("two"));
  REQUIRE(rotate_service(*world.runtime, world.key, {"default"}, world.call()));
  REQUIRE(rollback(*world.runtime, world.key, {1}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r1-1"});
  CHECK(world.all_get_in());
}

TEST_CASE("a rotation whose new instances cannot serve leaves the old ones with credentials that are good, and can be finished") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  world.engine.fail_call("containers.start", 1, {ErrorCode::failed, "no room", {}, {}});
  CHECK_FALSE(rotate_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(world.serving() == Names{"shop-live-web-r1-1"});
  CHECK(world.all_get_in());
  CHECK(any_holds(status(*world.runtime, world.key)->problems, "divioctl service rotate default -e live"));
  REQUIRE(rotate_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(world.all_get_in());
  CHECK(world.servers.logins(shared_server, "shop-live-default") == 1);
}

TEST_CASE("a rollback to a release without a service takes it away, and one to a release with it brings it back") {
  ServiceWorld world;
  REQUIRE(world.deploy("one"));
  world.want_services();
  REQUIRE(world.deploy("two"));
  REQUIRE(rollback(*world.runtime, world.key, {1}, world.call()));
  CHECK(world.state("default") == "provisioned");
  CHECK(world.variable("shop-live-web-r1-1", "DATABASE_URL") == "none");
  REQUIRE(rollback(*world.runtime, world.key, {2}, world.call()));
  CHECK(world.state("default") == "attached");
  REQUIRE(detach_service(*world.runtime, world.key, {"default"}, world.call()));
  REQUIRE(rollback(*world.runtime, world.key, {2}, world.call()));
  REQUIRE(world.deploy("three"));
  CHECK(world.state("default") == "attached");
}

TEST_CASE("a published service has one port, which goes with it, and deployments leave it alone") {
  ServiceWorld world;
  world.want_services();
  allow_publications(world);
  REQUIRE(world.deploy("one"));
  const auto published = [&] { return service(*world.runtime, world.key, "default")->published; };
  CHECK(published().empty());
  REQUIRE(publish_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(published() == "127.0.0.1:5432");
  REQUIRE(publish_service(*world.runtime, world.key, {"default", 15432, "0.0.0.0"}, world.call()));
  CHECK(published() == "0.0.0.0:15432");
  REQUIRE(world.deploy("two"));
  CHECK(world.deploy("two")->outcome == "unchanged");
  CHECK(published() == "0.0.0.0:15432");
  REQUIRE(publish_service(*world.runtime, world.key, {"default", 15432, "127.0.0.1"}, world.call()));
  CHECK(published() == "127.0.0.1:15432");
  CHECK(publications(world).size() == 1);
  REQUIRE(world.engine.containers().stop(publications(world).front().name, std::chrono::seconds(1)));
  CHECK(service(*world.runtime, world.key, "default")->note.find("divioctl service publish default -e live") != std::string::npos);
  REQUIRE(detach_service(*world.runtime, world.key, {"default"}, world.call()));
  REQUIRE(remove_service(*world.runtime, world.key, {"default"}, world.call()));
  CHECK(publications(world).empty());
}

TEST_CASE("what is not made yet, and what holds files, has no port") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  allow_publications(world);
  REQUIRE(add_service(*world.runtime, world.key, world.spec("later", ServiceType::postgres)));
  for (const auto* prefix : {"later", "media"}) CHECK(publish_service(*world.runtime, world.key, {prefix}, world.call()).error().code == ErrorCode::refused);
  CHECK(publish_service(*world.runtime, world.key, {"default", 0, "localhost"}, world.call()).error().code == ErrorCode::invalid);
  CHECK(publish_service(*world.runtime, world.key, {"none"}, world.call()).error().code == ErrorCode::not_found);
}

TEST_CASE("a port that cannot be had leaves the one that was there, and names another one") {
  ServiceWorld world;
  world.want_services();
  allow_publications(world);
  REQUIRE(world.deploy("one"));
  world.engine.fail_call("containers.start", 1, {ErrorCode::conflict, "port is already allocated", {}, {}});
  const auto refused = publish_service(*world.runtime, world.key, {"default"}, world.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().hint == "choose another one: divioctl service publish default -e live --port 15432");
  CHECK(publications(world).empty());
  REQUIRE(publish_service(*world.runtime, world.key, {"default"}, world.call()));
  for (const auto* address : {"192.0.2.1", "0.0.0.0"}) {
    world.engine.fail_call("containers.start", 1, {ErrorCode::failed, "listen tcp4 192.0.2.1:5432: bind: cannot assign requested address", {}, {}});
    CHECK(publish_service(*world.runtime, world.key, {"default", 0, address}, world.call()).error().code == ErrorCode::invalid);
    REQUIRE(publications(world).size() == 1);
    CHECK(publications(world).front().state == ports::ContainerState::running);
    CHECK(service(*world.runtime, world.key, "default")->published == "127.0.0.1:5432");
  }
}

TEST_CASE("only what is detached can be removed, and then no release that had it can come back") {
  ServiceWorld world;
  world.want_services();
  world.file.services.push_back(world.spec("queue", ServiceType::redis));
  REQUIRE(world.deploy("one"));
  const auto refused = remove_service(*world.runtime, world.key, {"default"}, world.call());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().hint == "detach it first: divioctl service detach default -e live");
  for (const auto* prefix : {"default", "media", "queue"}) {
    REQUIRE(detach_service(*world.runtime, world.key, {prefix}, world.call()));
    CHECK(remove_service(*world.runtime, world.key, {prefix}, world.call())->outcome == "removed");
    CHECK(world.state(prefix) == "none");
  }
  CHECK(world.servers.databases(shared_server).empty());
  CHECK_FALSE(world.engine.containers().inspect("divio-shop-live-queue"));
  CHECK(world.engine.volumes().list({{std::string(model::label::managed), world.store->catalogue_id()}})->size() == 1);  // of the shared server
  const auto gone = rollback(*world.runtime, world.key, {1}, world.call());
  REQUIRE_FALSE(gone);
  CHECK(gone.error().message == "release 1 uses service 'default', which was removed since");
  CHECK(remove_service(*world.runtime, world.key, {"default"}, world.call()).error().code == ErrorCode::not_found);
}

TEST_CASE("destroying an environment takes its databases and servers, and with kept volumes leaves what is in them") {
  ServiceWorld world;
  world.want_services();
  world.file.services.push_back(world.spec("queue", ServiceType::redis));
  REQUIRE(world.deploy("one"));
  SUBCASE("all of it") {
    REQUIRE(destroy(*world.runtime, world.key, {}, world.call()));
    CHECK(world.servers.databases(shared_server).empty());
    CHECK(world.engine.volumes().list({})->size() == 1);
  }
  SUBCASE("but for its data, which the next deployment finds again") {
    REQUIRE(destroy(*world.runtime, world.key, {.keep_volumes = true}, world.call()));
    CHECK(world.servers.databases(shared_server).size() == 1);
    CHECK(world.engine.volumes().list({})->size() == 3);
    REQUIRE(world.deploy("one"));
    CHECK(world.servers.databases(shared_server).size() == 1);
    CHECK(world.all_get_in());
    return;
  }
  CHECK_FALSE(world.engine.containers().inspect("divio-shop-live-queue"));
  CHECK(world.engine.containers().inspect(shared_server));
  CHECK(world.engine.networks().list({})->empty());
  CHECK(world.store->services().services(world.key)->empty());
}

TEST_CASE("credentials are told on request, and nowhere else") {
  ServiceWorld world;
  world.want_services();
  CHECK(service_credentials(*world.runtime, world.key, "default").error().code == ErrorCode::not_found);
  REQUIRE(world.deploy("one"));
  const auto told = service_credentials(*world.runtime, world.key, "default");
  REQUIRE(told);
  CHECK(told->variables.at("DATABASE_URL").reveal() == world.variable("shop-live-web-r1-1", "DATABASE_URL"));
  CHECK(service(*world.runtime, world.key, "default")->variables == Names{"DATABASE_URL", "DEFAULT_DATABASE_DSN"});
  const auto operations = world.store->journal().operations(world.key, 10).value();
  REQUIRE(operations.size() == 1);
  const auto records = world.store->journal().records(operations[0].id).value();
  CHECK(records.size() > 10);
  for (const auto& record : records) CHECK((record.subject + record.detail).find("password1") == std::string::npos);
}

TEST_CASE("a service that is not known is named with the likely one") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  const auto wrong = detach_service(*world.runtime, world.key, {"defualt"}, world.call());
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::not_found);
  CHECK(wrong.error().hint == "did you mean 'default'?");
  CHECK(rotate_service(*world.runtime, world.key, {"media"}, world.call()).error().code == ErrorCode::refused);
}
