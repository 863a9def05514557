#include "controller/release_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

const model::EnvironmentFile* environment_file(const ReleaseFacts& facts) {
  const auto found = facts.file.environments.find(facts.key.environment);
  return found == facts.file.environments.end() ? nullptr : &found->second;
}

void set_all(model::Variables& variables, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) variables[name] = {Secret(value), false};
}

model::Variables system_variables(const ReleaseFacts& facts, const std::vector<std::string>& hosts) {
  model::Variables variables;
  const std::vector<std::string> aliases(hosts.begin() + 1, hosts.end());
  set_all(variables, {{"STAGE", facts.key.environment.str()},
                      {"GIT_BRANCH", facts.branch},
                      {"DOMAIN", hosts.front()},
                      {"DOMAIN_ALIASES", join(aliases, ",")},
                      {"DOMAIN_REDIRECTS", ""}});
  variables["SECRET_KEY"] = {facts.secret_key, true};
  return variables;
}

std::optional<std::uint16_t> port_of(const model::Variables& variables) {
  const auto found = variables.find("PORT");
  if (found == variables.end()) return std::nullopt;
  const auto& text = found->second.value.reveal();
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

Result<std::uint16_t> web_port(const model::Process& web, const ReleaseFacts& facts, const model::Variables& variables) {
  if (web.port) return *web.port;
  if (const auto port = port_of(variables)) return *port;
  if (facts.exposed_ports.size() == 1) return static_cast<std::uint16_t>(facts.exposed_ports.front());
  const std::string hint = "set processes.web.port in divio.yaml, or EXPOSE one port in the Dockerfile";
  if (facts.exposed_ports.empty())
    return fail(ErrorCode::invalid, "it is not known on which port web listens", hint);
  return fail(ErrorCode::invalid, fmt::format("the image exposes {} ports, so it is not known which one is web's",
                                              facts.exposed_ports.size()), hint);
}

}  // namespace

std::string own_host(const model::EnvironmentKey& key, const std::string& domain) {
  const auto name = key.environment.str() == "live" ? key.project.str() : key.stem();
  return fmt::format("{}.{}", name, domain.empty() ? "localhost" : domain);
}

Result<model::ReleaseConfig> release_config(const ReleaseFacts& facts) {
  const auto* environment = environment_file(facts);
  model::ReleaseConfig config;
  if (environment != nullptr) config.hosts = environment->domains;
  // A domain may name it too.
  const auto host = own_host(facts.key, facts.domain);
  if (std::ranges::find(config.hosts, host) == config.hosts.end()) config.hosts.push_back(host);
  config.release_commands = facts.file.release_commands;
  config.volumes = facts.file.volumes;
  attach(config, facts.services);
  DIVIO_CHECK(check_mounts(config));
  config.variables = system_variables(facts, config.hosts);
  set_all(config.variables, facts.file.variables);
  if (environment != nullptr) set_all(config.variables, environment->variables);
  for (const auto& [name, variable] : facts.variables) config.variables[name] = variable;
  for (auto process : facts.file.processes) {
    if (environment != nullptr)
      if (const auto replicas = environment->replicas.find(process.name); replicas != environment->replicas.end())
        process.replicas = replicas->second;
    if (process.name.str() == "web") {
      DIVIO_ASSIGN(process.port, web_port(process, facts, config.variables));
    }
    config.processes.push_back(std::move(process));
  }
  return config;
}

}  // namespace divio::controller
