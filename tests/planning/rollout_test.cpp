#include "planning/rollout.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "planning/addresses.hpp"
#include "planning/region_model.hpp"

using namespace divio;
using namespace divio::planning;
using divio::planning::testing::RegionModel;

namespace {

model::EnvironmentKey key() { return {*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")}; }

WantedProcess web(int replicas) {
  model::Process process{.name = *model::ProcessName::parse("web")};
  process.port = 8000;
  process.health.path = "/healthz";
  return {process, replicas};
}

WantedProcess worker(int replicas) { return {model::Process{.name = *model::ProcessName::parse("worker")}, replicas}; }

Wanted release(int number, std::vector<WantedProcess> processes) {
  return {.key = key(), .release = number, .processes = std::move(processes), .hosts = {"shop.localhost"}};
}

void carry_out(RegionModel& region, const Plan& plan) {
  for (const auto& stage : plan.stages)
    for (const auto& step : stage.steps) region.carry_out(step);
}

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> found;
  for (const auto& stage : plan.stages)
    for (const auto& step : stage.steps) found.push_back(step_id(step));
  return found;
}

RegionModel serving(const Wanted& wanted) {
  RegionModel region;
  carry_out(region, plan_rollout(wanted, region.seen, {}).value());
  return region;
}

}  // namespace

TEST_CASE("a first deployment prepares the region, runs the release commands, starts, checks and serves") {
  auto wanted = release(1, {web(2), worker(1)});
  wanted.release_commands = {"python3 manage.py migrate"};
  wanted.volumes = {"divio-shop-live-data"};
  wanted.commit = true;
  const auto plan = plan_rollout(wanted, {}, {}).value();
  CHECK(ids(plan) == std::vector<std::string>{
                         "network divio-shop-live", "volume divio-shop-live-data", "ingress",
                         "release-command shop-live-release-r1-1", "start shop-live-web-r1-1", "start shop-live-web-r1-2",
                         "start shop-live-worker-r1-1", "routes: let the ingress check 2 new",
                         "healthy shop-live-web-r1-1 shop-live-web-r1-2 shop-live-worker-r1-1", "commit release 1",
                         "routes: move traffic to release 1 (2 new)", "remove shop-live-release-r1-1"});
}

TEST_CASE("the plan for a state that is reached is empty") {
  const auto wanted = release(1, {web(2), worker(1)});
  const auto region = serving(wanted);
  CHECK(plan_rollout(wanted, region.seen, {}).value().empty());
}

TEST_CASE("a next release starts beside the old one, takes its traffic, drains it and then removes it") {
  auto region = serving(release(1, {web(1)}));
  const auto plan = plan_rollout(release(2, {web(1)}), region.seen, {}).value();
  CHECK(ids(plan) == std::vector<std::string>{"start shop-live-web-r2-1", "routes: let the ingress check 1 new",
                                              "healthy shop-live-web-r2-1", "routes: move traffic to release 2 (1 new)",
                                              "drained shop-live-web-r1-1",
                                              "routes: take drained instances off the ingress",
                                              "remove shop-live-web-r1-1"});
}

TEST_CASE("scaling down drains the highest slots and keeps the rest untouched") {
  auto region = serving(release(1, {web(3)}));
  const auto plan = plan_rollout(release(1, {web(2)}), region.seen, {}).value();
  CHECK(ids(plan) == std::vector<std::string>{"routes: take shop-live-web-r1-3 off the traffic", "drained shop-live-web-r1-3",
                                              "routes: take drained instances off the ingress",
                                              "remove shop-live-web-r1-3"});
}

TEST_CASE("undoing a deployment that never got traffic touches the new instances only") {
  const auto old = release(1, {web(2)});
  auto region = serving(old);
  const auto before = region.answering();
  const auto plan = plan_rollout(release(2, {web(2)}), region.seen, {}).value();
  for (const auto& stage : plan.stages) {
    if (stage.title == "Check health") break;
    for (const auto& step : stage.steps) region.carry_out(step);
  }
  carry_out(region, plan_rollout(old, region.seen, {}).value());
  CHECK(region.answering() == before);
  CHECK(region.seen.instances.size() == 2);
  CHECK(region.broken_promises.empty());
}

TEST_CASE("undoing a first deployment leaves nothing behind") {
  auto region = serving(release(1, {web(1)}));
  carry_out(region, plan_rollout({.key = key()}, region.seen, {}).value());
  CHECK(region.seen.instances.empty());
  CHECK_FALSE(region.seen.routes);
  CHECK_FALSE(region.seen.subnet);
}

TEST_CASE("an instance that hangs is replaced first and removed afterwards") {
  auto region = serving(release(1, {web(1)}));
  region.seen.instances[0].health = SeenInstance::Health::failing;
  const auto now = model::TimePoint{} + std::chrono::minutes(5);
  const auto plan = ids(plan_rollout(release(1, {web(1)}), region.seen, now).value());
  REQUIRE(plan.size() >= 2);
  CHECK(plan.front() == "start shop-live-web-r1-2");
  CHECK(plan.back() == "remove shop-live-web-r1-1");
}

TEST_CASE("an instance that fails its checks while it starts is given its time") {
  auto region = serving(release(1, {web(1)}));
  region.seen.instances[0].health = SeenInstance::Health::failing;
  CHECK(plan_rollout(release(1, {web(1)}), region.seen, model::TimePoint{} + std::chrono::seconds(5)).value().empty());
}

TEST_CASE("a crashed instance leaves the routes at once and is replaced") {
  auto region = serving(release(1, {web(2)}));
  region.seen.instances[0].state = SeenInstance::State::ended;
  carry_out(region, plan_rollout(release(1, {web(2)}), region.seen, {}).value());
  CHECK(region.answering().size() == 2);
  CHECK(region.broken_promises.empty());
  CHECK(plan_rollout(release(1, {web(2)}), region.seen, {}).value().empty());
}

TEST_CASE("a stopped environment keeps its host names and has no containers") {
  auto region = serving(release(1, {web(2)}));
  carry_out(region, plan_rollout(release(1, {web(0)}), region.seen, {}).value());
  CHECK(region.seen.instances.empty());
  REQUIRE(region.seen.routes);
  CHECK(region.seen.routes->hosts == std::vector<std::string>{"shop.localhost"});
  CHECK(region.seen.routes->targets.empty());
}

TEST_CASE("more instances than the network holds are refused") {
  const auto plan = plan_rollout(release(1, {web(200)}), {}, {});
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::refused);
}

