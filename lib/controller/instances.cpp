#include "controller/instances.hpp"

#include <algorithm>

#include "controller/observe.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/rollout.hpp"
#include "support/ids.hpp"

namespace divio::controller {
namespace {

void set(model::Variables& variables, const std::string& name, const std::string& value) {
  variables[name] = {Secret(value), false};
}

// What every container of a release has in common.
ports::ContainerSpec base_spec(const Runtime& runtime, const model::Release& release, std::string_view role) {
  ports::ContainerSpec spec;
  spec.image = release.image.id;
  spec.labels = environment_labels(runtime, release.key);
  spec.labels[std::string(model::label::role)] = role;
  spec.labels[std::string(model::label::release)] = std::to_string(release.number);
  spec.labels[std::string(model::label::region)] = runtime.region.name.str();
  spec.network.name = planning::network_name(release.key);
  spec.environment = release.config.variables;
  set(spec.environment, "DIVIO_RELEASE", std::to_string(release.number));
  for (const auto& mount : release.config.volumes)
    spec.mounts.push_back({planning::volume_name(release.key, mount.volume), mount.path, false});
  return spec;
}

}  // namespace

ports::ContainerSpec instance_spec(const Runtime& runtime, const model::Release& release,
                                   const planning::StartInstance& step) {
  const auto& process = *std::ranges::find(release.config.processes, step.process, &model::Process::name);
  auto spec = base_spec(runtime, release, model::role::instance);
  spec.name = step.name;
  spec.command = process.command;
  spec.labels[std::string(model::label::process)] = process.name.str();
  spec.labels[std::string(model::label::generation)] = std::to_string(step.generation);
  spec.labels[std::string(model::label::slot)] = std::to_string(step.slot);
  spec.labels[std::string(model::label::stop_grace)] = std::to_string(process.stop_grace.count());
  spec.network.address = step.address;
  spec.network.aliases = {process.name.str()};
  spec.resources = process.resources;
  spec.restart = ports::RestartPolicy::unless_stopped;
  spec.stop_grace = process.stop_grace;
  if (process.port) set(spec.environment, "PORT", std::to_string(*process.port));
  set(spec.environment, "DIVIO_PROCESS", process.name.str());
  set(spec.environment, "DIVIO_INSTANCE", step.name);
  return spec;
}

ports::ContainerSpec release_command_spec(const Runtime& runtime, const model::Release& release,
                                          const planning::RunReleaseCommand& step) {
  auto spec = base_spec(runtime, release, model::role::release_command);
  spec.name = step.container;
  spec.entrypoint = {"/bin/sh", "-c"};
  spec.command = {step.command};
  return spec;
}

ports::ContainerSpec one_off_spec(const Runtime& runtime, const model::Release& release,
                                  const std::vector<std::string>& command) {
  auto spec = base_spec(runtime, release, model::role::one_off);
  spec.name = release.key.stem() + "-run-" + random_hex(4);
  spec.command = command;
  return spec;
}

}  // namespace divio::controller
