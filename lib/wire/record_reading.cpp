// The form that write_record (record_json.cpp) gives, read back.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/time.hpp"
#include "support/try.hpp"
#include "wire/bucket_json.hpp"
#include "wire/json_fields.hpp"
#include "wire/migration_json.hpp"
#include "wire/record_json.hpp"
#include "wire/region_json.hpp"
#include "wire/release_json.hpp"

namespace divio::wire {
namespace {

using nlohmann::json;

constexpr std::string_view noun = "record of an environment";

// Reads the parts and names the secrets that are not there.
struct Reader {
  std::vector<std::string> lost = {};

  static bool is_hidden(const json& object, const char* key) { return object.contains(key) && object[key].is_null(); }

  void note(std::string name) {
    if (std::ranges::find(lost, name) == lost.end()) lost.push_back(std::move(name));
  }

  // Takes those whose value is not there out of `object`.
  void drop_hidden(json& object) {
    for (auto entry = object.begin(); entry != object.end();) {
      const bool gone = entry->is_object() && is_hidden(*entry, "value");
      if (gone) note(entry.key() == "SECRET_KEY" ? entry.key() : "variable " + entry.key());
      entry = gone ? object.erase(entry) : std::next(entry);
    }
  }

  // Variables are in the form that they have in a release.
  Result<model::Variables> variables(json object) {
    drop_hidden(object);
    DIVIO_TRY(config, read_release_config(json{{"version", format_version}, {"variables", std::move(object)}}.dump()));
    return std::move(config.variables);
  }

  Result<model::Release> release(const model::EnvironmentKey& key, const json& object) {
    json config = object.value("config", json::object());
    if (config.contains("variables")) drop_hidden(config["variables"]);
    const Fields fields(object, "release");
    model::Release release{.key = key, .image = {}, .revision = {}, .config = {}, .created_by = {}, .reason = {}};
    std::string state;
    DIVIO_CHECK(fields.read("number", release.number));
    DIVIO_CHECK(fields.read("image_name", release.image.name));
    DIVIO_CHECK(fields.read("image_id", release.image.id));
    DIVIO_CHECK(fields.read("image_digest", release.image.digest));
    DIVIO_CHECK(fields.read("state", state));
    DIVIO_CHECK(fields.read("created_by", release.created_by));
    DIVIO_CHECK(fields.read("reason", release.reason));
    DIVIO_ASSIGN(release.config, read_release_config(config.dump()));
    DIVIO_ASSIGN(release.revision, read_revision(object.value("revision", json::object()).dump()));
    DIVIO_ASSIGN(release.created_at, fields.time("created_at"));
    const auto known = model::parse_release_state(state);
    if (!known || release.number < 1) return fail(ErrorCode::invalid, fmt::format("a release in the {} cannot be read", noun));
    release.state = *known;
    return release;
  }

  Result<model::ServiceInstance> identity(const model::EnvironmentKey& key, const Fields& fields) {
    std::string prefix, type, scope, state;
    DIVIO_CHECK(fields.read("prefix", prefix));
    DIVIO_CHECK(fields.read("type", type));
    DIVIO_CHECK(fields.read("scope", scope));
    DIVIO_CHECK(fields.read("state", state));
    DIVIO_TRY(checked, model::ServicePrefix::parse(prefix));
    DIVIO_TRY(known_type, model::service_type(type));
    DIVIO_TRY(known_scope, model::service_scope(scope));
    const auto known_state = model::service_state(state);
    if (!known_state) return fail(ErrorCode::invalid, fmt::format("a service in the {} cannot be read", noun));
    return model::ServiceInstance{.environment = key, .prefix = checked, .type = known_type, .scope = known_scope, .state = *known_state};
  }

