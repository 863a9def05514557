#include "planning/plan.hpp"

#include <fmt/format.h>

#include "model/volume.hpp"
#include "support/text.hpp"

namespace divio::planning {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::vector<std::string> names(const AwaitHealthy& step) {
  std::vector<std::string> found;
  for (const auto& instance : step.instances) found.push_back(instance.name);
  return found;
}

std::string describe_server(const EnsureServer& step) {
  const auto product = fmt::format("{} {}", model::product_name(step.type), step.version);
  return step.absent ? fmt::format("create {} server {}", product, step.server)
                     : fmt::format("bring {} server {} up as it should be", product, step.server);
}

}  // namespace

std::string step_id(const Step& step) {
  return std::visit(
      Overloaded{
          [](const CreateNetwork& s) { return "network " + s.name; },
          [](const CreateVolume& s) { return "volume " + s.name; },
          [](const EnsureIngress&) { return std::string("ingress"); },
          [](const RunReleaseCommand& s) { return "release-command " + s.container; },
          [](const StartInstance& s) { return "start " + s.name; },
          [](const ApplyRoutes& s) { return "routes: " + s.purpose; },
          [](const AwaitHealthy& s) { return "healthy " + join(names(s), " "); },
          [](const Commit& s) { return fmt::format("commit release {}", s.release); },
          [](const AwaitDrained& s) { return "drained " + join(s.instances, " "); },
          [](const RemoveContainer& s) { return "remove " + s.name; },
          [](const ForgetRoutes&) { return std::string("forget-routes"); },
          [](const RemoveNetwork& s) { return "remove-network " + s.name; },
          [](const RemoveVolume& s) { return "remove-volume " + s.name; },
          [](const EnsureServer& s) { return "server " + s.server; },
          [](const CreateServiceInstance& s) { return "service " + s.prefix; },
          [](const ConnectServer& s) { return "attach " + join(s.prefixes, " "); },
          [](const DisconnectServer& s) { return "disconnect " + s.server; },
          [](const BeginRotation& s) { return "begin-rotation " + s.prefix; },
          [](const FinishRotation& s) { return "finish-rotation " + s.prefix; },
          [](const RemoveServiceInstance& s) { return "remove-service " + s.prefix; },
          [](const RemoveServer& s) { return "remove-server " + s.server; },
          [](const ForgetService& s) { return "forget-service " + s.prefix; },
          [](const ReplaceData& s) { return "data " + s.prefix; },
      },
      step);
}

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const CreateNetwork& s) { return fmt::format("create network {} ({})", s.name, s.subnet); },
          [](const CreateVolume& s) { return "create volume " + s.name; },
          [](const EnsureIngress&) { return std::string("bring up the ingress"); },
          [](const RunReleaseCommand& s) { return "run release command: " + s.command; },
          [](const StartInstance& s) { return fmt::format("start {} ({}, release {})", s.name, s.process.str(), s.release); },
          [](const ApplyRoutes& s) { return s.purpose; },
          [](const AwaitHealthy& s) { return "wait until " + counted(s.instances.size(), "instance") + " can serve"; },
          [](const Commit& s) {
            return s.release == 0 ? std::string("make it the wanted state")
                                  : fmt::format("make release {} the one that is wanted", s.release);
          },
          [](const AwaitDrained& s) {
            return fmt::format("let {} finish requests (at most {} s)", counted(s.instances.size(), "instance"), s.limit.count());
          },
          [](const RemoveContainer& s) { return "stop and remove " + s.name; },
          [](const ForgetRoutes&) { return std::string("take its host names off the ingress"); },
          [](const RemoveNetwork& s) { return "remove network " + s.name; },
          [](const RemoveVolume& s) { return "remove volume " + s.name + " and its data"; },
          [](const EnsureServer& s) { return describe_server(s); },
          [](const CreateServiceInstance& s) {
            return s.type == model::ServiceType::redis ? "set up service " + s.prefix : "create database of service " + s.prefix;
          },
          [](const ConnectServer& s) {
            return fmt::format("attach service{} {}", s.prefixes.size() == 1 ? "" : "s", join(s.prefixes, ", "));
          },
          [](const DisconnectServer& s) { return fmt::format("take {} out of network {}", s.server, s.network); },
          [](const BeginRotation& s) { return "make new credentials of service " + s.prefix; },
          [](const FinishRotation& s) { return "refuse the old credentials of service " + s.prefix; },
          [](const RemoveServiceInstance& s) {
            return s.type == model::ServiceType::redis ? "empty service " + s.prefix
                                                       : fmt::format("remove database of service {} and its data", s.prefix);
          },
          [](const RemoveServer& s) {
            return fmt::format("remove server {}{}", s.server, s.keep_data ? "" : " and its data");
          },
          [](const ForgetService& s) { return "forget service " + s.prefix; },
          [](const ReplaceData& s) { return fmt::format("replace the data of {} by that of {}", model::named(s.prefix), s.from); },
      },
      step);
}

PlanMade announce(const Plan& plan, const std::string& operation) {
  PlanMade made{operation, {}};
  for (const auto& stage : plan.stages) {
    auto& announced = made.stages.emplace_back();
    announced.title = stage.title;
    for (const auto& step : stage.steps) announced.steps.push_back({step_id(step), describe(step)});
  }
  return made;
}

}  // namespace divio::planning
