// A world whose project has a database and media, and what its instances were given.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "controller/world.hpp"

namespace divio::controller::testing {

inline constexpr const char* shared_server = "divio-postgres-15";
inline constexpr const char* shared_database = "shop-live-default";

struct ServiceWorld : World {
  ServiceWorld();

  std::map<std::string, model::Variables> given;  // environment of each container that was started, by name

  [[nodiscard]] static model::ServiceSpec spec(const std::string& prefix, model::ServiceType type);
  // "default", "media"
  void want_services();
  // A variable of an instance; "none" if it has none of that name.
  [[nodiscard]] std::string variable(const std::string& instance, const std::string& name);
  // Whether every instance that serves gets in to the database with what it was given.
  [[nodiscard]] bool all_get_in();
  [[nodiscard]] model::ServiceInstance row(const std::string& prefix);
  // State as people see it; "none" if there is no such service.
  [[nodiscard]] std::string state(const std::string& prefix);
};

// Descriptions of the steps of an outcome's plan.
[[nodiscard]] std::vector<std::string> steps(const RolloutOutcome& outcome);
[[nodiscard]] bool has(const std::vector<std::string>& texts, const std::string& text);
[[nodiscard]] bool any_holds(const std::vector<std::string>& texts, std::string_view part);
// Whether a server is in the network of shop/live.
[[nodiscard]] bool connected(ServiceWorld& world, const std::string& server);

}  // namespace divio::controller::testing
