#include "wire/record_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/time.hpp"
#include "support/try.hpp"
#include "wire/bucket_json.hpp"
#include "wire/json_fields.hpp"
#include "wire/migration_json.hpp"
#include "wire/region_json.hpp"
#include "wire/release_json.hpp"

namespace divio::wire {
namespace {

using nlohmann::json;

Result<json> to_value(const model::Region& region) {
  DIVIO_TRY(settings, write_region_settings(region));
  return json{{"name", region.name.str()}, {"http_port", region.http_port}, {"settings", json::parse(settings)}};
}

// Puts secrets apart while the rest is written.
struct Writer {
  json secrets = json::object();

  json hide(const std::string& place, const Secret& secret) {
    secrets[place] = secret.reveal();
    return nullptr;
  }

  json variables(const std::string& place, const model::Variables& all) {
    json value = json::object();
    for (const auto& [name, variable] : all)
      value[name] = {{"secret", variable.secret},
                     {"value", variable.secret ? hide(fmt::format("{}/{}/value", place, name), variable.value) : json(variable.value.reveal())}};
    return value;
  }

  Result<json> release(const std::string& place, const model::Release& release) {
    auto open = release.config;
    open.variables.clear();
    DIVIO_TRY(text, write_release_config(open));
    json config = json::parse(text.reveal());
    config["variables"] = variables(place + "/config/variables", release.config.variables);
    return json{{"number", release.number},
                {"image_name", release.image.name}, {"image_id", release.image.id}, {"image_digest", release.image.digest},
                {"revision", json::parse(write_revision(release.revision))},
                {"config", std::move(config)},
                {"state", model::to_string(release.state)},
                {"created_at", model::to_rfc3339(release.created_at)},
                {"created_by", release.created_by},
                {"reason", release.reason}};
  }

  json service(const std::string& place, const model::ServiceInstance& it) {
    json value = {{"prefix", it.prefix.str()},        {"type", model::to_string(it.type)},
                  {"version", it.version},            {"scope", model::to_string(it.scope)},
                  {"state", model::to_string(it.state)}, {"server", it.server},
                  {"database", it.database},          {"mount", it.mount},
                  {"memory_bytes", it.limits.memory_bytes}, {"cpu_millis", it.limits.cpu_millis},
                  {"declared", it.declared},          {"role", it.role},
                  {"next_role", it.next_role},        {"old_role", it.old_role}};
    if (!it.host.empty()) value["host"] = it.host;
    if (it.bucket) value["bucket"] = bucket_value(*it.bucket);
    if (!it.password.empty()) value["password"] = hide(place + "/password", it.password);
    if (!it.next_password.empty()) value["next_password"] = hide(place + "/next_password", it.next_password);
    if (!it.old_password.empty()) value["old_password"] = hide(place + "/old_password", it.old_password);
    return value;
  }

  // Who may read the record may know where it is going; all the rest is made of its secret, or little without it.
  Result<json> migration(const model::EnvironmentRecord& record) {
    const auto& it = *record.migration;
    json value = {{"source", it.side(false)}, {"target", it.side(true)}, {"all", hide("/migration/all", to_json(it))}};
    for (const auto& [server, password] : record.other_servers) value["servers"][server] = hide("/migration/servers/" + server, password);
    if (!record.other_region) return value;
    DIVIO_ASSIGN(value["other_region"], to_value(*record.other_region));
    value["other_region"]["endpoint"] = record.other_region->endpoint;
    value["other_region"]["certificates"] = record.other_region->certificates;
    return value;
  }
};

json to_value(const model::Environment& environment) {
  json scale = json::object();
  for (const auto& [process, replicas] : environment.scale) scale[process.str()] = replicas;
  return {{"name", environment.key.environment.str()}, {"release", environment.release},
          {"generation", environment.generation},      {"stopped", environment.stopped},
          {"scale", std::move(scale)}};
}

json to_value(const model::Project& project) {
  return {{"name", project.name.str()}, {"application", project.application}, {"directory", project.directory},
          {"organisation", project.organisation}};
}

}  // namespace

Result<RecordTexts> write_record(const model::EnvironmentRecord& record) {
  Writer writer;
  DIVIO_TRY(region, to_value(record.region));
  json value = {{"project", to_value(record.project)},
                {"environment", to_value(record.environment)},
                {"region", std::move(region)},
                {"variables", writer.variables("/variables", record.variables)},
                {"releases", json::array()},
                {"services", json::array()},
                {"servers", json::object()}};
  for (std::size_t i = 0; i < record.releases.size(); ++i) {
    DIVIO_TRY(release, writer.release(fmt::format("/releases/{}", i), record.releases[i]));
    value["releases"].push_back(std::move(release));
  }
  for (std::size_t i = 0; i < record.services.size(); ++i)
    value["services"].push_back(writer.service(fmt::format("/services/{}", i), record.services[i]));
  if (!record.secret_key.empty()) value["secret_key"] = writer.hide("/secret_key", record.secret_key);
  for (const auto& [server, password] : record.servers) value["servers"][server] = writer.hide("/servers/" + server, password);
  if (record.migration) {
    DIVIO_ASSIGN(value["migration"], writer.migration(record));
  }
  auto open = write_text(std::move(value));
  auto secrets = write_text(std::move(writer.secrets));
  if (open && secrets) return RecordTexts{std::move(*open), Secret(std::move(*secrets))};
  return fail(ErrorCode::invalid, fmt::format("{} has variables that are not UTF-8", record.environment.key.stem()),
              "encode binary values, for example as base64");
}

}  // namespace divio::wire
