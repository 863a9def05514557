#include "controller/world.hpp"

#include <algorithm>

#include "controller/observe.hpp"
#include "store/sqlite/store.hpp"
#include "support/ids.hpp"
#include "system/clock.hpp"
#include "system/holder.hpp"

namespace divio::controller::testing {
namespace {

model::Process web_process() {
  model::Process web{.name = *model::ProcessName::parse("web")};
  web.port = 8000;
  web.replicas = 2;
  web.health.path = "/healthz";
  web.health.start_timeout = std::chrono::seconds(1);
  web.drain_timeout = std::chrono::seconds(1);
  return web;
}

// A target is well when something listens at its address.
model::TargetStatus examine(const fakes::FakeEngine& engine, const model::RouteTarget& target) {
  model::TargetStatus status;
  const bool answers = engine.listens(target.address, target.port);
  status.health = answers ? model::TargetStatus::Health::passing : model::TargetStatus::Health::failing;
  status.check = answers ? "L7OK" : "L4CON";
  return status;
}

}  // namespace

Result<model::Revision> FakeSource::resolve(const ports::SourceSelection& selection) {
  if (!selection.reference.empty())
    return model::Revision{selection.reference, "", "Change " + commits_.at(selection.reference), false};
  const auto commit = sha256_hex(code).substr(0, 40);
  commits_[commit] = code;
  return model::Revision{commit, "main", "Change " + code, selection.working_tree};
}

Result<ports::BuildContext> FakeSource::context(const ports::SourceSelection& selection) {
  ports::BuildContext context;
  context.revision = *resolve(selection);
  const auto text = selection.reference.empty() ? code : commits_.at(selection.reference);
  context.digest = sha256_hex(text);
  context.files = 1;
  context.warnings = warnings;
  context.write = [text](const ports::ByteSink& sink) { return sink(text); };
  return context;
}

Result<std::optional<std::string>> FakeSource::file(const ports::SourceSelection&, const std::string&) {
  return std::optional<std::string>{};
}

Result<std::vector<std::string>> FakeSource::branches() { return std::vector<std::string>{"main"}; }

World::World()
    : store(store::open_store(folder.path()).value()),
      clock(system::make_system_clock()),
      key{*model::ProjectName::parse("shop"), *model::EnvironmentName::parse("live")},
      file{.project = key.project, .processes = {web_process()}} {
  next_image.exposed_ports = {8000};
  ingress.examine_with([this](const auto&, const auto& target) { return examine(engine, target); });
  engine.on_build([this](const auto& spec, const auto&, const auto&, auto) -> Result<fakes::FakeImage> {
    auto image = next_image;
    image.labels = spec.labels;
    return image;
  });
  for (const auto* server : {"postgres:15", "redis:7"}) engine.add_image(server, {});
  runtime.reset(new Runtime{engine, ingress, *store, *clock, {}, system::this_holder(), servers.operations()});
}

Call World::call() {
  return {.listener = [this](const Event& event) {
    if (const auto* notice = std::get_if<Notice>(&event)) notices.push_back(notice->text);
  }};
}

Deployment World::deployment() { return {key, {"/codebase", file, &source, {}}, {}, "{}"}; }

Result<RolloutOutcome> World::deploy(const std::string& code) {
  source.code = code;
  return controller::deploy(*runtime, deployment(), call());
}

std::vector<std::string> World::containers() {
  std::vector<std::string> names;
  const auto found = engine.containers().list(environment_labels(*runtime, key)).value();
  for (const auto& container : found) names.push_back(container.name);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> World::serving() {
  std::vector<std::string> names;
  const auto state = ingress.state();
  if (!state || !state->present) return names;
  const auto routes = ingress.routes(key).value();
  if (!routes) return names;
  for (const auto& target : routes->targets)
    if (target.role == model::RouteRole::serving) names.push_back(target.instance);
  return names;
}

}  // namespace divio::controller::testing
