#include <doctest/doctest.h>

#include <algorithm>

#include "controller/service_changes.hpp"
#include "controller/service_views.hpp"
#include "controller/service_world.hpp"
#include "controller/views.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::ServiceWorld;
using divio::controller::testing::shared_server;
using model::ServiceType;

namespace {

using Names = std::vector<std::string>;

std::vector<std::string> steps(const RolloutOutcome& outcome) {
  std::vector<std::string> all;
  for (const auto& stage : outcome.plan.stages)
    for (const auto& step : stage.steps) all.push_back(step.description);
  return all;
}

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool connected(ServiceWorld& world, const std::string& server) {
  return world.engine.containers().inspect(server)->aliases.contains("divio-shop-live");
}

bool any_holds(const std::vector<std::string>& texts, std::string_view part) {
  return std::ranges::any_of(texts, [&](const auto& text) { return text.find(part) != std::string::npos; });
}

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
  CHECK(world.engine.volumes().list({})->size() == 1);  // of the shared server
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