  Result<model::ServiceInstance> service(const model::EnvironmentKey& key, const json& object) {
    const Fields fields(object, "service");
    DIVIO_TRY(it, identity(key, fields));
    DIVIO_CHECK(fields.read("version", it.version));
    DIVIO_CHECK(fields.read("server", it.server));
    DIVIO_CHECK(fields.read("database", it.database));
    DIVIO_CHECK(fields.read("mount", it.mount));
    DIVIO_CHECK(fields.read("memory_bytes", it.limits.memory_bytes));
    DIVIO_CHECK(fields.read("cpu_millis", it.limits.cpu_millis));
    DIVIO_CHECK(fields.read("declared", it.declared));
    DIVIO_CHECK(fields.read("host", it.host));
    DIVIO_ASSIGN(it.bucket, bucket_in(fields));
    if (is_hidden(object, "password") || is_hidden(object, "next_password") || is_hidden(object, "old_password")) {
      note("password of service " + it.prefix.str());
      return it;
    }
    const auto secret = [&](const char* name, Secret& place) -> Result<void> {
      std::string text;
      DIVIO_CHECK(fields.read(name, text));
      place = Secret(std::move(text));
      return {};
    };
    DIVIO_CHECK(fields.read("role", it.role));
    DIVIO_CHECK(fields.read("next_role", it.next_role));
    DIVIO_CHECK(fields.read("old_role", it.old_role));
    DIVIO_CHECK(secret("password", it.password));
    DIVIO_CHECK(secret("next_password", it.next_password));
    DIVIO_CHECK(secret("old_password", it.old_password));
    return it;
  }
};

Result<void> put_back(json& object, const Secret& secrets) {
  DIVIO_TRY(values, read_text(secrets.reveal(), "secrets of a record"));
  for (const auto& [place, value] : values.items()) {
    if (!place.starts_with('/')) continue;  // "version"
    const json::json_pointer pointer(place);
    if (object.contains(pointer)) object[pointer] = value;
  }
  return {};
}

Result<model::Environment> environment_from(const model::ProjectName& project, const Fields& fields) {
  std::string name;
  DIVIO_CHECK(fields.read("name", name));
  DIVIO_TRY(checked, model::EnvironmentName::parse(name));
  model::Environment environment{.key = {project, checked}, .scale = {}};
  DIVIO_CHECK(fields.read("release", environment.release));
  DIVIO_CHECK(fields.read("generation", environment.generation));
  DIVIO_CHECK(fields.read("stopped", environment.stopped));
  DIVIO_TRY(scale, fields.object("scale"));
  for (const auto& key : scale.keys()) {
    DIVIO_TRY(process, model::ProcessName::parse(key));
    DIVIO_CHECK(scale.read(key, environment.scale[process]));
  }
  return environment;
}

Result<model::Project> project_from(const Fields& fields) {
  std::string name;
  DIVIO_CHECK(fields.read("name", name));
  DIVIO_TRY(checked, model::ProjectName::parse(name));
  model::Project project{.name = checked, .application = {}, .directory = {}};
  DIVIO_CHECK(fields.read("application", project.application));
  DIVIO_CHECK(fields.read("directory", project.directory));
  DIVIO_CHECK(fields.read("organisation", project.organisation));
  return project;
}

Result<model::Region> region_from(const json& object) {
  const Fields fields(object, "region");
  std::string name;
  std::optional<std::uint16_t> port;
  DIVIO_CHECK(fields.read("name", name));
  DIVIO_CHECK(fields.read("http_port", port));
  DIVIO_TRY(region, read_region_settings(object.value("settings", json::object()).dump()));
  DIVIO_ASSIGN(region.name, model::RegionName::parse(name));
  region.http_port = port.value_or(region.http_port);
  return region;
}

Result<void> read_migration(const json& object, Reader& reader, model::EnvironmentRecord& record) {
  if (Reader::is_hidden(object, "all")) {
    reader.note(fmt::format("the move from {} to {}", object.value("source", std::string()), object.value("target", std::string())));
    return {};
  }
  DIVIO_ASSIGN(record.migration, migration_from_json(Secret(object.value("all", std::string()))));
  const auto servers = object.value("servers", json::object());
  for (const auto& [server, password] : servers.items())
    if (!password.is_null()) record.other_servers.emplace(server, Secret(password.get<std::string>()));
  if (!object.contains("other_region")) return {};
  const auto& other = object["other_region"];
  DIVIO_ASSIGN(record.other_region, region_from(other));
  record.other_region->endpoint = other.value("endpoint", std::string());
  record.other_region->certificates = other.value("certificates", std::string());
  return {};
}

Result<ReadRecord> read_parts(const json& object) {
  Reader reader;
  const Fields fields(object);
  DIVIO_TRY(project_fields, fields.object("project"));
  DIVIO_TRY(project, project_from(project_fields));
  DIVIO_TRY(environment_fields, fields.object("environment"));
  DIVIO_TRY(environment, environment_from(project.name, environment_fields));
  model::EnvironmentRecord record{.project = project, .environment = environment};
  const auto& key = environment.key;
  DIVIO_ASSIGN(record.region, region_from(object.value("region", json::object())));
  record.environment.region = record.region.name;
  DIVIO_ASSIGN(record.variables, reader.variables(object.value("variables", json::object())));
  for (const auto& one : object.value("releases", json::array())) {
    DIVIO_TRY(release, reader.release(key, one));
    record.releases.push_back(std::move(release));
  }
  for (const auto& one : object.value("services", json::array())) {
    DIVIO_TRY(service, reader.service(key, one));
    record.services.push_back(std::move(service));
  }
  if (Reader::is_hidden(object, "secret_key")) reader.note("SECRET_KEY");
  else record.secret_key = Secret(object.value("secret_key", std::string()));
  const auto servers = object.value("servers", json::object());
  for (const auto& [server, password] : servers.items()) {
    if (password.is_null()) reader.note("password of server " + server);
    else record.servers.emplace(server, Secret(password.get<std::string>()));
  }
  if (object.contains("migration")) DIVIO_CHECK(read_migration(object["migration"], reader, record));
  return ReadRecord{std::move(record), std::move(reader.lost)};
}

}  // namespace

Result<ReadRecord> read_record(std::string_view open, const std::optional<Secret>& secrets) {
  DIVIO_TRY(object, read_text(open, noun));
  try {
    if (secrets) DIVIO_CHECK(put_back(object, *secrets));
    return read_parts(object);
  } catch (const json::exception&) {
    return fail(ErrorCode::invalid, fmt::format("the {} does not fit", noun), "it was written by another divioctl, or is damaged");
  }
}

}  // namespace divio::wire
