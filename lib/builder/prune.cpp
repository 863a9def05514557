#include "builder/prune.hpp"

namespace divio::builder {

std::set<std::string> images_to_keep(const std::vector<model::Release>& releases) {
  std::set<std::string> keep;
  std::size_t served = 0;
  for (const auto& release : releases) {
    const bool serves = release.state == model::ReleaseState::active;
    const bool has_served = release.state == model::ReleaseState::superseded;
    const bool may_serve = release.state == model::ReleaseState::pending;
    // The active release may be an old one after a rollback: it is kept whatever its place.
    if (may_serve || serves || (has_served && served < kept_releases)) keep.insert(release.image.id);
    if (serves || has_served) ++served;
  }
  return keep;
}

std::vector<std::string> images_to_remove(const std::vector<ports::Image>& images, const std::set<std::string>& keep,
                                          const std::set<std::string>& ever_released, model::TimePoint now) {
  constexpr auto grace = std::chrono::hours(24);
  std::vector<std::string> remove;
  for (const auto& image : images) {
    if (keep.contains(image.id)) continue;
    if (!ever_released.contains(image.id) && now - image.created_at < grace) continue;
    if (image.names.empty()) remove.push_back(image.id);
    for (const auto& name : image.names) remove.push_back(name);
  }
  return remove;
}

}  // namespace divio::builder
