// When backups are made, and what an environment's status says of them.
#include <fmt/format.h>

#include <algorithm>

#include "controller/backup_schedules.hpp"
#include "controller/backups.hpp"
#include "controller/views.hpp"
#include "platform/backups.hpp"
#include "platform/within.hpp"
#include "support/text.hpp"

namespace divio {
namespace {

using controller::StoredSchedule;
using model::TimePoint;

constexpr auto too_late = std::chrono::hours(25);  // a day, and an hour for a timer to come round

std::optional<TimePoint> newest_scheduled(const backups::Listing& listing) {
  for (const auto& backup : listing.whole)
    if (backup.kind == model::BackupKind::scheduled) return backup.created_at;
  return std::nullopt;
}

// The newest backup that passed its drill, and when.
struct Passed {
  std::string id;
  TimePoint at{};
};
Result<std::optional<Passed>> newest_passed(const backups::Shelf& shelf, const backups::Listing& listing) {
  for (const auto& backup : listing.whole) {
    DIVIO_TRY(drill, backups::last_drill(shelf, backup));
    if (drill && drill->passed) return std::optional(Passed{backup.id, drill->at});
  }
  return std::nullopt;
}

Result<std::string> failed_drill(const backups::Shelf& shelf, const backups::Listing& listing) {
  for (const auto& backup : listing.whole) {
    DIVIO_TRY(drill, backups::last_drill(shelf, backup));
    if (!drill) continue;
    if (drill->passed) return std::string();
    return fmt::format("backup {} did not pass its restore drill: {}", backup.id, drill->differences.empty() ? "" : drill->differences.front());
  }
  return std::string();
}

struct Due {
  bool backup = false;
  bool drill = false;
};

Result<Due> what_is_due(const backups::Shelf& shelf, const model::EnvironmentKey& key, const StoredSchedule& stored, TimePoint now) {
  DIVIO_TRY(listing, backups::list(shelf, key));
  const auto& [schedule, since] = stored;
  DIVIO_TRY(passed, newest_passed(shelf, listing));
  return Due{.backup = backups::is_due(schedule, newest_scheduled(listing), since, now),
             .drill = backups::is_drill_due(schedule, passed ? std::optional(passed->at) : std::nullopt, now)};
}

// Makes what is due of one environment; nothing where nothing is, or where there is no data.
Result<std::optional<BackupView>> run_one(PlatformParts& parts, const model::EnvironmentKey& key, const CallOptions& options) {
  DIVIO_TRY(stored, controller::backup_schedule(*parts.store, key));
  DIVIO_TRY(environment, parts.store->projects().environment(key));
  if (!stored || !environment) return std::nullopt;
  DIVIO_TRY(runtime, runtime_of(parts, key));
  DIVIO_TRY(shelf, shelf_of(parts, runtime->region.name));
  DIVIO_TRY(due, what_is_due(shelf, key, *stored, runtime->clock.now()));
  if (!due.backup) return std::nullopt;
  DIVIO_TRY(any, controller::has_data(*runtime, {key}));
  if (!any) return std::nullopt;
  DIVIO_TRY(whole, whole_shelf_of(parts, runtime->region.name, key));  // those that went elsewhere before grow old, too
  DIVIO_TRY(backup, controller::make_backup(*runtime, whole, {key, "", model::BackupKind::scheduled}, call_of(options)));
  if (due.drill) {
    DIVIO_TRY(drill, controller::verify_backup(*runtime, shelf, backup, call_of(options)));
    if (!drill.passed) return fail(ErrorCode::failed, fmt::format("backup {} did not pass its restore drill: {}", backup.id, drill.differences.front()),
                                   fmt::format("divioctl backup show {} -e {} says more", backup.id, key.environment.str()));
  }
  DIVIO_TRY(view, view_of(shelf, backup));
  return std::optional(std::move(view));
}

Result<void> fill(PlatformParts& parts, controller::Runtime& runtime, const model::EnvironmentKey& key, StatusView& status) {
  DIVIO_TRY(trouble, controller::backup_trouble(runtime, key));
  if (!trouble.empty()) status.problems.push_back(trouble);
  DIVIO_TRY(stored, controller::backup_schedule(*parts.store, key));
  DIVIO_TRY(shelf, shelf_of(parts, runtime.region.name));
  DIVIO_TRY(listing, backups::list(shelf, key));
  if (!listing.whole.empty()) {
    status.backups.last = listing.whole.front().id;
    status.backups.last_at = model::to_rfc3339(listing.whole.front().created_at);
  }
  DIVIO_TRY(passed, newest_passed(shelf, listing));
  if (passed) {
    status.backups.verified = passed->id;
    status.backups.verified_at = model::to_rfc3339(passed->at);
  }
  DIVIO_TRY(failed, failed_drill(shelf, listing));
  if (!failed.empty()) status.problems.push_back(failed);
  if (!stored) return {};
  const auto now = runtime.clock.now();
  const auto newest = newest_scheduled(listing);
  const auto next = backups::next_after(stored->schedule, newest ? std::max(*newest, stored->since) : stored->since);
  status.backups.next = model::to_rfc3339(next);
  if (now - next <= too_late) return {};
  DIVIO_TRY(any, controller::has_data(runtime, {key}));
  if (any)
    status.problems.push_back(fmt::format("the backup of {} was not made: nothing runs divioctl backup run, or reconcile --watch", status.backups.next));
  return {};
}

}  // namespace

Result<BackupScheduleView> Platform::schedule_backups(const Target& target, const BackupScheduleRequest& request) {
  DIVIO_TRY(key, find_key(target));
  auto& store = *parts_->store;
  DIVIO_TRY(present, controller::backup_schedule(store, key));
  auto [schedule, since] = present.value_or(StoredSchedule{});
  BackupScheduleView view{.project = key.project.str(), .environment = key.environment.str()};
  if (request.off) {
    DIVIO_CHECK(controller::remove_backup_schedule(store, key));
    return view;
  }
  if (!request.at.empty()) {
    DIVIO_ASSIGN(schedule.at, model::parse_time_of_day(request.at));
    since = parts_->clock->now();
  }
  if (request.verify_days >= 0) schedule.verify_days = request.verify_days;
  const bool wanted = !request.at.empty() || (present && request.verify_days >= 0);
  if (!present && !wanted && request.verify_days >= 0)
    return fail(ErrorCode::invalid, fmt::format("{} has no scheduled backups", key.stem()), "say when: --at 03:00");
  if (wanted) DIVIO_CHECK(controller::put_backup_schedule(store, key, {schedule, since}));
  if (!present && !wanted) return view;
  view.at = model::to_time_of_day(schedule.at);
  view.verify_days = schedule.verify_days;
  view.next = model::to_rfc3339(backups::next_after(schedule, parts_->clock->now()));
  return view;
}

Result<std::vector<BackupView>> Platform::run_backups(const CallOptions& options) {
  DIVIO_TRY(keys, controller::scheduled_environments(*parts_->store));
  std::vector<BackupView> made;
  std::vector<std::string> failures;
  for (const auto& key : keys) {
    auto one = run_one(*parts_, key, options);
    if (options.stop.stop_requested()) return fail(ErrorCode::cancelled, "the scheduled backups were broken off");
    if (!one) failures.push_back(fmt::format("{}/{}: {}", key.project.str(), key.environment.str(), one.error().message));
    else if (*one) made.push_back(std::move(**one));
  }
  if (failures.empty()) return made;
  return fail(ErrorCode::failed, fmt::format("{} of the scheduled backups failed: {}", failures.size(), join(failures, "; ")),
              "divioctl status -e NAME says how its backups are");
}

void add_backups(PlatformParts& parts, controller::Runtime& runtime, const model::EnvironmentKey& key, StatusView& status) {
  if (status.services.empty()) return;
  const auto problems = status.problems.size();
  const auto filled = fill(parts, runtime, key, status);
  if (!filled) status.problems.push_back("what backups there are cannot be told: " + filled.error().message);
  if (status.problems.size() > problems && status.state == "serving") status.state = "degraded";
}

}  // namespace divio
