#include "controller/media_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {

Result<model::ServiceInstance> with_media(const Instances& known, const model::EnvironmentKey& key, const std::string& prefix) {
  std::vector<std::string> prefixes;
  for (const auto& one : known) {
    if (one.type != model::ServiceType::media) {
      if (one.prefix.str() == prefix) return fail(ErrorCode::invalid, fmt::format("service {} is no media", prefix), "divioctl data copies databases");
      continue;
    }
    if (one.prefix.str() == prefix) return one;
    prefixes.push_back(one.prefix.str());
  }
  if (prefixes.empty())
    return fail(ErrorCode::not_found, fmt::format("{} has no media", key.stem()), "divioctl service add media --type media adds them");
  if (!prefix.empty()) return fail(ErrorCode::not_found, fmt::format("{} has no service '{}'", key.stem(), prefix), "there is " + join(prefixes, ", "));
  if (prefixes.size() > 1)
    return fail(ErrorCode::invalid, fmt::format("{} has more than one service with media", key.stem()), "say --service " + join(prefixes, " or --service "));
  return *std::ranges::find(known, model::ServiceType::media, &model::ServiceInstance::type);
}

Result<media::Place> media_place(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop) {
  if (!instance.bucket) {
    DIVIO_TRY(volume, volume_place(runtime, instance.environment, model::volume_of(instance.prefix), fmt::format("service '{}'", instance.prefix.str()), std::move(stop)));
    return media::Place(std::move(volume));
  }
  DIVIO_TRY(bucket, media_bucket(runtime, instance, std::move(stop)));
  return media::Place(std::move(bucket));
}

Result<media::Bucket> media_bucket(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop) {
  const auto& prefix = instance.prefix.str();
  if (instance.password.empty())
    return fail(ErrorCode::refused, fmt::format("the key pair of service {}, for {}, is not known", prefix, address_of(*instance.bucket)),
                fmt::format("give it one: divioctl service rotate {} -e {} --access-key ID", prefix, instance.environment.environment.str()));
  DIVIO_TRY(storage, runtime.open_bucket(*instance.bucket, instance.role, instance.password));
  return media::Bucket{std::move(storage), address_of(*instance.bucket), std::move(stop)};
}

Result<void> archive_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                           const ports::ByteSink& sink) {
  DIVIO_TRY(place, media_place(runtime, instance, std::move(stop)));
  return media::write_archive_of(place, sink);
}

Result<void> restore_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                           media::Existing existing, const ports::ArchiveWriter& archive) {
  DIVIO_TRY(place, media_place(runtime, instance, std::move(stop)));
  return media::read_archive_into(place, existing, archive);
}

}  // namespace divio::controller
