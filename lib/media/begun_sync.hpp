// A run that has a plan and has moved nothing yet.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "media/sync.hpp"

namespace divio::media {

[[nodiscard]] inline Synced begin_sync(SyncPlan plan, std::vector<std::string> left_out, const SyncOptions& options) {
  if (options.planned) options.planned(plan);
  return {.plan = std::move(plan), .files = 0, .bytes = 0, .left_out = std::move(left_out), .skipped = {}};
}

}  // namespace divio::media
