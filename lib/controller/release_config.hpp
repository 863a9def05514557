// The configuration a release runs with: what the project file, the environment and the user say, in one value. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/services.hpp"
#include "divio/result.hpp"
#include "model/project_file.hpp"
#include "model/release.hpp"

namespace divio::controller {

struct ReleaseFacts {
  model::EnvironmentKey key;
  const model::ProjectFile& file;
  const model::Variables& variables;  // the user's, of this environment
  Secret secret_key;
  std::string branch;
  std::vector<int> exposed_ports;     // of the image
  std::string domain = {};            // of the region; empty: localhost
  Instances services = {};            // of the environment
};

// Later ones win: system variables (STAGE, GIT_BRANCH, DOMAIN, DOMAIN_ALIASES, DOMAIN_REDIRECTS, SECRET_KEY, PORT),
// those of the project file, those of its environment, the user's. Those of services come when a container is made, below
// all but the system's (services.hpp). The port of `web` is its `port`, else the variable
// PORT, else what the image exposes; refused when none of them says.
[[nodiscard]] Result<model::ReleaseConfig> release_config(const ReleaseFacts& facts);

// The host name that an environment always has: shop.DOMAIN for live, shop-test.DOMAIN for test, where an empty domain is
// localhost.
[[nodiscard]] std::string own_host(const model::EnvironmentKey& key, const std::string& domain = {});

}  // namespace divio::controller
