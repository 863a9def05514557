// A region in miniature, for testing plans: carrying a step out changes it as the real thing would, and it knows which
// promises a step breaks.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "planning/rollout.hpp"

namespace divio::planning::testing {

struct RegionModel {
  Seen seen;
  bool committed = false;
  std::vector<std::string> broken_promises;

  void carry_out(const Step& step);
  // Instances that answer requests now: routed as serving, running and well.
  [[nodiscard]] std::set<std::string> answering() const;

 private:
  void apply(const ApplyRoutes& step);
  void remove(const RemoveContainer& step);
};

}  // namespace divio::planning::testing
