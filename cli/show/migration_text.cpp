#include <fmt/format.h>

#include <algorithm>

#include "cli/report/text_width.hpp"
#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/pace.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string pause_text(double milliseconds) {
  if (milliseconds <= 0) return {};
  return milliseconds < 1000 ? fmt::format("{:.0f} ms", milliseconds) : human_seconds(milliseconds / 1000);
}

std::string about(const std::string& text) { return text.empty() ? "" : "about " + text; }

std::string holds_text(const MigrationServiceView& service) {
  if (service.tables > 0) return counted(service.tables, "table");
  return service.files > 0 ? counted(service.files, "file") : "";
}

std::string painted_phase(const std::string& phase, const Style& style) {
  if (phase == "soaking" || phase == "finalised") return style.green(phase);
  return phase == "aborted" ? style.red(phase) : style.yellow(phase);
}

std::string painted_decision(const std::string& decision, const Style& style) {
  if (decision == "committed") return style.green(decision);
  return decision == "aborted" ? style.red(decision) : style.yellow(decision);
}

std::string data_text(const MigrationPlanView& plan) {
  std::uint64_t bytes = 0;
  for (const auto& service : plan.services) bytes += service.bytes;
  return plan.services.empty() ? "" : human_bytes(bytes);
}

std::string planned_services(const MigrationPlanView& plan, const Style& style) {
  if (plan.services.empty() && !plan.possible) return {};  // nobody looked
  if (plan.services.empty()) return "\nIt has no services: there is no data to copy\n";
  std::vector<Row> rows;
  for (const auto& service : plan.services)
    rows.push_back({service.prefix, service.type, service.version, human_bytes(service.bytes), holds_text(service),
                    service.method, service.from, service.to});
  return "\n" + table_text({"SERVICE", "TYPE", "VERSION", "SIZE", "HOLDS", "METHOD", "FROM", "TO"}, rows, style);
}

std::string obstacles_text(const MigrationPlanView& plan, const Style& style) {
  std::string text;
  for (const auto& obstacle : plan.obstacles) {
    const auto mark = obstacle.stops ? style.red("in the way:") : style.yellow("to know:");
    text += fmt::format("\n{} {}\n", mark, printable(obstacle.what));
    if (!obstacle.way_out.empty()) text += fmt::format("    {} {}\n", style.bold("hint:"), printable(obstacle.way_out));
  }
  return text;
}

std::string what_comes_next(const MigrationPlanView& plan) {
  return fmt::format("\n{}: {}\n", plan.possible ? "Move it with" : "Mend what is in the way, and look again", plan.next);
}

std::string copied_text(const MigrationServiceView& service) {
  const auto tables = service.tables == 0 ? "" : fmt::format("{} of {} tables", service.copied, service.tables);
  if (service.copied_bytes == 0 || service.copied_bytes >= service.bytes) return tables;
  return fmt::format("{} of {}{}{}", human_bytes(service.copied_bytes), human_bytes(service.bytes), tables.empty() ? "" : ", ", tables);
}

std::string paces_text(const MigrationView& migration) {
  std::string text;
  for (const auto& service : migration.services)
    if (const auto pace = pace_text({service.bytes_per_second, service.seconds_to_go}); !pace.empty()) text += fmt::format("service '{}' is copied: {}\n", service.prefix, pace);
  return text;
}

std::string troubles_text(const MigrationView& migration) {
  std::string text;
  for (const auto& service : migration.services)
    if (!service.trouble.empty()) text += fmt::format("service '{}' does not come over: {}\n", service.prefix, printable(service.trouble));
  return text;
}

std::string moving_services(const MigrationView& migration, const Style& style) {
  std::vector<Row> rows;
  for (const auto& service : migration.services)
    if (service.method == "replication" && service.bytes > 0) rows.push_back({service.prefix, service.type, service.version, human_bytes(service.bytes), service.method,
                    copied_text(service),
                    service.following ? "yes" : "no", service.following ? human_bytes(service.lag_bytes) : ""});
  if (rows.empty()) return {};  // nothing is copied at this time
  return "\n" + table_text({"SERVICE", "TYPE", "VERSION", "SIZE", "METHOD", "COPIED", "FOLLOWS", "BEHIND"}, rows, style) + paces_text(migration) + troubles_text(migration);
}

std::string attempts_text(const MigrationView& migration, const Style& style) {
  if (migration.attempts.empty()) return {};
  std::vector<Row> rows;
  for (const auto& attempt : migration.attempts)
    rows.push_back({fmt::format("{}", attempt.number), attempt.from, attempt.to, short_time(attempt.began_at),
                    pause_text(attempt.pause_ms), painted_decision(attempt.decision, style)});
  auto text = "\n" + table_text({"ATTEMPT", "FROM", "TO", "BEGAN", "PAUSE", "DECISION"}, rows, style);
  for (const auto& attempt : migration.attempts)
    if (!attempt.cause.empty()) text += fmt::format("attempt {} {}: {}\n", attempt.number, attempt.alone ? "took over" : "was undone", printable(attempt.cause));
  return text;
}

