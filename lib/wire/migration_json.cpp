#include "wire/migration_json.hpp"

#include "wire/bucket_json.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {
namespace {

nlohmann::json to_value(const model::HandOver& attempt) {
  nlohmann::json value{{"number", attempt.number}, {"back", attempt.back}, {"decision", attempt.decision}, {"cause", attempt.cause},
                       {"began_at", model::to_rfc3339(attempt.began_at)}, {"pause_ms", attempt.pause.count()}};
  if (attempt.alone) value["alone"] = true;
  if (attempt.held_at) value["held_at"] = model::to_rfc3339(*attempt.held_at);
  return value;
}

nlohmann::json to_value(const model::ServicePlace& place) {
  nlohmann::json value{{"server", place.server}, {"version", place.version}, {"scope", to_string(place.scope)}, {"host", place.host}};
  if (!place.login) return value;
  value["bucket"] = bucket_value(place.login->bucket);
  value["access_key"] = place.login->access_key;
  value["secret_key"] = place.login->secret_key.reveal();
  return value;
}

Result<std::optional<model::BucketLogin>> login_in(const Fields& place) {
  DIVIO_TRY(bucket, bucket_in(place));
  if (!bucket) return std::optional<model::BucketLogin>();
  std::string access_key, secret_key;
  DIVIO_CHECK(place.read("access_key", access_key));
  DIVIO_CHECK(place.read("secret_key", secret_key));
  return std::optional(model::BucketLogin{std::move(*bucket), std::move(access_key), Secret(std::move(secret_key))});
}

Result<std::optional<model::ServicePlace>> place_in(const Fields& fields, const char* name) {
  DIVIO_TRY(object, fields.object(name));
  std::string scope;
  DIVIO_CHECK(object.read("scope", scope));
  if (scope.empty()) return std::optional<model::ServicePlace>();  // there is none: each has a scope
  model::ServicePlace place;
  DIVIO_CHECK(object.read("server", place.server));
  DIVIO_ASSIGN(place.login, login_in(object));
  DIVIO_CHECK(object.read("version", place.version));
  DIVIO_CHECK(object.read("host", place.host));
  DIVIO_ASSIGN(place.scope, model::service_scope(scope));
  return std::optional(std::move(place));
}

nlohmann::json to_value(const model::MovingService& service) {
  nlohmann::json value{{"prefix", service.prefix}, {"source", service.source}, {"target", service.target}, {"type", service.type}, {"follows", service.follows},
          {"seen_source_ns", service.seen_source_ns}, {"seen_target_ns", service.seen_target_ns}};
  if (service.source_place) value["source_place"] = to_value(*service.source_place);
  if (service.target_place) value["target_place"] = to_value(*service.target_place);
  return value;
}

Result<model::HandOver> hand_over_of(const Fields& fields) {
  model::HandOver attempt;
  DIVIO_CHECK(fields.read("number", attempt.number));
  DIVIO_CHECK(fields.read("back", attempt.back));
  DIVIO_CHECK(fields.read("decision", attempt.decision));
  DIVIO_CHECK(fields.read("cause", attempt.cause));
  DIVIO_CHECK(fields.read("alone", attempt.alone));
  DIVIO_ASSIGN(attempt.began_at, fields.time("began_at"));
  DIVIO_CHECK(fields.read("pause_ms", attempt.pause));
  std::string held_at;
  DIVIO_CHECK(fields.read("held_at", held_at));
  if (!held_at.empty()) {
    DIVIO_ASSIGN(attempt.held_at, fields.time("held_at"));
  }
  return attempt;
}

Result<model::MovingService> moving_service_of(const Fields& fields) {
  model::MovingService service;
  DIVIO_CHECK(fields.read("prefix", service.prefix));
  DIVIO_CHECK(fields.read("source", service.source));
  DIVIO_CHECK(fields.read("target", service.target));
  DIVIO_CHECK(fields.read("type", service.type));
  DIVIO_CHECK(fields.read("follows", service.follows));
  DIVIO_CHECK(fields.read("seen_source_ns", service.seen_source_ns));
  DIVIO_CHECK(fields.read("seen_target_ns", service.seen_target_ns));
  DIVIO_ASSIGN(service.source_place, place_in(fields, "source_place"));
  DIVIO_ASSIGN(service.target_place, place_in(fields, "target_place"));
  return service;
}

Result<void> read_phase(const Fields& fields, model::Migration& migration) {
  std::string text;
  DIVIO_CHECK(fields.read("phase", text));
  const auto phase = model::parse_migration_phase(text);
  if (!phase) return fail(ErrorCode::invalid, "the catalogue has a migration in a phase that this divioctl does not know", "update divioctl");
  migration.phase = *phase;
  return {};
}

Result<void> read_settings(const Fields& fields, model::Migration& migration) {
  DIVIO_CHECK(read_phase(fields, migration));
  DIVIO_CHECK(fields.read("id", migration.id));
  DIVIO_CHECK(fields.read("there", migration.there));
  DIVIO_CHECK(fields.read("release", migration.release));
  DIVIO_CHECK(fields.read("generation", migration.generation));
  DIVIO_CHECK(fields.read("max_pause_ms", migration.max_pause));
  DIVIO_CHECK(fields.read("hold_cutover", migration.hold_cutover));
  DIVIO_CHECK(fields.read("bytes_per_second", migration.bytes_per_second));
  DIVIO_ASSIGN(migration.began_at, fields.time("began_at"));
  DIVIO_ASSIGN(migration.changed_at, fields.time("changed_at"));
  std::string window;
  DIVIO_CHECK(fields.read("window", window));
  if (!window.empty()) {
    DIVIO_ASSIGN(migration.window, model::parse_window(window));
  }
  std::string secret;
  DIVIO_CHECK(fields.read("secret", secret));
  migration.secret = Secret(std::move(secret));
  return {};
}

Result<model::Migration> named(const Fields& fields) {
  std::string project, environment, source, target;
  DIVIO_CHECK(fields.read("project", project));
  DIVIO_CHECK(fields.read("environment", environment));
  DIVIO_CHECK(fields.read("source", source));
  DIVIO_CHECK(fields.read("target", target));
  DIVIO_TRY(project_name, model::ProjectName::parse(project));
  DIVIO_TRY(environment_name, model::EnvironmentName::parse(environment));
  DIVIO_TRY(from, model::RegionName::parse(source));
  DIVIO_TRY(to, model::RegionName::parse(target));
  return model::Migration{.id = {}, .key = {project_name, environment_name}, .source = from, .target = to};
}

Result<void> read_last_backup(const Fields& fields, model::LastBackup& backup) {
  DIVIO_CHECK(fields.read("id", backup.id));
  if (!backup.id.empty()) {
    DIVIO_ASSIGN(backup.keep_until, fields.time("keep_until"));
  }
  return {};
}

}  // namespace

