// How a migration stands, for people.
#include <algorithm>

#include "migration/environment/comparison.hpp"
#include "migration/environment/migrate.hpp"
#include "migration/environment/files_move.hpp"
#include "support/pace.hpp"
#include "wire/comparison_json.hpp"

namespace divio::migration::environment {
namespace {

std::string_view method_of(const model::MovingService& service) { return service.follows ? "replication" : service.is_files() ? "passes" : "copy"; }

MigrationAttemptView view_of(const model::Migration& migration, const model::HandOver& attempt) {
  MigrationAttemptView view{.number = attempt.number, .from = migration.side(false), .to = migration.side(true),
                            .decision = attempt.decision.empty() ? "open" : attempt.decision, .began_at = model::to_rfc3339(attempt.began_at),
                            .pause_ms = std::chrono::duration<double, std::milli>(attempt.pause).count(), .cause = attempt.cause, .alone = attempt.alone};
  if (attempt.back) std::swap(view.from, view.to);
  return view;
}

MigrationComparedServiceView view_of(const model::ComparedService& service) {
  MigrationComparedServiceView view{.prefix = service.prefix, .schema = service.serving.schema, .tables = {}, .sequences = {}, .differences = service.differences};
  if (const auto files = held_files(service.serving)) {
    view.files = files->count;
    view.bytes = files->bytes;
    view.checksum = files->sums;
  } else {
    for (const auto& table : service.serving.tables) view.tables.push_back({table.name, table.rows, table.checksum});
  }
  for (const auto& one : service.sequences) view.sequences.push_back({one.name, one.serving, one.following});
  return view;
}

MigrationComparisonView view_of(const model::Migration& migration, const model::SignedReport& report) {
  MigrationComparisonView view{.signature = report.signature};
  const auto read = wire::comparison_from_json(report.text);
  if (!read) return view;
  view.before = to_string(read->before);
  view.at = model::to_rfc3339(read->at);
  view.serving = read->serving;
  view.following = read->following;
  view.same = read->same();
  view.intact = is_intact(migration, report);
  for (const auto& service : read->services) view.services.push_back(view_of(service));
  return view;
}

}  // namespace

MigrationView view_of(const model::Migration& migration) {
  MigrationView view{.id = migration.id, .project = migration.key.project.str(), .environment = migration.key.environment.str(), .service = migration.in_place() ? migration.services.front().prefix : "",
                     .from = migration.side(false), .to = migration.side(true), .phase = std::string(to_string(migration.phase)),
                     .serves = migration.side(migration.there), .window = {}, .began_at = model::to_rfc3339(migration.began_at),
                     .changed_at = model::to_rfc3339(migration.changed_at), .attempts = {}, .services = {}, .comparisons = {}, .backup = {}, .next = planning::next_command(migration)};
  if (migration.window) view.window = to_string(*migration.window);
  for (const auto& attempt : migration.attempts) view.attempts.push_back(view_of(migration, attempt));
  for (const auto& service : migration.services)
    view.services.push_back({.prefix = service.prefix, .type = service.type, .version = {},
                             .method = std::string(method_of(service)), .from = service.source, .to = service.target});
  using enum model::MigrationPhase;
  if (!migration.last_backup.id.empty() && migration.phase >= finalising)
    view.backup = {migration.last_backup.id, model::to_rfc3339(migration.last_backup.keep_until)};
  view.alone = migration.alone && !migration.goes_on();
  if (migration.forward_until && migration.phase >= finalising) view.forwards_until = model::to_rfc3339(*migration.forward_until);
  for (const auto& report : migration.reports) view.comparisons.push_back(view_of(migration, report));
  return view;
}

namespace {

constexpr auto until_looked_again = std::chrono::milliseconds(1200);

// How far each service is; where some are being copied, looks twice to see how quickly.
class Looks {
 public:
  Looks(const ServiceMoves& services, MigrationView& view, ports::Clock& clock) : clock_(clock) {
    for (const auto& service : services) {
      const auto of_it = std::ranges::find(view.services, service->prefix(), &MigrationServiceView::prefix);
      if (of_it != view.services.end()) seen_.push_back({*service, *of_it, {}});
    }
  }

  void look() {
    for (auto& [service, view, meter] : seen_) {
      service.add_progress(view);
      if (is_copied(view)) meter.see(now(), view.copied_bytes);
    }
  }

  void measure() {
    if (std::ranges::none_of(seen_, [](const auto& one) { return is_copied(one.view); }) || !clock_.sleep(until_looked_again, {})) return;
    look();
    for (auto& [service, view, meter] : seen_) {
      const auto pace = meter.pace(now(), view.bytes);
      view.bytes_per_second = pace.per_second;
      view.seconds_to_go = pace.seconds_to_go;
    }
  }

 private:
  struct Seen {
    ServiceMove& service;
    MigrationServiceView& view;
    PaceMeter meter;
  };

  static bool is_copied(const MigrationServiceView& view) { return view.copied_bytes > 0 && view.copied_bytes < view.bytes; }
  [[nodiscard]] double now() const { return std::chrono::duration<double>(clock_.now().time_since_epoch()).count(); }

  ports::Clock& clock_;
  std::vector<Seen> seen_;
};

}  // namespace

void add_progress(const Regions& regions, const model::Migration& migration, MigrationView& view) {
  using enum model::MigrationPhase;
  if (migration.phase != copying && migration.phase != following && migration.phase != verified && migration.phase != soaking) return;
  for (auto* runtime : {&regions.source, &regions.target})
    if (!runtime->engine.info()) return;  // or each service would wait for it
  TwoRegions both(regions.source, regions.target, migration);
  const auto services = service_moves(both, migration, migration.there ? Side::target : Side::source);
  if (!services) return;
  Looks looks(*services, view, regions.source.clock);
  looks.look();
  looks.measure();
}

}  // namespace divio::migration::environment
