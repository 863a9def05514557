// Which backups are kept, and when the next one is due. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/backup.hpp"

namespace divio::backups {

// What retention has to know of a backup that is whole.
struct Kept {
  std::string id;
  model::BackupKind kind = model::BackupKind::manual;
  model::TimePoint at{};
  std::optional<model::TimePoint> until = {};
};

inline constexpr std::size_t daily = 7;
inline constexpr std::size_t weekly = 4;
inline constexpr std::size_t monthly = 12;
inline constexpr std::chrono::days on_demand{30};
inline constexpr std::size_t newest_on_demand = 3;

// The ids of those that go. Scheduled ones: the newest of each of the last 7 days, 4 weeks (from Monday) and 12 months that
// have one stay, by UTC. One of which it was said until when stays until then. Of all others those stay that are younger than
// 30 days, and the newest three of each kind. The newest one of all always stays.
[[nodiscard]] std::vector<std::string> to_remove(std::span<const Kept> backups, model::TimePoint now);

// A time of day by which a backup is made, in minutes after midnight, UTC.
struct Schedule {
  std::chrono::minutes at{180};
  int verify_days = 7;  // a drill when the last one that passed is older than this; 0: never

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// Whether a backup is due that none was made for yet: the last moment that the schedule names, at or before `now`, is later
// than the newest scheduled backup. Without one the next moment after `since`, when the schedule was made, counts.
[[nodiscard]] bool is_due(const Schedule& schedule, std::optional<model::TimePoint> newest, model::TimePoint since,
                          model::TimePoint now);

// Whether the scheduled backup that is made at `now` is to be tried out, as it is the one of `verify_days` days after that
// of the last drill that passed. A day is counted as begun from half of it on: a run is a little earlier on one day, and a
// drill a little later than its backup.
[[nodiscard]] bool is_drill_due(const Schedule& schedule, std::optional<model::TimePoint> last_passed, model::TimePoint now);

// The first moment of the schedule after `time`.
[[nodiscard]] model::TimePoint next_after(const Schedule& schedule, model::TimePoint time);

}  // namespace divio::backups
