#include "controller/media_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/observe.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "planning/rollout.hpp"
#include "support/try.hpp"

namespace divio::controller {

Result<media::Volume> media_volume(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop) {
  const auto& key = instance.environment;
  auto labels = environment_labels(runtime, key);
  auto name = planning::volume_name(key, model::volume_of(instance.prefix));
  DIVIO_TRY(there, runtime.engine.volumes().list(labels));
  // An engine makes a volume that is mounted and not there, without labels.
  if (std::ranges::find(there, name) == there.end())
    return fail(ErrorCode::not_found, fmt::format("the files of service '{}' of {} have no place yet", instance.prefix.str(), key.environment.str()),
                fmt::format("deploy first, which makes it: divioctl deploy -e {}", key.environment.str()));
  labels[std::string(model::label::role)] = model::role::media;
  labels[std::string(model::label::region)] = runtime.region.name.str();
  return media::Volume{runtime.engine, std::move(name), std::move(labels), runtime.programs, std::move(stop)};
}

Result<void> archive_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                           const ports::ByteSink& sink) {
  DIVIO_TRY(volume, media_volume(runtime, instance, std::move(stop)));
  return media::write_archive(volume, sink);
}

Result<void> restore_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                           media::Existing existing, const ports::ArchiveWriter& archive) {
  DIVIO_TRY(volume, media_volume(runtime, instance, std::move(stop)));
  return media::read_archive(volume, existing, archive);
}

}  // namespace divio::controller