TEST_CASE("addresses of instances that are others' to change are given to no new instance") {
  auto region = serving(release(1, {web(1)}));
  region.seen.other_addresses = choose_addresses(*region.seen.subnet, {region.seen.instances[0].address}, 4);
  const auto others = region.seen.other_addresses;
  carry_out(region, plan_rollout(release(2, {web(3)}), region.seen, {}).value());
  REQUIRE(region.seen.instances.size() == 3);
  for (const auto& instance : region.seen.instances) CHECK(std::ranges::find(others, instance.address) == others.end());
}

TEST_CASE("where instances that are others' to change take all the room there is none for new ones") {
  auto region = serving(release(1, {web(1)}));
  region.seen.other_addresses = choose_addresses(*region.seen.subnet, {region.seen.instances[0].address}, 500);
  const auto plan = plan_rollout(release(1, {web(2)}), region.seen, {});
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::refused);
}

TEST_CASE("destroying takes everything, and the volumes only when asked") {
  auto wanted = release(1, {web(2)});
  wanted.volumes = {"divio-shop-live-data"};
  auto region = serving(wanted);
  carry_out(region, plan_destroy(key(), region.seen, true));
  CHECK(region.seen.instances.empty());
  CHECK(region.seen.volumes.size() == 1);
  carry_out(region, plan_destroy(key(), region.seen, false));
  CHECK(region.seen.volumes.empty());
  CHECK(region.broken_promises.empty());
}
