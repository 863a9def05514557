// Random histories of an environment: whatever is wanted next, whenever a rollout is cut short, and whatever crashes in
// between, the plans keep their promises.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "fakes/seed.hpp"
#include "planning/region_model.hpp"
#include "planning/rollout.hpp"

using namespace divio;
using namespace divio::planning;
using divio::planning::testing::RegionModel;

namespace {

struct History {
  std::mt19937_64 random;
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); }
};

WantedProcess process(const char* name, bool routed, int replicas) {
  model::Process made{.name = *model::ProcessName::parse(name)};
  if (routed) made.port = 8000;
  return {made, replicas};
}

Wanted any_wanted(History& history) {
  Wanted wanted{.key = {*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")},
                .release = 1 + history.below(3),
                .generation = history.below(2),
                .processes = {process("web", true, history.below(5))},
                .hosts = {"shop.localhost"}};
  if (history.below(2) == 0) wanted.processes.push_back(process("worker", false, history.below(3)));
  if (history.below(4) == 0) wanted.release_commands = {"migrate", "collect"};
  wanted.commit = history.below(2) == 0;
  return wanted;
}

// Two on one server, one on its own, and media; some of them, some of the time.
std::vector<WantedService> any_services(History& history, const RegionModel& region) {
  std::vector<WantedService> all{{"default", model::ServiceType::postgres, "15", "shared-server", "default-service"},
                                 {"logs", model::ServiceType::postgres, "15", "shared-server", "logs-service"},
                                 {"cache", model::ServiceType::redis, "7", "own-server", "cache-service"},
                                 {"media", model::ServiceType::media, "", "", "media-service"}};
  std::erase_if(all, [&](const auto&) { return history.below(2) == 0; });
  for (auto& service : all) service.made = region.instances_made.contains(service.prefix);
  return all;
}

void something_happens_to_servers(History& history, RegionModel& region) {
  for (auto& server : region.seen.servers) {
    if (history.below(4) == 0) server.serving = false;
    if (history.below(6) == 0) server = {.name = server.name};
    if (history.below(6) == 0) server.connected = false, server.hosts.clear();
  }
}

void something_crashes(History& history, RegionModel& region) {
  if (region.seen.instances.empty()) return;
  auto& victim = region.seen.instances[static_cast<std::size_t>(history.below(static_cast<int>(region.seen.instances.size())))];
  if (history.below(2) == 0) victim.state = SeenInstance::State::ended;
  else victim.health = SeenInstance::Health::failing;
}

int web_replicas(const Wanted& wanted) { return wanted.processes.front().replicas; }

// Carries out up to `steps` steps; while it does, no instance that answers may stop answering before the hand-over's
// successors do, unless fewer are wanted.
void carry_out_up_to(RegionModel& region, const Plan& plan, const Wanted& wanted, int steps) {
  for (const auto& stage : plan.stages)
    for (const auto& step : stage.steps) {
      if (steps-- == 0) return;
      const auto before = region.answering().size();
      region.carry_out(step);
      const auto enough = std::min(before, static_cast<std::size_t>(web_replicas(wanted)));
      if (region.answering().size() < enough) region.broken_promises.push_back("loses traffic at: " + step_id(step));
    }
}

void live_through(unsigned long long number) {
  CAPTURE(number);
  History history{std::mt19937_64(number)};
  RegionModel region;
  const auto now = model::TimePoint{} + std::chrono::hours(1);
  for (int round = 0; round < 6; ++round) {
    auto wanted = any_wanted(history);
    wanted.services = region.services = any_services(history, region);
    if (history.below(3) == 0) something_crashes(history, region);
    if (history.below(3) == 0) something_happens_to_servers(history, region);
    carry_out_up_to(region, plan_rollout(wanted, region.seen, now).value(), wanted, history.below(12));  // cut short
    for (auto& service : wanted.services) service.made = region.instances_made.contains(service.prefix);
    carry_out_up_to(region, plan_rollout(wanted, region.seen, now).value(), wanted, 1000);               // resumed
    REQUIRE(region.broken_promises == std::vector<std::string>{});
    auto settled = wanted;
    settled.release_commands.clear();
    settled.commit = false;
    for (auto& service : settled.services) service.made = true;
    REQUIRE(plan_rollout(settled, region.seen, now).value().empty());
    REQUIRE(region.answering().size() == static_cast<std::size_t>(web_replicas(wanted)));
  }
}

}  // namespace

TEST_CASE("plans always keep the traffic, never remove what is routed to, and end in an empty plan") {
  const auto first = tests::seed();
  for (unsigned long long i = 0; i < 5000; ++i) live_through(first + i);
}
