// Which images may go. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/release.hpp"
#include "model/time.hpp"
#include "ports/images.hpp"

namespace divio::builder {

inline constexpr std::size_t kept_releases = 5;

// Image ids that rollbacks need: of the newest five releases of one environment that serve or have served, and of every
// pending one. `releases` are of one environment, newest first.
[[nodiscard]] std::set<std::string> images_to_keep(const std::vector<model::Release>& releases);

// Names (or ids, for those without a name) of images to remove: made by divioctl for this project, not to be kept, and
// older than a day if no release ever used them, since a deployment may be about to.
[[nodiscard]] std::vector<std::string> images_to_remove(const std::vector<ports::Image>& images,
                                                        const std::set<std::string>& keep,
                                                        const std::set<std::string>& ever_released, model::TimePoint now);

}  // namespace divio::builder
