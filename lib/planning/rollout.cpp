#include "planning/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "planning/addresses.hpp"
#include "planning/placement.hpp"
#include "planning/routing.hpp"
#include "planning/services.hpp"

namespace divio::planning {
namespace {

void add_stage(Plan& plan, std::string title, std::vector<Step> steps) {
  if (!steps.empty()) plan.stages.push_back({std::move(title), std::move(steps)});
}

void add_stages(Plan& plan, std::vector<Stage> stages) {
  for (auto& stage : stages) plan.stages.push_back(std::move(stage));
}

void prepare(Plan& plan, const Wanted& wanted, const Seen& seen, const std::optional<Subnet>& new_subnet) {
  std::vector<Step> steps;
  if (new_subnet) steps.push_back(CreateNetwork{network_name(wanted.key), new_subnet->cidr, new_subnet->dynamic_range});
  for (const auto& volume : wanted.volumes)
    if (std::ranges::find(seen.volumes, volume) == seen.volumes.end()) steps.push_back(CreateVolume{volume});
  const bool routed = std::ranges::any_of(wanted.processes, [](const auto& p) { return p.process.port.has_value(); });
  if (routed && !seen.ingress_ready) steps.push_back(EnsureIngress{});
  add_stage(plan, "Prepare the region", std::move(steps));
}

void run_release_commands(Plan& plan, const Wanted& wanted, const Seen& seen) {
  for (std::size_t i = 0; i < wanted.release_commands.size(); ++i) {
    const auto name = release_command_name(wanted.key, wanted.release, i + 1);
    const auto done = std::ranges::any_of(seen.release_commands,
                                          [&](const auto& c) { return c.container == name && c.succeeded; });
    if (done) continue;
    add_stage(plan, "Release command", {RunReleaseCommand{name, wanted.release, wanted.release_commands[i]}});
  }
}

void start_and_await(Plan& plan, const Wanted& wanted, const Placement& placement, const RouteChange& change) {
  std::vector<Step> starts;
  for (const auto& instance : placement.instances)
    if (instance.to_start)
      starts.push_back(StartInstance{instance.name, instance.process.name, wanted.release, wanted.generation,
                                     instance.slot, instance.address});
  add_stage(plan, "Start instances", std::move(starts));
  if (change.join) add_stage(plan, "Join the ingress", {*change.join});
  AwaitHealthy await;
  for (const auto& instance : placement.instances) {
    const bool joins = std::ranges::find(change.joining, instance.name) != change.joining.end();
    if (joins || (instance.to_start && !instance.process.port)) await.instances.push_back({instance.name, instance.process});
  }
  if (!await.instances.empty()) add_stage(plan, "Check health", {std::move(await)});
}

void hand_over(Plan& plan, const Placement& placement, const RouteChange& change) {
  if (change.hand_over) add_stage(plan, "Hand traffic over", {*change.hand_over});
  if (!change.draining.empty()) {
    std::chrono::seconds limit{0};
    for (const auto& instance : placement.instances) limit = std::max(limit, instance.process.drain_timeout);
    add_stage(plan, "Drain", {AwaitDrained{change.draining, limit.count() > 0 ? limit : std::chrono::seconds{30}}});
  }
  if (change.settle) add_stage(plan, "Leave the ingress", {*change.settle});
}

void clean_up(Plan& plan, const Wanted& wanted, const Seen& seen, const Placement& placement) {
  std::vector<Step> steps;
  for (const auto& instance : placement.surplus) steps.push_back(RemoveContainer{instance.name, instance.stop_grace});
  std::vector<std::string> commands;
  for (const auto& command : seen.release_commands) commands.push_back(command.container);
  for (std::size_t i = 0; i < wanted.release_commands.size(); ++i)
    commands.push_back(release_command_name(wanted.key, wanted.release, i + 1));
  std::ranges::sort(commands);
  commands.erase(std::unique(commands.begin(), commands.end()), commands.end());
  for (const auto& name : commands) steps.push_back(RemoveContainer{name, std::chrono::seconds{0}});
  add_stage(plan, "Stop what is no longer wanted", std::move(steps));
}

}  // namespace

Result<Plan> plan_rollout(const Wanted& wanted, const Seen& seen, model::TimePoint now) {
  Plan plan{wanted.key, {}};
  std::optional<Subnet> new_subnet;
  if (!seen.subnet && wanted.release != 0) new_subnet = choose_subnet(wanted.key.stem(), seen.taken_subnets);
  const auto placement = place(wanted, seen, seen.subnet ? *seen.subnet : new_subnet ? new_subnet->cidr : "", now);
  if (std::ranges::any_of(placement.instances, [](const auto& i) { return i.address.empty(); }))
    return fail(ErrorCode::refused, fmt::format("the network of {} has no address left for new instances", wanted.key.stem()),
                "scale down first: it holds 126 instances, and a deployment needs room for the old and the new ones");
  const auto change = change_routes(wanted, seen, placement);

  if (wanted.release != 0) prepare(plan, wanted, seen, new_subnet);
  add_stages(plan, provide_services(wanted, seen));
  run_release_commands(plan, wanted, seen);
  start_and_await(plan, wanted, placement, change);
  if (wanted.commit) add_stage(plan, "Commit", {Commit{wanted.release}});
  hand_over(plan, placement, change);
  clean_up(plan, wanted, seen, placement);
  add_stages(plan, settle_services(wanted, seen));
  if (wanted.release == 0) {
    if (seen.routes) add_stage(plan, "Leave the ingress", {ForgetRoutes{}});
    if (seen.subnet) add_stage(plan, "Clear the region", {RemoveNetwork{network_name(wanted.key)}});
  }
  return plan;
}

Plan plan_destroy(const model::EnvironmentKey& key, const Seen& seen, bool keep_volumes,
                  const std::vector<WantedService>& services) {
  Plan plan{key, {}};
  if (seen.routes) add_stage(plan, "Leave the ingress", {ForgetRoutes{}});
  std::vector<Step> containers;
  for (const auto& instance : seen.instances) containers.push_back(RemoveContainer{instance.name, instance.stop_grace});
  for (const auto& command : seen.release_commands) containers.push_back(RemoveContainer{command.container});
  for (const auto& name : seen.one_offs) containers.push_back(RemoveContainer{name});
  add_stage(plan, "Stop containers", std::move(containers));
  add_stage(plan, "Remove services", remove_services(services, keep_volumes));
  std::vector<Step> rest;
  if (seen.subnet) rest.push_back(RemoveNetwork{network_name(key)});
  if (!keep_volumes)
    for (const auto& volume : seen.volumes) rest.push_back(RemoveVolume{volume});
  add_stage(plan, "Clear the region", std::move(rest));
  add_stage(plan, "Commit", {Commit{0}});
  return plan;
}

std::string network_name(const model::EnvironmentKey& key) { return "divio-" + key.stem(); }

std::string volume_name(const model::EnvironmentKey& key, const std::string& volume) {
  return "divio-" + key.stem() + "-" + volume;
}

std::string instance_name(const model::EnvironmentKey& key, const std::string& process, int release, int generation,
                          int slot) {
  const auto version = generation == 0 ? fmt::format("r{}", release) : fmt::format("r{}g{}", release, generation);
  return fmt::format("{}-{}-{}-{}", key.stem(), process, version, slot);
}

std::string release_command_name(const model::EnvironmentKey& key, int release, std::size_t ordinal) {
  return fmt::format("{}-release-r{}-{}", key.stem(), release, ordinal);
}

}  // namespace divio::planning
