#include <fmt/format.h>

#include "cli/report/text_width.hpp"
#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string painted_drill(const std::string& word, const Style& style) {
  if (word == "passed") return style.green(word);
  if (word == "failed" || word == "unreadable") return style.red(word);
  return word;
}

std::uint64_t stored_bytes(const BackupView& backup) {
  std::uint64_t bytes = 0;
  for (const auto& service : backup.services) bytes += service.stored_bytes;
  return bytes;
}

std::string service_names(const BackupView& backup) {
  std::vector<std::string> names;
  for (const auto& service : backup.services) names.push_back(service.prefix);
  return join(names, ", ");
}

std::string services_text(const BackupView& backup, const Style& style) {
  std::vector<Row> rows;
  for (const auto& service : backup.services)
    rows.push_back({service.prefix, service.type, service.engine.empty() ? service.version : service.engine, human_bytes(service.bytes),
                    human_bytes(service.stored_bytes), fmt::format("{}", service.tables), fmt::format("{}", service.rows)});
  return "\n" + table_text({"SERVICE", "TYPE", "VERSION", "SIZE", "STORED", "TABLES", "ROWS"}, rows, style);
}

}  // namespace

std::string text_of(const BackupView& backup, const Style& style) {
  auto text = fmt::format("{}: {}\n", backup.id, backup.kind);
  text += block_text({{"of", backup.environment.empty() ? "" : backup.project + "/" + backup.environment},
                      {"region", backup.region},
                      {"made", short_time(backup.created_at)},
                      {"kept until", short_time(backup.keep_until)},
                      {"by", backup.person},
                      {"release", backup.release == 0 ? "" : fmt::format("{}", backup.release)},
                      {"commit", short_commit(backup.commit)},
                      {"stored", human_bytes(stored_bytes(backup))},
                      {"drill", backup.verified.empty() ? "never tried out" : painted_drill(backup.verified, style) + ", " + short_time(backup.verified_at)}},
                     style);
  if (!backup.services.empty()) text += services_text(backup, style);
  for (const auto& difference : backup.differences) text += fmt::format("\n{} {}\n", style.red("difference:"), printable(difference));
  return text;
}

std::string text_of(const std::vector<BackupView>& backups, const Style& style) {
  if (backups.empty()) return "No backups\n";
  std::vector<Row> rows;
  for (const auto& backup : backups)
    rows.push_back({backup.id, painted_drill(backup.kind, style), short_time(backup.created_at), service_names(backup),
                    human_bytes(stored_bytes(backup)), backup.release == 0 ? "" : fmt::format("{}", backup.release),
                    painted_drill(backup.verified, style), short_time(backup.keep_until)});
  return table_text({"BACKUP", "KIND", "MADE", "SERVICES", "STORED", "RELEASE", "DRILL", "KEPT UNTIL"}, rows, style);
}

std::string text_of(const BackupListView& list, const Style& style) {
  auto text = text_of(list.backups, style);
  for (const auto& place : list.unseen) text += fmt::format("\n{} there may be more at {}, which does not answer\n", style.yellow("to know:"), place);
  return text;
}

std::string text_of(const BackupFilesView& files, const Style&) {
  std::string text;
  for (const auto& file : files.files) text += fmt::format("{}  {}\n", file.path, human_bytes(file.bytes));
  return text;
}

std::string text_of(const BackupScheduleView& schedule, const Style& style) {
  const auto where = schedule.project + "/" + schedule.environment;
  if (schedule.at.empty()) return fmt::format("{}: no scheduled backups\n", where);
  const auto drill = schedule.verify_days == 0 ? "never" : fmt::format("when the last one is {} days old", schedule.verify_days);
  return where + ": scheduled backups\n" + block_text({{"at", schedule.at + " UTC, every day"}, {"next", short_time(schedule.next)}, {"drill", drill}}, style);
}

std::string text_of(const BackupStoreView& store, const Style& style) { return text_of(std::vector{store}, style); }

std::string text_of(const std::vector<BackupStoreView>& stores, const Style& style) {
  std::vector<Row> rows;
  for (const auto& store : stores) rows.push_back({store.region.empty() ? "all others" : store.region, store.kind, store.where, store.key});
  return table_text({"REGION", "KIND", "WHERE", "KEY"}, rows, style);
}

std::string text_of(const BackupStatusView& backups, const Style& style) {
  if (backups.last.empty() && backups.next.empty()) return {};
  const auto when = [](const std::string& id, const std::string& at) { return id.empty() ? std::string("none") : fmt::format("{} ({})", short_time(at), id); };
  return "\n" + block_text({{"last backup", when(backups.last, backups.last_at)},
                            {"last drill passed", when(backups.verified, backups.verified_at)},
                            {"next backup", short_time(backups.next)}},
                           style);
}

std::string text_of(const TimerView& timer, const Style&) {
  std::string text;
  if (timer.outcome == "planned") {
    for (const auto& file : timer.files) text += fmt::format("# {}\n{}\n", file.path, file.text);
    for (const auto& command : timer.commands) text += command + "\n";
    return text;
  }
  for (const auto& file : timer.files) text += fmt::format("{} {}\n", timer.outcome, file.path);
  return text;
}

}  // namespace divio::cli
