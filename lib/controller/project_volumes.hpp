// Volumes of an environment: folders that outlive containers.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "controller/runtime.hpp"
#include "controller/services.hpp"
#include "media/volume.hpp"

namespace divio::controller {

// Those of the project, by their names in divio.yaml, in alphabetical order: what the release mounts, and what older releases left,
// which stays until the environment is destroyed. Not those of media, also of media that have gone into a bucket, and of servers.
[[nodiscard]] Result<std::vector<std::string>> project_volumes(Runtime& runtime, const model::EnvironmentKey& key, const model::ReleaseConfig& config,
                                                               const Instances& instances);

// Access to the files of one, by its name in divio.yaml and what it is called in an error. not_found, with a hint, where it was not made
// yet.
[[nodiscard]] Result<media::Volume> volume_place(Runtime& runtime, const model::EnvironmentKey& key, const std::string& volume, std::string_view called,
                                                 std::stop_token stop);

// Makes one that is not there.
[[nodiscard]] Result<void> ensure_volume(Runtime& runtime, const model::EnvironmentKey& key, const std::string& volume);

}  // namespace divio::controller
