// Whether both regions hold the same, and the report of it.
#pragma once

#include "migration/environment/two_regions.hpp"

namespace divio::migration::environment {

// Compares each database that follows, after the same write (migration/postgres/verification.hpp), while the environment serves.
// Of media
// files the content is compared: before the cut-over of all that stood still since the last pass; later of those that are in both,
// with the same size and time of change. What else does not follow is compared while requests wait (copy_move.hpp).
[[nodiscard]] Result<model::Comparison> compare(TwoRegions& regions, const model::Migration& migration, model::MigrationPhase before,
                                               const std::stop_token& stop);

// Signed with the migration's secret; and whether a report still is what was signed.
[[nodiscard]] model::SignedReport sign(const model::Migration& migration, const model::Comparison& comparison);
[[nodiscard]] bool is_intact(const model::Migration& migration, const model::SignedReport& report);

// The error for one with differences, which names some of them.
[[nodiscard]] Error difference_error(const model::Migration& migration, const model::Comparison& comparison);

}  // namespace divio::migration::environment
