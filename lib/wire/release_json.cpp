#include "wire/release_json.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "support/try.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {
namespace {

using nlohmann::json;

json to_value(const model::HealthCheck& health) {
  return {{"path", health.path},
          {"interval_ms", health.interval.count()},
          {"timeout_ms", health.timeout.count()},
          {"start_timeout_s", health.start_timeout.count()}};
}

Result<model::HealthCheck> health_from(const Fields& fields) {
  model::HealthCheck health;
  DIVIO_CHECK(fields.read("path", health.path));
  DIVIO_CHECK(fields.read("interval_ms", health.interval));
  DIVIO_CHECK(fields.read("timeout_ms", health.timeout));
  DIVIO_CHECK(fields.read("start_timeout_s", health.start_timeout));
  return health;
}

json to_value(const model::Process& process) {
  json value = {{"name", process.name.str()},
                {"command", process.command},
                {"replicas", process.replicas},
                {"health", to_value(process.health)},
                {"memory_bytes", process.resources.memory_bytes},
                {"cpu_millis", process.resources.cpu_millis},
                {"stop_grace_s", process.stop_grace.count()},
                {"drain_timeout_s", process.drain_timeout.count()}};
  if (process.port) value["port"] = *process.port;
  return value;
}

Result<model::Process> process_from(const Fields& fields) {
  std::string name;
  DIVIO_CHECK(fields.read("name", name));
  DIVIO_TRY(checked, model::ProcessName::parse(name));
  model::Process process{.name = std::move(checked), .command = {}, .port = {}, .health = {}, .resources = {}};
  DIVIO_CHECK(fields.read("command", process.command));
  DIVIO_CHECK(fields.read("port", process.port));
  DIVIO_CHECK(fields.read("replicas", process.replicas));
  DIVIO_CHECK(fields.read("memory_bytes", process.resources.memory_bytes));
  DIVIO_CHECK(fields.read("cpu_millis", process.resources.cpu_millis));
  DIVIO_CHECK(fields.read("stop_grace_s", process.stop_grace));
  DIVIO_CHECK(fields.read("drain_timeout_s", process.drain_timeout));
  DIVIO_TRY(health, fields.object("health"));
  DIVIO_ASSIGN(process.health, health_from(health));
  return process;
}

json to_value(const model::Variables& variables) {
  json value = json::object();
  for (const auto& [name, variable] : variables)
    value[name] = {{"value", variable.value.reveal()}, {"secret", variable.secret}};
  return value;
}

Result<model::Variables> variables_from(const Fields& fields) {
  model::Variables variables;
  for (const std::string& name : fields.keys()) {
    DIVIO_TRY(entry, fields.object(name));
    std::string value;
    bool secret = true;  // what does not say that it may be shown may not
    DIVIO_CHECK(entry.read("value", value));
    DIVIO_CHECK(entry.read("secret", secret));
    variables.emplace(name, model::Variable{Secret(std::move(value)), secret});
  }
  return variables;
}

json to_value(const model::ReleaseConfig& config) {
  json processes = json::array();
  for (const auto& process : config.processes) processes.push_back(to_value(process));
  json volumes = json::array();
  for (const auto& mount : config.volumes) volumes.push_back({{"volume", mount.volume}, {"path", mount.path}});
  return {{"processes", std::move(processes)},
          {"release_commands", config.release_commands},
          {"volumes", std::move(volumes)},
          {"hosts", config.hosts},
          {"variables", to_value(config.variables)},
          {"services", config.services}};
}

Result<model::ReleaseConfig> config_from(const Fields& fields) {
  model::ReleaseConfig config;
  DIVIO_TRY(processes, fields.objects("processes"));
  for (const Fields& entry : processes) {
    DIVIO_TRY(process, process_from(entry));
    config.processes.push_back(std::move(process));
  }
  DIVIO_TRY(volumes, fields.objects("volumes"));
  for (const Fields& entry : volumes) {
    model::Mount& mount = config.volumes.emplace_back();
    DIVIO_CHECK(entry.read("volume", mount.volume));
    DIVIO_CHECK(entry.read("path", mount.path));
  }
  DIVIO_CHECK(fields.read("release_commands", config.release_commands));
  DIVIO_CHECK(fields.read("hosts", config.hosts));
  DIVIO_TRY(variables, fields.object("variables"));
  DIVIO_ASSIGN(config.variables, variables_from(variables));
  DIVIO_CHECK(fields.read("services", config.services));
  return config;
}

json to_value(const model::Revision& revision) {
  return {{"commit", revision.commit},
          {"branch", revision.branch},
          {"subject", revision.subject},
          {"working_tree", revision.working_tree}};
}

Result<model::Revision> revision_from(const Fields& fields) {
  model::Revision revision;
  DIVIO_CHECK(fields.read("commit", revision.commit));
  DIVIO_CHECK(fields.read("branch", revision.branch));
  DIVIO_CHECK(fields.read("subject", revision.subject));
  DIVIO_CHECK(fields.read("working_tree", revision.working_tree));
  return revision;
}

// The first variable that JSON cannot carry, for the error.
std::string culprit(const model::Variables& variables) {
  for (const auto& [name, variable] : variables)
    if (!is_utf8(name) || !is_utf8(variable.value.reveal())) return fmt::format("the variable {}", name);
  return "the release's configuration";
}

}  // namespace

Result<Secret> write_release_config(const model::ReleaseConfig& config) {
  if (auto text = write_text(to_value(config))) return Secret(*std::move(text));
  return fail(ErrorCode::invalid, fmt::format("{} holds bytes that are not UTF-8", culprit(config.variables)),
              "encode binary values, for example as base64");
}

Result<model::ReleaseConfig> read_release_config(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "release configuration"));
  return config_from(Fields(value));
}

Result<std::string> write_process(const model::Process& process) {
  if (auto text = write_text(to_value(process))) return *std::move(text);
  return fail(ErrorCode::invalid, fmt::format("the process {} holds bytes that are not UTF-8", process.name.str()),
              "write its command and health path in UTF-8");
}

Result<model::Process> read_process(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "process"));
  return process_from(Fields(value));
}

std::string write_revision(const model::Revision& revision) {
  json value = to_value(revision);
  value["version"] = format_version;
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<model::Revision> read_revision(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "revision"));
  return revision_from(Fields(value));
}

}  // namespace divio::wire
