// Data of services: what replaces it, what a failure leaves, and which services are meant.
#include <doctest/doctest.h>

#include "controller/cut_short.hpp"
#include "controller/data_choice.hpp"
#include "controller/service_data.hpp"
#include "controller/service_world.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using model::ServiceType;

namespace {

DataChange change_of(const ServiceWorld& world, std::string bytes) {
  DataChange change{model::OperationKind::data_push, world.key, {}, R"({"file":"shop.dump"})"};
  change.sources["default"] = {"file shop.dump", [bytes](const ports::ByteSink& sink, std::stop_token) { return sink(bytes); }};
  return change;
}

model::ServiceInstance instance(const std::string& environment, const std::string& prefix, ServiceType type, const std::string& version) {
  const model::EnvironmentKey key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse(environment)};
  auto made = model::new_instance(model::local_region(), key, {.prefix = *model::ServicePrefix::parse(prefix), .type = type, .version = version});
  if (type != ServiceType::media) made.password = Secret("p");
  return made;
}

std::vector<std::string> prefixes(const Instances& instances) {
  std::vector<std::string> names;
  for (const auto& one : instances) names.push_back(one.prefix.str());
  return names;
}

Result<RolloutOutcome> push(ServiceWorld& world, Runtime& runtime) { return replace_data(runtime, change_of(world, "new"), world.call()); }

}  // namespace

TEST_CASE("data that is replaced is all there, by a plan that says from where") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  world.servers.fill(shared_server, shared_database, "old");
  auto call = world.call();
  call.dry_run = true;
  const auto planned = replace_data(*world.runtime, change_of(world, "new"), call);
  REQUIRE(planned);
  CHECK(has(steps(*planned), "replace the data of service default by that of file shop.dump"));
  CHECK(world.servers.data(shared_server, shared_database) == "old");
  const auto outcome = replace_data(*world.runtime, change_of(world, "new"), world.call());
  REQUIRE(outcome);
  CHECK(outcome->outcome == "changed");
  CHECK(world.servers.data(shared_server, shared_database) == "new");
}

TEST_CASE("a source that fails half-way leaves the data that was there") {
  ServiceWorld world;
  world.want_services();
  REQUIRE(world.deploy("one"));
  world.servers.fill(shared_server, shared_database, "old");
  auto change = change_of(world, "");
  change.sources["default"].write = [](const ports::ByteSink& sink, std::stop_token) -> Result<void> {
    if (auto half = sink("ne"); !half) return half;
    return fail(ErrorCode::unreachable, "the other engine is gone");
  };
  const auto outcome = replace_data(*world.runtime, change, world.call());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message == "the other engine is gone");
  CHECK(world.servers.data(shared_server, shared_database) == "old");
}

TEST_CASE("data replaced by a divioctl that is gone after any journal record: resuming and the same again reach the goal") {
  for (const bool resumed : {true, false})
    for (int records = 1;; ++records) {
      CAPTURE(records);
      ServiceWorld world;
      world.want_services();
      REQUIRE(world.deploy("one"));
      world.servers.fill(shared_server, shared_database, "old");
      if (!cut_short(world, push, records)) break;
      const auto newest = world.store->journal().operations(world.key, 1).value();
      const bool begun = newest.front().kind == model::OperationKind::data_push && newest.front().outcome == model::Outcome::running;
      const auto again = resumed && begun ? resume_data(*world.runtime, newest.front(), change_of(world, "new"), world.call())
                                          : replace_data(*world.runtime, change_of(world, "new"), world.call());
      REQUIRE_MESSAGE(again, again.error().message);
      CHECK(world.servers.data(shared_server, shared_database) == "new");
      const auto operations = world.store->journal().operations(world.key, 10).value();
      for (const auto& operation : operations)
        CHECK(operation.outcome != model::Outcome::running);
    }
}

TEST_CASE("a copy is of what both environments have, and says why it cannot be") {
  const Instances live{instance("live", "default", ServiceType::postgres, "15"), instance("live", "cache", ServiceType::redis, "7"),
                       instance("live", "media", ServiceType::media, "")};
  const Instances test{instance("test", "default", ServiceType::postgres, "16"), instance("test", "media", ServiceType::media, "")};
  CHECK(prefixes(to_copy(live, test, "").value()) == std::vector<std::string>{"default", "media"});
  CHECK(prefixes(to_copy(live, test, "default").value()) == std::vector<std::string>{"default"});
  const auto older = to_copy(test, live, "default");
  REQUIRE_FALSE(older);
  CHECK(older.error().message == "service default is PostgreSQL 16 there and PostgreSQL 15 here, which is older");
  CHECK(to_copy(live, test, "cache").error().code == ErrorCode::not_found);
  CHECK(to_copy(live, {instance("test", "cache", ServiceType::mariadb, "10.11")}, "cache").error().code == ErrorCode::refused);
  CHECK(to_copy(live, {}, "").error().code == ErrorCode::not_found);
  auto unmade = test;
  unmade.front().password = {};
  CHECK(to_copy(live, unmade, "default").error().message == "service default of test is not made yet");
}

TEST_CASE("versions are compared by their numbers") {
  const Instances ten{instance("live", "default", ServiceType::mariadb, "10.11")};
  const Instances eleven{instance("test", "default", ServiceType::mariadb, "11.4")};
  const Instances nine{instance("test", "default", ServiceType::mariadb, "9.1")};
  CHECK(to_copy(ten, eleven, ""));
  CHECK_FALSE(to_copy(ten, nine, ""));
}

TEST_CASE("the database that is meant is the only one, or the one that is named") {
  const Instances one{instance("live", "default", ServiceType::postgres, "15"), instance("live", "media", ServiceType::media, "")};
  const auto& key = one.front().environment;
  CHECK(with_data(one, key, "")->prefix.str() == "default");
  auto two = one;
  two.push_back(instance("live", "cache", ServiceType::redis, "7"));
  CHECK(with_data(two, key, "cache")->prefix.str() == "cache");
  CHECK(with_data(two, key, "").error().hint == "say --service default or --service cache");
  CHECK(with_data(two, key, "media").error().code == ErrorCode::invalid);
  CHECK(with_data(two, key, "reports").error().code == ErrorCode::not_found);
  CHECK(with_data({}, key, "").error().code == ErrorCode::not_found);
}
