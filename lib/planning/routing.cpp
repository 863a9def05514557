#include "planning/routing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace divio::planning {
namespace {

using model::RouteRole;
using model::Routes;
using model::RouteTarget;

const RouteTarget* find_target(const Routes& routes, const std::string& instance) {
  const auto found = std::ranges::find(routes.targets, instance, &RouteTarget::instance);
  return found == routes.targets.end() ? nullptr : &*found;
}

RouteTarget target_of(const PlacedInstance& instance, RouteRole role) {
  return {instance.name, instance.address, *instance.process.port, instance.process.health, role};
}

void sort(Routes& routes) { std::ranges::sort(routes.targets, {}, &RouteTarget::instance); }

// Targets whose containers have ended cannot serve: they leave at once.
Routes alive(const Wanted& wanted, const Seen& seen) {
  Routes routes{wanted.key, wanted.hosts, {}};
  if (!seen.routes) return routes;
  routes = *seen.routes;
  std::erase_if(routes.targets, [&](const RouteTarget& target) {
    const auto found = std::ranges::find(seen.instances, target.instance, &SeenInstance::name);
    return found == seen.instances.end() || found->state == SeenInstance::State::ended;
  });
  return routes;
}

// Whether it serves already, exactly as it should.
bool serves(const Routes& current, const PlacedInstance& instance) {
  const auto* target = find_target(current, instance.name);
  return target != nullptr && *target == target_of(instance, RouteRole::serving) && !instance.to_start;
}

std::string hand_over_purpose(const Wanted& wanted, const RouteChange& change) {
  if (change.joining.empty() && !change.draining.empty())
    return fmt::format("take {} off the traffic", change.draining.size() == 1 ? change.draining.front()
                                                                             : fmt::format("{} instances", change.draining.size()));
  if (change.joining.empty()) return "repair the routes";
  return fmt::format("move traffic to release {} ({} new)", wanted.release, change.joining.size());
}

}  // namespace

RouteChange change_routes(const Wanted& wanted, const Seen& seen, const Placement& placement) {
  RouteChange change;
  if (wanted.release == 0) return change;
  const Routes current = alive(wanted, seen);
  Routes joined = current;
  Routes final{wanted.key, wanted.hosts, {}};
  bool routed = seen.routes.has_value();
  for (const auto& instance : placement.instances) {
    if (!instance.process.port) continue;
    routed = true;
    final.targets.push_back(target_of(instance, RouteRole::serving));
    if (serves(current, instance)) continue;
    change.joining.push_back(instance.name);
    std::erase_if(joined.targets, [&](const RouteTarget& t) { return t.instance == instance.name; });
    joined.targets.push_back(target_of(instance, RouteRole::joining));
  }
  if (!routed && std::ranges::none_of(wanted.processes, [](const auto& p) { return p.process.port.has_value(); }))
    return change;
  sort(joined);
  sort(final);
  if (!change.joining.empty() && seen.routes != joined)
    change.join = ApplyRoutes{joined, fmt::format("let the ingress check {} new", change.joining.size())};

  Routes handed_over = final;
  for (const auto& target : current.targets) {
    if (find_target(final, target.instance) != nullptr || target.role == RouteRole::joining) continue;
    handed_over.targets.push_back(target);
    handed_over.targets.back().role = RouteRole::draining;
    change.draining.push_back(target.instance);
  }
  sort(handed_over);
  const Routes before = change.join ? joined : seen.routes.value_or(Routes{wanted.key, {}, {}});
  if (handed_over != before || !seen.routes) change.hand_over = ApplyRoutes{handed_over, hand_over_purpose(wanted, change)};
  if (handed_over != final) change.settle = ApplyRoutes{final, "take drained instances off the ingress"};
  return change;
}

}  // namespace divio::planning
