#include "controller/service_world.hpp"

#include <algorithm>

#include "controller/service_views.hpp"

namespace divio::controller::testing {

ServiceWorld::ServiceWorld() {
  file.processes[0].replicas = 1;
  next_image.behaviour = [this](const ports::ContainerSpec& it) {
    given[it.name] = it.environment;
    return it.entrypoint.empty() ? fakes::Run{.listens = {8000}} : fakes::Run{.exits_with = 0};
  };
}

model::ServiceSpec ServiceWorld::spec(const std::string& prefix, model::ServiceType type) {
  model::ServiceSpec made{.prefix = *model::ServicePrefix::parse(prefix), .type = type};
  if (type == model::ServiceType::media) made.mount = "/data/" + prefix;
  if (type == model::ServiceType::postgres) made.version = "15", made.scope = model::Scope::shared;
  if (type == model::ServiceType::redis) made.version = "7";
  return made;
}

void ServiceWorld::want_services() {
  file.services = {spec("default", model::ServiceType::postgres), spec("media", model::ServiceType::media)};
}

std::string ServiceWorld::variable(const std::string& instance, const std::string& name) {
  const auto& variables = given[instance];
  const auto found = variables.find(name);
  return found == variables.end() ? "none" : found->second.value.reveal();
}

bool ServiceWorld::all_get_in() {
  return std::ranges::all_of(serving(), [this](const auto& instance) {
    const auto dsn = variable(instance, "DATABASE_URL");
    const auto password = dsn.find(":password") + 1;
    return dsn != "none" && servers.lets_in(shared_server, "shop-live-default", dsn.substr(password, dsn.find('@') - password));
  });
}

model::ServiceInstance ServiceWorld::row(const std::string& prefix) {
  const auto known = store->services().services(key).value();
  return *std::ranges::find(known, prefix, [](const auto& one) { return one.prefix.str(); });
}

std::string ServiceWorld::state(const std::string& prefix) {
  const auto views = services(*runtime, key).value();
  const auto found = std::ranges::find(views, prefix, &ServiceView::prefix);
  return found == views.end() ? "none" : found->state;
}

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

}  // namespace divio::controller::testing