Secret to_json(const model::Migration& migration) {
  nlohmann::json value{{"version", format_version}, {"id", migration.id}, {"project", migration.key.project.str()},
                       {"environment", migration.key.environment.str()}, {"source", migration.source.str()},
                       {"target", migration.target.str()}, {"phase", to_string(migration.phase)}, {"there", migration.there},
                       {"release", migration.release}, {"generation", migration.generation}, {"max_pause_ms", migration.max_pause.count()},
                       {"hold_cutover", migration.hold_cutover}, {"bytes_per_second", migration.bytes_per_second},
                       {"began_at", model::to_rfc3339(migration.began_at)}, {"changed_at", model::to_rfc3339(migration.changed_at)},
                       {"secret", std::string(migration.secret.reveal())}};
  const auto& last = migration.last_backup;
  if (!last.id.empty()) value["last_backup"] = {{"id", last.id}, {"keep_until", model::to_rfc3339(last.keep_until)}};
  if (migration.alone) value["alone"] = true;
  if (migration.forward_until) value["forward_until"] = model::to_rfc3339(*migration.forward_until);
  if (migration.window) value["window"] = to_string(*migration.window);
  value["services"] = nlohmann::json::array();
  for (const auto& service : migration.services) value["services"].push_back(to_value(service));
  value["attempts"] = nlohmann::json::array();
  for (const auto& attempt : migration.attempts) value["attempts"].push_back(to_value(attempt));
  value["reports"] = nlohmann::json::array();
  for (const auto& report : migration.reports) value["reports"].push_back({{"text", report.text}, {"signature", report.signature}});
  return Secret(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));  // a cause is what a server said
}

Result<model::Migration> migration_from_json(const Secret& text) {
  DIVIO_TRY(value, read_text(text.reveal(), "migration in the catalogue"));
  const Fields fields(value);
  DIVIO_TRY(migration, named(fields));
  DIVIO_CHECK(read_settings(fields, migration));
  DIVIO_TRY(services, fields.objects("services"));
  for (const auto& one : services) {
    DIVIO_TRY(service, moving_service_of(one));
    migration.services.push_back(std::move(service));
  }
  if (migration.in_place() && migration.services.size() != 1)
    return fail(ErrorCode::invalid, "the catalogue has a migration within a region that is about no service, or about several", "update divioctl");
  DIVIO_TRY(attempts, fields.objects("attempts"));
  for (const auto& one : attempts) {
    DIVIO_TRY(attempt, hand_over_of(one));
    migration.attempts.push_back(std::move(attempt));
  }
  DIVIO_TRY(reports, fields.objects("reports"));
  for (const auto& one : reports) {
    auto& report = migration.reports.emplace_back();
    DIVIO_CHECK(one.read("text", report.text));
    DIVIO_CHECK(one.read("signature", report.signature));
  }
  if (value.contains("alone")) DIVIO_CHECK(fields.read("alone", migration.alone));
  if (value.contains("forward_until")) {
    DIVIO_ASSIGN(migration.forward_until, fields.time("forward_until"));
  }
  DIVIO_TRY(last, fields.object("last_backup"));
  DIVIO_CHECK(read_last_backup(last, migration.last_backup));
  return migration;
}

}  // namespace divio::wire
