// Everything that a catalogue knows of an environment: what has to be kept somewhere else to rebuild a lost one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/environment.hpp"
#include "model/migration.hpp"
#include "model/region.hpp"
#include "model/release.hpp"
#include "model/service.hpp"
#include "model/variables.hpp"

namespace divio::model {

struct EnvironmentRecord {
  Project project;
  Environment environment;
  Region region = {};                   // where it is; its endpoint is only good on the machine that wrote it
  std::vector<Release> releases = {};   // newest first
  Variables variables = {};
  Secret secret_key = {};               // empty: none was made yet
  std::vector<ServiceInstance> services = {};
  std::map<std::string, Secret> servers = {};  // passwords of the administrators of its services' servers, by server
  std::optional<Migration> migration = {};      // one that goes on
  std::optional<Region> other_region = {};      // of that, where the environment does not serve; with its endpoint
  std::map<std::string, Secret> other_servers = {};  // the same as `servers`, there
};

}  // namespace divio::model
