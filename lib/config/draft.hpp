// What has been read of a project file so far, with the places that checks across it need for their errors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/project_file.hpp"
#include "config/reader.hpp"
#include "config/yaml_tree.hpp"
#include "model/project_file.hpp"

namespace divio::config {

// A process named within an environment, which must be one of the project's.
struct Mention {
  model::ProcessName process;
  Place place;
};

struct Draft {
  model::ProjectFile file;
  std::vector<Mention> mentions;
  std::map<std::string, Place> domains;  // of all environments
  std::map<model::EnvironmentName, Place> environments;
  const Defaults& defaults;
  std::map<std::string, Place> services = {};  // by prefix
};

// A service while it is read, with the places of its keys.
struct ServiceDraft {
  model::ServiceWish wish;
  std::map<std::string, Place> places = {};
};

// An environment while it is read.
struct EnvironmentDraft {
  model::EnvironmentFile file;
  Draft& whole;
};

[[nodiscard]] Result<void> read_processes(const YamlNode& node, Draft& draft);
[[nodiscard]] Result<void> read_environments(const YamlNode& node, Draft& draft);
[[nodiscard]] Result<void> read_build(const YamlNode& node, Draft& draft);
[[nodiscard]] Result<void> read_volumes(const YamlNode& node, Draft& draft);
[[nodiscard]] Result<void> read_services(const YamlNode& node, Draft& draft);

// That services and volumes do not take each other's names and folders; once both are read.
[[nodiscard]] Result<void> check_services(const Draft& draft);

// The tables, for the list of all keys.
[[nodiscard]] std::span<const Field<model::Process>> process_fields();
[[nodiscard]] std::span<const Field<model::HealthCheck>> health_fields();
[[nodiscard]] std::span<const Field<model::Resources>> resource_fields();
[[nodiscard]] std::span<const Field<EnvironmentDraft>> environment_fields();
[[nodiscard]] std::span<const Field<int>> environment_process_fields();
[[nodiscard]] std::span<const Field<model::BuildSettings>> build_fields();
[[nodiscard]] std::span<const Field<ServiceDraft>> service_fields();
[[nodiscard]] std::span<const Field<Draft>> project_fields();

// A process with every default.
[[nodiscard]] model::Process plain_process(model::ProcessName name);

// The process that requests are routed to.
[[nodiscard]] bool takes_traffic(const model::ProcessName& name);

[[nodiscard]] Result<int> read_replicas(const YamlNode& node);

}  // namespace divio::config
