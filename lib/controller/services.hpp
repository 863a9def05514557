// Service instances of an environment as use cases see them: what the catalogue knows, what a release has of it, what of it
// is in the region.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/runtime.hpp"
#include "model/release.hpp"
#include "model/service.hpp"
#include "planning/rollout.hpp"
#include "ports/containers.hpp"
#include "services/server.hpp"

namespace divio::controller {

using Instances = std::vector<model::ServiceInstance>;

// Pure. The instances that an environment in the region has once this project file is deployed: `known` ones, and new ones of the file.
// Refused where the file says another type, version, scope or storage than the instance has, which only moving its data can
// change, and where it wants media in S3 that have no bucket.
[[nodiscard]] Result<Instances> instances_of(const model::RegionName& region, const Instances& known,
                                             const model::ProjectFile& file, const model::EnvironmentKey& key);

// Pure. Adds what is not detached to a release: prefixes, and the volumes of media.
void attach(model::ReleaseConfig& config, const Instances& instances);

// Pure. One instance more or less.
void attach(model::ReleaseConfig& config, const model::ServiceInstance& instance);
void detach(model::ReleaseConfig& config, const model::ServiceInstance& instance);

[[nodiscard]] bool has_service(const model::ReleaseConfig& config, const model::ServicePrefix& prefix);

// The server on which an instance that is not made yet finds its data, should some of an earlier one have been kept: that one may have
// moved within the region. Else its own.
[[nodiscard]] Result<std::string> server_with_kept_data(Runtime& runtime, const model::ServiceInstance& instance);

// Pure. Refused where a release would mount two volumes at one path.
[[nodiscard]] Result<void> check_mounts(const model::ReleaseConfig& config);

// The instances that a release has, as they are now. `made` may hold some that are not in the catalogue yet. Refused if one
// was removed since.
[[nodiscard]] Result<Instances> instances_of(Runtime& runtime, const model::Release& release, const Instances& made = {});

// The instance of that prefix, or not_found with those there are.
[[nodiscard]] Result<model::ServiceInstance> need_instance(Runtime& runtime, const model::EnvironmentKey& key,
                                                           const std::string& prefix);

// Pure. What a release's containers mount, with these instances of its services: volumes of media that are in one now, whatever was so
// when it was made.
[[nodiscard]] std::vector<model::Mount> mounts_of(const model::ReleaseConfig& config, const Instances& instances);

// Puts the variables of a release's services into a container's environment, where they are now, and mounts what they are in. Variables
// that are there already, which is what people set, stay. Nothing is asked for a release without services.
[[nodiscard]] Result<void> provide_services(Runtime& runtime, const model::Release& release, ports::ContainerSpec& spec);

// Those of a release that has just become the one that serves are wanted again if they were detached since it was made.
[[nodiscard]] Result<void> want_services_of(Runtime& runtime, const model::Release& release);

// Pure.
[[nodiscard]] planning::WantedService wanted_service(const model::ServiceInstance& instance);
[[nodiscard]] std::vector<planning::WantedService> wanted_services(const Instances& instances);

// The server of an instance, as it is wanted, without its password.
[[nodiscard]] services::Server server_of(const Runtime& runtime, const model::ServiceInstance& instance);
// The same with its administrator's password, which is made if there is none.
[[nodiscard]] Result<services::Server> server_with_password(Runtime& runtime, const model::ServiceInstance& instance);

// Looks at the servers of these instances. No engine is asked where there is none.
[[nodiscard]] Result<std::vector<planning::SeenServer>> see_servers(Runtime& runtime, const model::EnvironmentKey& key,
                                                                    const Instances& instances);

}  // namespace divio::controller
