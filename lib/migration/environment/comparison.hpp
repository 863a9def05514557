// Whether both regions hold the same, and the report of it.
#pragma once

#include "migration/environment/two_regions.hpp"

namespace divio::migration::environment {

// Compares each database that follows, after the same write (migration/postgres/verification.hpp), while the environment serves.
// What does not follow is not compared.
[[nodiscard]] Result<model::Comparison> compare(TwoRegions& regions, const model::Migration& migration, model::MigrationPhase before,
                                               const std::stop_token& stop);

// Signed with the migration's secret; and whether a report still is what was signed.
[[nodiscard]] model::SignedReport sign(const model::Migration& migration, const model::Comparison& comparison);
[[nodiscard]] bool is_intact(const model::Migration& migration, const model::SignedReport& report);

// The error for one with differences, which names some of them.
[[nodiscard]] Error difference_error(const model::Migration& migration, const model::Comparison& comparison);

}  // namespace divio::migration::environment
