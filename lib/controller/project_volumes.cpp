#include "controller/project_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/observe.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/rollout.hpp"
#include "support/try.hpp"

namespace divio::controller {

Result<std::vector<std::string>> project_volumes(Runtime& runtime, const model::EnvironmentKey& key, const model::ReleaseConfig& config,
                                                 const Instances& instances) {
  std::set<std::string> names;
  for (const auto& mount : config.volumes) names.insert(mount.volume);
  const auto stem = planning::volume_name(key, "");
  DIVIO_TRY(there, runtime.engine.volumes().look(environment_labels(runtime, key)));
  for (const auto& volume : there)
    if (volume.name.starts_with(stem) && !volume.labels.contains(std::string(model::label::role))) names.insert(volume.name.substr(stem.size()));
  for (const auto& instance : instances)
    if (instance.type == model::ServiceType::media) names.erase(model::volume_of(instance.prefix));
  return std::vector<std::string>(names.begin(), names.end());
}

Result<media::Volume> volume_place(Runtime& runtime, const model::EnvironmentKey& key, const std::string& volume, std::string_view called, std::stop_token stop) {
  auto labels = environment_labels(runtime, key);
  auto name = planning::volume_name(key, volume);
  DIVIO_TRY(there, runtime.engine.volumes().list(labels));
  // An engine makes a volume that is mounted and not there, without labels.
  if (std::ranges::find(there, name) == there.end())
    return fail(ErrorCode::not_found, fmt::format("the files of {} of {} have no place yet", called, key.environment.str()),
                fmt::format("deploy first, which makes it: divioctl deploy -e {}", key.environment.str()));
  labels[std::string(model::label::role)] = model::role::media;
  labels[std::string(model::label::region)] = runtime.region.name.str();
  return media::Volume{runtime.engine, std::move(name), std::move(labels), runtime.programs, std::move(stop)};
}

Result<void> ensure_volume(Runtime& runtime, const model::EnvironmentKey& key, const std::string& volume) {
  const auto name = planning::volume_name(key, volume);
  const auto labels = environment_labels(runtime, key);
  DIVIO_TRY(there, runtime.engine.volumes().list(labels));
  if (std::ranges::find(there, name) != there.end()) return {};
  return runtime.engine.volumes().create(name, labels);
}

}  // namespace divio::controller
