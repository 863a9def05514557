// What divio.yaml says, checked and with every default filled in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/names.hpp"
#include "model/process.hpp"
#include "model/region.hpp"
#include "model/service.hpp"

namespace divio::model {

// How the image is made from the codebase.
struct BuildSettings {
  std::string dockerfile = "Dockerfile";          // path within the codebase
  std::string target;                             // stage of a multi-stage Dockerfile; empty: the last
  std::map<std::string, std::string> arguments;   // build arguments; never secret

  friend bool operator==(const BuildSettings&, const BuildSettings&) = default;
};

// What an environment says differently from its project.
struct EnvironmentFile {
  std::string branch;  // empty: the codebase's current branch
  std::optional<RegionName> region;           // absent: the catalogue's default region
  std::vector<std::string> domains;           // the first is the one shown
  std::map<ProcessName, int> replicas;        // by process
  std::map<std::string, std::string> variables;

  friend bool operator==(const EnvironmentFile&, const EnvironmentFile&) = default;
};

struct ProjectFile {
  ProjectName project;
  std::string application;   // optional grouping
  std::string organisation;  // whose it is; dedicated regions ask for it
  BuildSettings build;
  std::vector<Process> processes;              // by name; a codebase with none has one `web`
  std::vector<std::string> release_commands;   // each run by /bin/sh -c in the new image, in order
  std::vector<Mount> volumes;                  // mounted into every process and release command
  std::map<std::string, std::string> variables;
  std::map<EnvironmentName, EnvironmentFile> environments;  // always has `test` and `live`
  std::vector<ServiceSpec> services = {};      // by prefix
  std::string plan = {};                       // what it pays for; regions may take the projects of a plan

  friend bool operator==(const ProjectFile&, const ProjectFile&) = default;
};

}  // namespace divio::model
