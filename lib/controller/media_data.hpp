// The media of an environment: where they are, and all of them as one stream.
#pragma once

#include <stop_token>

#include "controller/project_volumes.hpp"
#include "controller/services.hpp"
#include "media/place.hpp"
#include "model/service.hpp"

namespace divio::controller {

// The media service that is meant: the one of that prefix, or without one the only one there is.
[[nodiscard]] Result<model::ServiceInstance> with_media(const Instances& known, const model::EnvironmentKey& key, const std::string& prefix);

// The volume or bucket of a media service. not_found, with a hint, where a volume was not made yet; refused where a bucket's key
// pair is not known. No bucket is asked for anything.
[[nodiscard]] Result<media::Place> media_place(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop);

// Of one that is in a bucket.
[[nodiscard]] Result<media::Bucket> media_bucket(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop);

// media::write_archive_of() and media::read_archive_into() of what the instance holds. Nobody else has to be kept away: what is
// pushed or uploaded meanwhile is in the archive or not, and there afterwards or not, each file whole.
[[nodiscard]] Result<void> archive_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                         const ports::ByteSink& sink);
[[nodiscard]] Result<void> restore_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                         media::Existing existing, const ports::ArchiveWriter& archive);

}  // namespace divio::controller
