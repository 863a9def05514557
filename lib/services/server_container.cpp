#include "services/server_container.hpp"

#include <fmt/format.h>

#include "model/roles.hpp"
#include "services/blueprints.hpp"
#include "services/tuning.hpp"
#include "support/ids.hpp"

namespace divio::services {
namespace {

constexpr std::chrono::seconds stop_grace{60};  // a database that is killed has to recover at its next start

// Replaces the shell by the image's entry point, which gets the words.
std::vector<std::string> start_command(const Server& server) {
  const auto& row = blueprint(server.type);
  std::vector<std::string> command{"sh", "-c", fmt::format("{}exec docker-entrypoint.sh \"$@\"", row.prepare), "start"};
  command.insert(command.end(), row.command.begin(), row.command.end());
  for (auto& word : tuning(server.type, server.limits)) command.push_back(std::move(word));
  return command;
}

}  // namespace

std::string image_of(const Server& server) {
  return server.image.empty() ? image_of(blueprint(server.type), server.version) : server.image;
}

model::Labels labels_of(const Server& server) {
  auto labels = server.labels;
  labels[std::string(model::label::role)] = model::role::service;
  labels[std::string(model::label::service)] = model::to_string(server.type);
  labels[std::string(model::label::version)] = server.version;
  return labels;
}

std::string made_of(const Server& server) {
  const auto parts = fmt::format("{}\n{}\n{}\n{}", server.version, image_of(server), server.limits.memory_bytes, server.limits.cpu_millis);
  return sha256_hex(parts).substr(0, 16);
}

ports::ContainerSpec container_of(const Server& server) {
  const auto& row = blueprint(server.type);
  ports::ContainerSpec spec;
  spec.name = server.name;
  spec.image = image_of(server);
  spec.command = start_command(server);
  for (const auto& setting : row.variables) {
    const bool secret = setting.value == "{password}";
    spec.environment[std::string(setting.name)] = {secret ? server.password : Secret(std::string(setting.value)), secret};
  }
  spec.labels = labels_of(server);
  spec.labels[std::string(model::label::made_of)] = made_of(server);
  spec.mounts = {{server.name, std::string(row.data_folder)}};
  spec.resources = server.limits;
  spec.restart = ports::RestartPolicy::unless_stopped;
  spec.stop_grace = stop_grace;
  return spec;
}

ports::ExecSpec probe_of(const Server& server, bool complete) {
  const auto& row = blueprint(server.type);
  auto probe = filled(row.probe, {});
  if (complete) {
    const auto test = fmt::format("test -e {}/{} && exec \"$@\"", row.data_folder, complete_mark);
    probe.insert(probe.begin(), {"sh", "-c", test, "probe"});
  }
  return administration(server, std::move(probe));
}

ports::ExecSpec completion_of(const Server& server) {
  const auto script = fmt::format("cd {} && rm -rf unfinished && touch {} && sync", blueprint(server.type).data_folder, complete_mark);
  return administration(server, {"sh", "-c", script});
}

ports::ExecSpec administration(const Server& server, std::vector<std::string> command) {
  const auto& row = blueprint(server.type);
  ports::ExecSpec spec;
  spec.command = std::move(command);
  // PostgreSQL lets in who is in the container.
  if (server.type != model::ServiceType::postgres)
    spec.environment[std::string(row.password_variable)] = {server.password, true};
  return spec;
}

}  // namespace divio::services