std::string held_text(const MigrationView& migration, const MigrationComparedServiceView& service) {
  const auto known = std::ranges::find(migration.services, service.prefix, &MigrationServiceView::prefix);
  const bool keys = known != migration.services.end() && known->type == "redis";
  if (!service.checksum.empty()) return fmt::format("{}, {}", counted(service.files, "file"), human_bytes(service.bytes));
  std::uint64_t rows = 0;
  for (const auto& table : service.tables) rows += table.rows;
  if (keys) return counted(rows, "key");
  const auto sequences = service.sequences.empty() ? "" : ", " + counted(service.sequences.size(), "sequence");
  return fmt::format("{}, {}{}", counted(service.tables.size(), "table"), counted(rows, "row"), sequences);
}

std::string comparisons_text(const MigrationView& migration, const Style& style) {
  if (migration.comparisons.empty()) return {};
  std::vector<Row> rows;
  std::string differences;
  for (const auto& one : migration.comparisons) {
    if (one.services.empty() && !one.intact) rows.push_back({"", "", "", "", style.red("report was changed")});
    for (const auto& service : one.services) {
      const auto result = !one.intact ? style.red("report was changed") : service.differences.empty() ? style.green("the same") : style.red("differs");
      rows.push_back({"before " + one.before, short_time(one.at), service.prefix, held_text(migration, service), result});
      for (const auto& difference : service.differences)
        differences += fmt::format("before {}: {}: {}\n", one.before, service.prefix, printable(difference));
    }
  }
  return "\n" + table_text({"COMPARED", "AT", "SERVICE", "HELD", "RESULT"}, rows, style) + differences;
}

// Of the hand-over to where it is served now.
std::string last_pause(const MigrationView& migration) {
  std::string text;
  for (const auto& attempt : migration.attempts)
    if (attempt.decision == "committed") text = pause_text(attempt.pause_ms);
  return text;
}

// Media within a region.
bool is_of_files(const MigrationView& migration) {
  return !migration.service.empty() && std::ranges::all_of(migration.services, [](const auto& one) { return one.type == "media"; });
}

// What the phase means to somebody who uses the environment; empty where its name says it.
std::string meaning_of(const MigrationView& migration) {
  const auto& other = migration.serves == migration.to ? migration.from : migration.to;
  if (is_of_files(migration)) {
    const bool is_bucket = other.find(" at ") != std::string::npos;  // which the name of a volume cannot have
    if (migration.phase == "soaking")
      return fmt::format("\nThe way back to {} {} is open until migrate finalize: migrate reverse brings what was written since\n", is_bucket ? "bucket" : "volume", other);
    if (migration.phase == "finalised" && is_bucket) return fmt::format("\nBucket {} stays with all that is in it, and nothing uses it any more\n", other);
  }
  if (migration.phase == "soaking") return fmt::format("\n{} gets every change too: the way back there is open until migrate finalize\n", other);
  if (migration.phase == "finalised" && migration.alone) return fmt::format("\nIt ended without {0}, where all stays as it is. When {0} is back: divioctl migrate finalize --project {1} -e {2}\n", other, migration.project, migration.environment);
  if (migration.phase == "finalised") return fmt::format("\n{} has nothing of it any more\n", other);
  if (migration.phase == "aborted")
    return fmt::format("\nIt was given up: {} serves as before{}\n", migration.serves, migration.alone ? fmt::format(", and all stays as it is in {}", other) : "");
  return {};
}

// The region that was left is the one that does not serve.
std::string forward_text(const MigrationView& migration) {
  if (migration.forwards_until.empty()) return {};
  const auto& left = migration.serves == migration.to ? migration.from : migration.to;
  return fmt::format("Whoever still comes to {} is handed on to {} until {}\n", left, migration.serves, short_time(migration.forwards_until));
}

std::string backup_text(const MigrationView& migration) {
  const auto& backup = migration.backup;
  if (backup.id.empty()) return {};
  return fmt::format("A last backup was made before that: {}, kept until {}\nPut it back with: divioctl backup restore {} --project {} -e {}\n",
                     backup.id, short_time(backup.keep_until), backup.id, migration.project, migration.environment);
}

