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
  std::vector<WantedService> services;   // that containers which start are to find
  std::set<std::string> instances_made;  // prefixes of those on their servers
  std::set<std::string> rotating;        // prefixes of those with two good passwords
  int newest = 0;                        // generation of what was started last

  void carry_out(const Step& step);
  // Instances that answer requests now: routed as serving, running and well.
  [[nodiscard]] std::set<std::string> answering() const;

 private:
  void apply(const ApplyRoutes& step);
  void remove(const RemoveContainer& step);
  void carry_out_service(const Step& step);
  void check_services_of(const std::string& starting);
  SeenServer& server(const std::string& name);
};

}  // namespace divio::planning::testing
