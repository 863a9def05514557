#include "wire/backup_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "model/volume.hpp"
#include "support/try.hpp"
#include "wire/evidence_json.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {
namespace {

using nlohmann::json;

json to_value(const model::StoredService& service) {
  return {{"prefix", service.prefix},
          {"type", model::type_name(service)},
          {"version", service.version},
          {"bytes", service.bytes},
          {"stored_bytes", service.stored_bytes},
          {"sha256", service.sha256},
          {"evidence", evidence_value(service.evidence)}};
}

// Its name is part of a key in the store.
Result<model::StoredService> whose(const std::string& prefix, const std::string& type) {
  if (type == model::type_name({})) {
    DIVIO_CHECK(model::check_dns_label(model::volume_of_entry(prefix), "volume name"));
    return model::StoredService{.prefix = prefix};
  }
  DIVIO_TRY(checked, model::ServicePrefix::parse(prefix));
  DIVIO_TRY(known, model::service_type(type));
  return model::StoredService{.prefix = checked.str(), .type = known};
}

Result<model::StoredService> service_from(const Fields& fields) {
  std::string prefix;
  std::string type;
  DIVIO_CHECK(fields.read("prefix", prefix));
  DIVIO_CHECK(fields.read("type", type));
  DIVIO_TRY(service, whose(prefix, type));
  DIVIO_CHECK(fields.read("version", service.version));
  DIVIO_CHECK(fields.read("bytes", service.bytes));
  DIVIO_CHECK(fields.read("stored_bytes", service.stored_bytes));
  DIVIO_CHECK(fields.read("sha256", service.sha256));
  DIVIO_TRY(evidence, fields.object("evidence"));
  DIVIO_ASSIGN(service.evidence, evidence_from_fields(evidence));
  return service;
}

Result<model::EnvironmentKey> key_from(const Fields& fields) {
  std::string project;
  std::string environment;
  DIVIO_CHECK(fields.read("project", project));
  DIVIO_CHECK(fields.read("environment", environment));
  DIVIO_TRY(checked, model::ProjectName::parse(project));
  DIVIO_TRY(name, model::EnvironmentName::parse(environment));
  return model::EnvironmentKey{std::move(checked), std::move(name)};
}

Result<void> read_origin(const Fields& fields, model::Backup& backup) {
  std::string region;
  std::string kind;
  DIVIO_CHECK(fields.read("region", region));
  DIVIO_CHECK(fields.read("kind", kind));
  DIVIO_ASSIGN(backup.region, model::RegionName::parse(region));
  const auto known = model::parse_backup_kind(kind);
  if (!known) return fail(ErrorCode::invalid, fmt::format("kind is no kind of backup: {}", kind), "update divioctl");
  backup.kind = *known;
  DIVIO_CHECK(fields.read("catalogue", backup.catalogue));
  DIVIO_CHECK(fields.read("person", backup.person));
  DIVIO_CHECK(fields.read("release", backup.release));
  return fields.read("commit", backup.commit);
}

Failure not_text(std::string_view noun) {
  return fail(ErrorCode::invalid, fmt::format("the {} holds bytes that are not UTF-8", noun), "name tables in UTF-8");
}

}  // namespace

Result<std::string> write_backup(const model::Backup& backup) {
  json services = json::array();
  for (const auto& service : backup.services) services.push_back(to_value(service));
  json manifest{{"id", backup.id},
                {"project", backup.key.project.str()},
                {"environment", backup.key.environment.str()},
                {"region", backup.region.str()},
                {"catalogue", backup.catalogue},
                {"kind", model::to_string(backup.kind)},
                {"person", backup.person},
                {"release", backup.release},
                {"commit", backup.commit},
                {"created_at", model::to_rfc3339(backup.created_at)},
                {"completed_at", model::to_rfc3339(backup.completed_at)},
                {"services", std::move(services)},
                {"key_id", backup.key_id},
                {"sealed_key", backup.sealed_key}};
  if (backup.keep_until) manifest["keep_until"] = model::to_rfc3339(*backup.keep_until);
  auto text = write_text(std::move(manifest));
  if (!text) return not_text("manifest");
  return *std::move(text);
}

Result<model::Backup> read_backup(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "manifest"));
  const Fields fields(value);
  DIVIO_TRY(key, key_from(fields));
  model::Backup backup{.id = {}, .key = std::move(key)};
  DIVIO_CHECK(fields.read("id", backup.id));
  DIVIO_CHECK(read_origin(fields, backup));
  DIVIO_ASSIGN(backup.created_at, fields.time("created_at"));
  DIVIO_ASSIGN(backup.completed_at, fields.time("completed_at"));
  DIVIO_TRY(services, fields.objects("services"));
  for (const auto& entry : services) {
    DIVIO_TRY(service, service_from(entry));
    backup.services.push_back(std::move(service));
  }
  DIVIO_CHECK(fields.read("key_id", backup.key_id));
  DIVIO_CHECK(fields.read("sealed_key", backup.sealed_key));
  std::string keep_until;
  DIVIO_CHECK(fields.read("keep_until", keep_until));
  if (!keep_until.empty()) {
    DIVIO_ASSIGN(backup.keep_until, fields.time("keep_until"));
  }
  return backup;
}

Result<std::string> write_drill(const model::Drill& drill) {
  auto text = write_text({{"backup", drill.backup},
                          {"at", model::to_rfc3339(drill.at)},
                          {"passed", drill.passed},
                          {"milliseconds", static_cast<std::uint64_t>(drill.seconds * 1000)},
                          {"differences", drill.differences}});
  if (!text) return not_text("record of the drill");
  return *std::move(text);
}

Result<model::Drill> read_drill(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "record of the drill"));
  const Fields fields(value);
  model::Drill drill;
  std::uint64_t milliseconds = 0;
  DIVIO_CHECK(fields.read("backup", drill.backup));
  DIVIO_ASSIGN(drill.at, fields.time("at"));
  DIVIO_CHECK(fields.read("passed", drill.passed));
  DIVIO_CHECK(fields.read("milliseconds", milliseconds));
  DIVIO_CHECK(fields.read("differences", drill.differences));
  drill.seconds = static_cast<double>(milliseconds) / 1000;
  return drill;
}

}  // namespace divio::wire
