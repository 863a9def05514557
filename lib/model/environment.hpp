// What is wanted of an environment. Convergence (planning/rollout.hpp) makes the region agree with it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/names.hpp"

namespace divio::model {

struct Environment {
  EnvironmentKey key;
  std::string region = "local";
  int release = 0;      // number of the release that should serve; 0: nothing was ever deployed
  int generation = 0;   // raised by `restart`: instances of an older generation are replaced
  bool stopped = false;
  std::map<ProcessName, int> scale;  // replicas set by `scale`, above those of the release

  friend bool operator==(const Environment&, const Environment&) = default;
};

struct Project {
  ProjectName name;
  std::string application;
  std::string directory;  // where it was last deployed from; empty: unknown

  friend bool operator==(const Project&, const Project&) = default;
};

// Where an environment's containers live.
struct Region {
  std::string name = "local";
  std::string endpoint;         // unix://..., tcp://..., ssh://...
  std::uint16_t http_port = 80; // where its ingress listens

  friend bool operator==(const Region&, const Region&) = default;
};

}  // namespace divio::model
