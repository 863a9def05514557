// What is wanted of an environment. Convergence (planning/rollout.hpp) makes the region agree with it.
#pragma once

#include <limits>
#include <map>
#include <string>

#include "model/names.hpp"
#include "model/region.hpp"

namespace divio::model {

struct Environment {
  EnvironmentKey key;
  RegionName region = local_region();
  int release = 0;      // number of the release that should serve; 0: nothing was ever deployed
  int generation = 0;   // raised by `restart`: instances of an older generation are replaced
  bool stopped = false;
  std::map<ProcessName, int> scale;  // replicas set by `scale`, above those of the release

  friend bool operator==(const Environment&, const Environment&) = default;
};

// Of an environment's instances. While a service moves within its region there are two sets of them, which are told apart by this.
struct Generations {
  int first = 0;
  int last = std::numeric_limits<int>::max();

  [[nodiscard]] bool contains(int generation) const noexcept { return generation >= first && generation <= last; }
  friend bool operator==(const Generations&, const Generations&) = default;
};

struct Project {
  ProjectName name;
  std::string application;
  std::string directory;  // where it was last deployed from; empty: unknown
  std::string organisation = {};  // whose it is; empty: nobody's in particular

  friend bool operator==(const Project&, const Project&) = default;
};

}  // namespace divio::model
