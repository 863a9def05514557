#include "wire/event_parts.hpp"
#include "wire/views_json.hpp"

namespace divio::wire {
namespace {

// What a service is, in plans as well as in migrations.
OrderedJson service_json(const MigrationServiceView& service) {
  return {{"prefix", service.prefix}, {"type", service.type}, {"version", service.version},
          {"method", service.method}, {"from", service.from}, {"to", service.to},
          {"bytes", service.bytes},   {"tables", service.tables}, {"files", service.files}};
}

OrderedJson moving_service_json(const MigrationServiceView& service) {
  auto object = service_json(service);
  object["copied"] = service.copied;
  object["copied_bytes"] = service.copied_bytes;
  add_pace(object, {service.bytes_per_second, service.seconds_to_go});
  object["lag_bytes"] = service.lag_bytes;
  object["following"] = service.following;
  object["trouble"] = service.trouble;
  return object;
}

OrderedJson json_of(const MigrationAttemptView& attempt) {
  return {{"number", attempt.number},     {"from", attempt.from},         {"to", attempt.to},
          {"decision", attempt.decision}, {"began_at", attempt.began_at}, {"pause_ms", attempt.pause_ms},
          {"cause", attempt.cause},       {"alone", attempt.alone}};
}

OrderedJson json_of(const MigrationComparedServiceView& service) {
  auto tables = OrderedJson::array();
  for (const auto& table : service.tables) tables.push_back({{"name", table.name}, {"rows", table.rows}, {"checksum", table.checksum}});
  auto sequences = OrderedJson::array();
  for (const auto& one : service.sequences) sequences.push_back({{"name", one.name}, {"serving", one.serving}, {"following", one.following}});
  return {{"prefix", service.prefix}, {"schema", service.schema}, {"tables", std::move(tables)}, {"sequences", std::move(sequences)},
          {"files", service.files}, {"bytes", service.bytes}, {"checksum", service.checksum}, {"differences", service.differences}};
}

OrderedJson json_of(const MigrationComparisonView& comparison) {
  auto services = OrderedJson::array();
  for (const auto& service : comparison.services) services.push_back(json_of(service));
  return {{"before", comparison.before},       {"at", comparison.at},         {"serving", comparison.serving},
          {"following", comparison.following}, {"same", comparison.same},     {"intact", comparison.intact},
          {"signature", comparison.signature}, {"services", std::move(services)}};
}

OrderedJson json_of(const MigrationView& migration) {
  auto attempts = OrderedJson::array();
  for (const auto& attempt : migration.attempts) attempts.push_back(json_of(attempt));
  auto services = OrderedJson::array();
  for (const auto& service : migration.services) services.push_back(moving_service_json(service));
  return {{"id", migration.id},
          {"project", migration.project},
          {"environment", migration.environment},
          {"service", migration.service},
          {"from", migration.from},
          {"to", migration.to},
          {"phase", migration.phase},
          {"serves", migration.serves},
          {"window", migration.window},
          {"began_at", migration.began_at},
          {"changed_at", migration.changed_at},
          {"attempts", std::move(attempts)},
          {"services", std::move(services)},
          {"backup", {{"id", migration.backup.id}, {"keep_until", migration.backup.keep_until}}},
          {"alone", migration.alone},
          {"forwards_until", migration.forwards_until},
          {"next", migration.next}};
}

OrderedJson json_of(const MigrationPlanView& plan) {
  auto services = OrderedJson::array();
  for (const auto& service : plan.services) services.push_back(service_json(service));
  auto obstacles = OrderedJson::array();
  for (const auto& obstacle : plan.obstacles)
    obstacles.push_back({{"stops", obstacle.stops}, {"what", obstacle.what}, {"way_out", obstacle.way_out}});
  return {{"project", plan.project},
          {"environment", plan.environment},
          {"from", plan.from},
          {"to", plan.to},
          {"release", plan.release},
          {"image", plan.image},
          {"services", std::move(services)},
          {"obstacles", std::move(obstacles)},
          {"predicted_pause_ms", plan.predicted_pause_ms},
          {"predicted_copy_s", plan.predicted_copy_s},
          {"possible", plan.possible},
          {"hash", plan.hash},
          {"next", plan.next}};
}

OrderedJson json_of(const MigrationRehearsalView& rehearsal) {
  auto services = OrderedJson::array();
  for (const auto& service : rehearsal.services) services.push_back({{"prefix", service.prefix}, {"arrives_ms", service.arrives_ms}});
  return {{"project", rehearsal.project},
          {"environment", rehearsal.environment},
          {"from", rehearsal.from},
          {"to", rehearsal.to},
          {"ready_s", rehearsal.ready_s},
          {"path", rehearsal.path},
          {"status", rehearsal.status},
          {"answered_ms", rehearsal.answered_ms},
          {"ways_ms", rehearsal.ways_ms},
          {"services", std::move(services)},
          {"files_ms", rehearsal.files_ms},
          {"predicted_pause_ms", rehearsal.predicted_pause_ms},
          {"good", rehearsal.good},
          {"kept", rehearsal.kept}};
}

}  // namespace

std::string to_json(const MigrationPlanView& plan) { return one_line(json_of(plan)); }

std::string to_json(const MigrationGroupPlanView& group) {
  auto plans = OrderedJson::array();
  for (const auto& plan : group.plans) plans.push_back(json_of(plan));
  return one_line(OrderedJson{{"plans", std::move(plans)},
                              {"predicted_pause_ms", group.predicted_pause_ms},
                              {"predicted_copy_s", group.predicted_copy_s},
                              {"possible", group.possible},
                              {"hash", group.hash},
                              {"next", group.next}});
}

std::string to_json(const MigrationRehearsalView& rehearsal) { return one_line(json_of(rehearsal)); }

std::string to_json(const std::vector<MigrationRehearsalView>& rehearsals) {
  auto all = OrderedJson::array();
  for (const auto& one : rehearsals) all.push_back(json_of(one));
  return one_line(OrderedJson{{"rehearsals", std::move(all)}});
}

std::string to_json(const MigrationView& migration) {
  auto object = json_of(migration);
  object["comparisons"] = OrderedJson::array();
  for (const auto& comparison : migration.comparisons) object["comparisons"].push_back(json_of(comparison));
  return one_line(object);
}

std::string to_json(const std::vector<MigrationView>& migrations) {
  auto array = OrderedJson::array();
  for (const auto& migration : migrations) array.push_back(json_of(migration));
  return one_line(OrderedJson{{"migrations", std::move(array)}});
}

}  // namespace divio::wire