std::string planned_text(const MigrationPlanView& plan, const Style& style) {
  const auto possible = plan.possible ? style.green("can be moved") : style.red("cannot be moved yet");
  auto text = fmt::format("{}/{}: {}\n", plan.project, plan.environment, possible);
  text += block_text({{"from", plan.from},
                      {"to", plan.to},
                      {"release", plan.release == 0 ? "" : fmt::format("{}, {}", plan.release, plan.image)},
                      {"data", data_text(plan)},
                      {"copying takes", about(plan.predicted_copy_s <= 0 ? "" : human_seconds(plan.predicted_copy_s))},
                      {"requests wait", about(pause_text(plan.predicted_pause_ms))},
                      {"hash", plan.hash}},
                     style);
  return text + planned_services(plan, style) + obstacles_text(plan, style);
}

}  // namespace

std::string text_of(const MigrationPlanView& plan, const Style& style) { return planned_text(plan, style) + what_comes_next(plan); }

std::string text_of(const MigrationGroupPlanView& group, const Style& style) {
  std::string text;
  for (const auto& plan : group.plans) text += planned_text(plan, style) + "\n";
  if (group.plans.empty()) text += "All of it is on its way already\n\n";
  text += fmt::format("All of it: {}\n", group.possible ? style.green("can be moved") : style.red("cannot be moved yet"));
  text += block_text({{"copying takes", about(group.predicted_copy_s <= 0 ? "" : human_seconds(group.predicted_copy_s))},
                      {"requests wait", about(pause_text(group.predicted_pause_ms))},
                      {"hash", group.hash}},
                     style);
  return text + fmt::format("\n{} {}\n", group.possible ? "Move it with:" : "Mend what is in the way, and look again:", group.next);
}

std::string text_of(const MigrationRehearsalView& rehearsal, const Style& style) {
  const auto well = rehearsal.good ? style.green("is well there") : style.red("does not answer well there");
  auto text = fmt::format("{}/{}: {}\n", rehearsal.project, rehearsal.environment, well);
  text += block_text({{"from", rehearsal.from},
                      {"to", rehearsal.to},
                      {"ready after", human_seconds(rehearsal.ready_s)},
                      {rehearsal.path, fmt::format("{}, after {}", rehearsal.status, pause_text(rehearsal.answered_ms))},
                      {"ways", pause_text(rehearsal.ways_ms)},
                      {"media files", rehearsal.files_ms > 0 ? pause_text(rehearsal.files_ms) : ""},
                      {"requests wait", about(pause_text(rehearsal.predicted_pause_ms))}},
                     style);
  std::vector<Row> rows;
  for (const auto& service : rehearsal.services) rows.push_back({service.prefix, pause_text(service.arrives_ms)});
  if (!rows.empty()) text += "\n" + table_text({"SERVICE", "A WRITE ARRIVES AFTER"}, rows, style);
  const auto target = fmt::format("--project {} -e {}", rehearsal.project, rehearsal.environment);
  if (rehearsal.kept) return text + fmt::format("\nIt is ready: divioctl migrate cutover {}\nor give it up: divioctl migrate abort {}\n", target, target);
  return text + fmt::format("\nNothing is left of it. Move it with: divioctl migrate start {} --to {}\n", target, rehearsal.to);
}

std::string text_of(const std::vector<MigrationRehearsalView>& rehearsals, const Style& style) {
  std::string text;
  for (const auto& one : rehearsals) text += (text.empty() ? "" : "\n") + text_of(one, style);
  return text;
}

std::string text_of(const MigrationView& migration, const Style& style) {
  auto text = fmt::format("{}/{}: {}\n", migration.project, migration.environment, painted_phase(migration.phase, style));
  text += block_text({{"migration", migration.id},
                      {"service", migration.service},
                      {"from", migration.from},
                      {"to", migration.to},
                      {"serves", style.bold(migration.serves)},
                      {"window", migration.window},
                      {"began", short_time(migration.began_at)},
                      {"changed", short_time(migration.changed_at)}},
                     style);
  text += meaning_of(migration) + forward_text(migration) + backup_text(migration) + moving_services(migration, style) + attempts_text(migration, style) + comparisons_text(migration, style);
  if (!migration.next.empty()) text += fmt::format("\nNext: {}\n", migration.next);
  return text;
}

std::string text_of(const std::vector<MigrationView>& migrations, const Style& style) {
  if (migrations.empty()) return "No migrations\n";
  std::vector<Row> rows;
  for (const auto& migration : migrations)
    rows.push_back({migration.project + "/" + migration.environment, migration.from, migration.to,
                    painted_phase(migration.phase, style), migration.serves, last_pause(migration), short_time(migration.began_at),
                    short_time(migration.changed_at)});
  return table_text({"ENVIRONMENT", "FROM", "TO", "PHASE", "SERVES", "PAUSE", "BEGAN", "CHANGED"}, rows, style);
}

}  // namespace divio::cli
