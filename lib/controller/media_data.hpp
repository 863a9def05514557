// The media of an environment: where they are, and all of them as one stream.
#pragma once

#include <stop_token>

#include "controller/runtime.hpp"
#include "media/archive.hpp"
#include "model/service.hpp"

namespace divio::controller {

// The volume of a media service. not_found, with a hint, where it was not made yet.
[[nodiscard]] Result<media::Volume> media_volume(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop);

// media::write_archive() and media::read_archive() of what the instance holds. Nobody else has to be kept away: what is
// pushed or uploaded meanwhile is in the archive or not, and there afterwards or not, each file whole.
[[nodiscard]] Result<void> archive_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                         const ports::ByteSink& sink);
[[nodiscard]] Result<void> restore_media(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                         media::Existing existing, const ports::ArchiveWriter& archive);

}  // namespace divio::controller
