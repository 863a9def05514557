#include <doctest/doctest.h>

#include <algorithm>

#include "controller/service_changes.hpp"
#include "controller/service_views.hpp"
#include "controller/service_world.hpp"
#include "controller/services.hpp"
#include "controller/views.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using model::ServiceType;
using tests::must;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a deployment makes and attaches what divio.yaml asks for, before release commands, and a second one does nothing") {
  ServiceWorld world;
  world.want_services();
  world.file.release_commands = {"migrate"};
  const auto first = world.deploy("one");
  REQUIRE(first);
  const auto all = steps(*first);
  CHECK(has(all, "create PostgreSQL 15 server divio-postgres-15"));
  CHECK(has(all, "create database of service default"));
  CHECK(has(all, "attach service default"));
  CHECK(std::ranges::find(all, "attach service default") < std::ranges::find(all, "run release command: migrate"));
  CHECK(world.all_get_in());
  CHECK(world.variable("shop-live-web-r1-1", "DEFAULT_DATABASE_DSN").starts_with("postgres://shop-live-defaultg1:password1@default-service:5432/"));
  CHECK(world.variable("shop-live-web-r1-1", "DEFAULT_STORAGE_DSN") == "file:///data/media/?url=%2Fmedia%2F");
  CHECK(world.variable("shop-live-release-r1-1", "DATABASE_URL") == world.variable("shop-live-web-r1-1", "DATABASE_URL"));
  CHECK(world.state("default") == "attached");
  CHECK(world.state("media") == "attached");
  const auto again = world.deploy("one");
  REQUIRE(again);
  CHECK(again->outcome == "unchanged");
  CHECK(again->release == 1);
}

TEST_CASE("a dry run of a first deployment with services says what it would do and leaves nothing") {
  ServiceWorld world;
  world.want_services();
  auto call = world.call();
  call.dry_run = true;
  world.source.code = "one";
  const auto planned = deploy(*world.runtime, world.deployment(), call);
  REQUIRE(planned);
  CHECK(has(steps(*planned), "create database of service default"));
  CHECK(world.store->services().services(world.key)->empty());
  CHECK(world.engine.containers().list({})->empty());
}

TEST_CASE("a project without services asks the engine no more than before") {
  ServiceWorld world;
  REQUIRE(world.deploy("one"));
  world.engine.forget_calls();
  REQUIRE(world.deploy("one"));
  CHECK(world.engine.count("containers.inspect") == 1);  // of its instance
  CHECK(world.engine.count("streams.exec") == 0);
}

TEST_CASE("what somebody sets stands above what a service gives") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.store->variables().set_variable(world.key, "DATABASE_URL", {Secret("mine"), false}));
  REQUIRE(world.deploy("one"));
  CHECK(world.variable("shop-live-web-r1-1", "DATABASE_URL") == "mine");
  CHECK(world.variable("shop-live-web-r1-1", "DEFAULT_DATABASE_DSN") != "none");
}

TEST_CASE("a failed deployment attaches nothing, and the next one goes on with what was made") {
  ServiceWorld world;
  REQUIRE(world.deploy("one"));
  world.want_services();
  const auto good = world.next_image.behaviour;
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 1}; };
  CHECK_FALSE(world.deploy("two"));
  CHECK(world.serving() == Names{"shop-live-web-r1-1"});
  CHECK(world.state("default") == "provisioned");
  CHECK(status(*world.runtime, world.key)->release == 1);
  world.next_image.behaviour = good;
  REQUIRE(world.deploy("three"));
  CHECK(world.state("default") == "attached");
  CHECK(world.all_get_in());
  CHECK(world.servers.logins(shared_server, "shop-live-default") == 1);
}

TEST_CASE("a first deployment that fails takes its network away, though a server was in it") {
  ServiceWorld world;
  world.want_services();
  world.next_image.behaviour = [](const auto&) { return fakes::Run{.exits_with = 1}; };
  CHECK_FALSE(world.deploy("one"));
  CHECK(world.engine.networks().list({})->empty());
  CHECK_FALSE(any_holds(world.notices, "could not be undone"));
  CHECK(world.engine.containers().inspect(shared_server));
}

TEST_CASE("a server that cannot be made fails the deployment, and nothing is attached") {
  ServiceWorld world;
  REQUIRE(world.deploy("one"));
  world.file.services = {world.spec("reports", ServiceType::mariadb)};  // the engine has no image of it
  world.file.services[0].version = "11.4";
  CHECK_FALSE(world.deploy("two"));
  CHECK(world.state("reports") == "added");
  CHECK(world.serving() == Names{"shop-live-web-r1-1"});
}

