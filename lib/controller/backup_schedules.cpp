#include "controller/backup_schedules.hpp"

#include <fmt/format.h>

#include <charconv>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

constexpr std::string_view schedule_setting = "backup-schedule:";

std::string setting_of(const model::EnvironmentKey& key) {
  return fmt::format("{}{}/{}", schedule_setting, key.project.str(), key.environment.str());
}

Result<model::EnvironmentKey> key_of(std::string_view setting) {
  const auto names = split(setting.substr(schedule_setting.size()), '/');
  if (names.size() != 2) return fail(ErrorCode::bug, "it cannot be read whose a schedule of backups is");
  DIVIO_TRY(project, model::ProjectName::parse(names[0]));
  DIVIO_TRY(environment, model::EnvironmentName::parse(names[1]));
  return model::EnvironmentKey{std::move(project), std::move(environment)};
}

// "03:00 7 2026-11-23T06:35:12.000Z"
std::string schedule_text(const StoredSchedule& stored) {
  return fmt::format("{} {} {}", model::to_time_of_day(stored.schedule.at), stored.schedule.verify_days, model::to_rfc3339(stored.since));
}

Result<StoredSchedule> read_schedule(const std::string& text) {
  const auto words = split(text, ' ');
  if (words.size() != 3) return fail(ErrorCode::bug, "a schedule of backups cannot be read");
  StoredSchedule stored;
  DIVIO_ASSIGN(stored.schedule.at, model::parse_time_of_day(words[0]));
  std::from_chars(words[1].data(), words[1].data() + words[1].size(), stored.schedule.verify_days);
  DIVIO_ASSIGN(stored.since, model::parse_rfc3339(words[2]));
  return stored;
}

}  // namespace

Result<std::vector<model::EnvironmentKey>> scheduled_environments(ports::Store& store) {
  DIVIO_TRY(names, store.settings().setting_names(std::string(schedule_setting)));
  std::vector<model::EnvironmentKey> keys;
  for (const auto& name : names) {
    DIVIO_TRY(key, key_of(name));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<std::optional<StoredSchedule>> backup_schedule(ports::Store& store, const model::EnvironmentKey& key) {
  DIVIO_TRY(text, store.settings().setting(setting_of(key)));
  if (!text) return std::nullopt;
  DIVIO_TRY(stored, read_schedule(text->reveal()));
  return std::optional(stored);
}

Result<void> put_backup_schedule(ports::Store& store, const model::EnvironmentKey& key, const StoredSchedule& stored) {
  return store.settings().put_setting(setting_of(key), Secret(schedule_text(stored)));
}

Result<void> remove_backup_schedule(ports::Store& store, const model::EnvironmentKey& key) {
  return store.settings().remove_setting(setting_of(key));
}

}  // namespace divio::controller
