#include "backups/retention.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace divio::backups {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days day_of(model::TimePoint time) { return std::chrono::floor<days>(time); }

sys_days week_of(model::TimePoint time) {
  const auto day = day_of(time);
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

sys_days month_of(model::TimePoint time) {
  const std::chrono::year_month_day date(day_of(time));
  return sys_days(date.year() / date.month() / 1);
}

using Period = sys_days (*)(model::TimePoint);

// The newest backup of each of the last `count` periods that have one. `newest_first` is in that order.
void keep_each(const std::vector<Kept>& newest_first, Period period, std::size_t count, std::set<std::string>& kept) {
  std::set<sys_days> seen;
  for (const auto& backup : newest_first) {
    if (seen.size() == count && !seen.contains(period(backup.at))) return;
    if (seen.insert(period(backup.at)).second) kept.insert(backup.id);
  }
}

std::vector<Kept> newest_first(std::span<const Kept> backups) {
  std::vector<Kept> sorted(backups.begin(), backups.end());
  std::ranges::sort(sorted, [](const Kept& a, const Kept& b) { return std::tie(a.at, a.id) > std::tie(b.at, b.id); });
  return sorted;
}

}  // namespace

std::vector<std::string> to_remove(std::span<const Kept> backups, model::TimePoint now) {
  std::map<model::BackupKind, std::vector<Kept>> kinds;
  std::set<std::string> kept;
  const auto sorted = newest_first(backups);
  if (!sorted.empty()) kept.insert(sorted.front().id);
  for (const auto& backup : sorted) {
    if (!backup.until) kinds[backup.kind].push_back(backup);
    else if (now < *backup.until) kept.insert(backup.id);
  }
  for (const auto& [kind, members] : kinds) {
    if (kind == model::BackupKind::scheduled) {
      keep_each(members, day_of, daily, kept);
      keep_each(members, week_of, weekly, kept);
      keep_each(members, month_of, monthly, kept);
      continue;
    }
    for (std::size_t i = 0; i < members.size(); ++i)
      if (i < newest_on_demand || now - members[i].at < on_demand) kept.insert(members[i].id);
  }
  std::vector<std::string> gone;
  for (const auto& backup : sorted)
    if (!kept.contains(backup.id)) gone.push_back(backup.id);
  return gone;
}

model::TimePoint next_after(const Schedule& schedule, model::TimePoint time) {
  const model::TimePoint today = day_of(time) + schedule.at;
  return today > time ? today : today + days(1);
}

bool is_drill_due(const Schedule& schedule, std::optional<model::TimePoint> last_passed, model::TimePoint now) {
  if (schedule.verify_days == 0) return false;
  return !last_passed || now - *last_passed >= days(schedule.verify_days) - std::chrono::hours(12);
}

bool is_due(const Schedule& schedule, std::optional<model::TimePoint> newest, model::TimePoint since, model::TimePoint now) {
  return next_after(schedule, newest ? std::max(*newest, since) : since) <= now;
}

}  // namespace divio::backups