TEST_CASE("reconcile mends servers that are gone, stopped, or out of the environment's network") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  SUBCASE("stopped") { REQUIRE(world.engine.containers().stop(shared_server, std::chrono::seconds(1))); }
  SUBCASE("gone") { REQUIRE(world.engine.containers().remove(shared_server)); }
  SUBCASE("disconnected") { REQUIRE(world.engine.networks().disconnect("divio-shop-live", shared_server)); }
  CHECK(status(*world.runtime, world.key)->state == "degraded");
  CHECK(any_holds(status(*world.runtime, world.key)->problems, "divioctl reconcile"));
  REQUIRE(reconcile(*world.runtime, world.key, world.call()));
  CHECK(connected(world, shared_server));
  CHECK(world.engine.containers().inspect(shared_server)->state == ports::ContainerState::running);
  CHECK(status(*world.runtime, world.key)->state == "serving");
  CHECK(reconcile(*world.runtime, world.key, world.call())->outcome == "unchanged");
}

TEST_CASE("two databases of one environment are on one server, each by its own name") {
  ServiceWorld world;
  world.file.services = {world.spec("default", ServiceType::postgres), world.spec("logs", ServiceType::postgres)};
  const auto outcome = world.deploy("one");
  REQUIRE(outcome);
  CHECK(has(steps(*outcome), "attach services default, logs"));
  CHECK(world.servers.databases(shared_server).size() == 2);
  const auto names = world.engine.containers().inspect(shared_server)->aliases.at("divio-shop-live");
  CHECK(has(names, "default-service"));
  CHECK(has(names, "logs-service"));
  CHECK(world.deploy("one")->outcome == "unchanged");
}

TEST_CASE("a service that is added by hand is attached by the next deployment, and its prefix is taken") {
  ServiceWorld world;
  REQUIRE(add_service(*world.runtime, world.key, world.spec("cache", ServiceType::redis)));
  const auto taken = add_service(*world.runtime, world.key, world.spec("cache", ServiceType::redis));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::conflict);
  CHECK(taken.error().message == "shop-live has a service 'cache' already");
  CHECK(world.state("cache") == "added");
  REQUIRE(world.deploy("one"));
  CHECK(world.state("cache") == "attached");
  CHECK(world.variable("shop-live-web-r1-1", "CACHE_URL").find("@cache-service:6379/0") != std::string::npos);
  CHECK(world.engine.containers().inspect("divio-shop-live-cache"));
  CHECK(world.deploy("one")->outcome == "unchanged");
}

TEST_CASE("divio.yaml cannot make a service another one, and taking it out does not detach it") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  world.file.services[0] = world.spec("default", ServiceType::redis);
  const auto refused = world.deploy("two");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "service 'default' is postgres 15 (shared), but divio.yaml says redis 7 (dedicated)");
  world.file.services.clear();
  world.notices.clear();
  REQUIRE(world.deploy("two"));
  CHECK(world.state("default") == "attached");
  CHECK(world.all_get_in());
  CHECK(any_holds(world.notices, "divioctl service detach default -e live"));
}

TEST_CASE("divio.yaml that says another version or scope of a service is refused with the command that brings it there") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  const auto hint_for = [&](const model::ServiceSpec& spec) {
    world.file.services[0] = spec;
    const auto refused = world.deploy("two");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    return refused.error().hint;
  };
  const std::string begin = "its data would be left behind: say again what it is, or ";
  auto spec = world.spec("default", ServiceType::postgres);
  spec.version = "16";
  CHECK(hint_for(spec) == begin + "divioctl service upgrade default -e live --to 16");
  spec.version = "15", spec.scope = model::Scope::dedicated;
  CHECK(hint_for(spec) == begin + "divioctl service move default -e live --to dedicated");
  CHECK(hint_for(world.spec("default", ServiceType::redis)) == begin + "add the new one under another prefix and move the data (divioctl data pull, divioctl data push)");
  CHECK(world.state("default") == "attached");
}

TEST_CASE("a region's mirror stands in front of the names of the services' images, and another image for one of them") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  CHECK(server_of(*world.runtime, world.row("default")).image == "postgres:15");
  world.runtime->region.service_images = "registry.example.com/mirror";
  CHECK(server_of(*world.runtime, world.row("default")).image == "registry.example.com/mirror/postgres:15");
  world.runtime->region.service_images = "registry.example.com/mirror,postgres:15=example.com/postgis:15-3.4";
  CHECK(server_of(*world.runtime, world.row("default")).image == "example.com/postgis:15-3.4");
}

TEST_CASE("data that were kept of a server which had taken another one's place are found again by the next deployment") {
  ServiceWorld world;
  world.file.services = {{.prefix = must(model::ServicePrefix::parse("default")), .type = model::ServiceType::postgres, .version = "15", .scope = model::Scope::dedicated}};
  must(world.deploy("one"));
  auto moved = must(need_instance(*world.runtime, world.key, "default"));
  CHECK(moved.server == "divio-shop-live-default");
  must(world.engine.containers().remove(moved.server));  // as a move does in the end
  must(world.store->services().forget_server(world.runtime->region.name, moved.server));
  moved.server = "divio-shop-live-default.2";
  must(world.store->services().put_service(moved));
  must(reconcile(*world.runtime, world.key, world.call()));
  must(destroy(*world.runtime, world.key, {.keep_volumes = true}, world.call()));
  must(world.deploy("one"));
  CHECK(must(need_instance(*world.runtime, world.key, "default")).server == "divio-shop-live-default.2");
}
