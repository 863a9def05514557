// What every ingress promises (ports/ingress.hpp). The cases are in ingress_contract.cpp; each program that links them
// says with world() which ingress they are about.
#pragma once

#include <memory>
#include <string>

#include "fakes/outcome.hpp"
#include "ports/ingress.hpp"

namespace divio::tests {

class IngressWorld {
 public:
  virtual ~IngressWorld() = default;
  [[nodiscard]] virtual ports::Ingress& ingress() = 0;
  // The same ingress as another process sees it; may be the same object.
  [[nodiscard]] virtual ports::Ingress& seen_by_another() = 0;
  // A target that answers 200 to health checks, numbered from 1, and one that answers 301.
  [[nodiscard]] virtual model::RouteTarget well(int number, model::RouteRole role) = 0;
  [[nodiscard]] virtual model::RouteTarget redirecting(model::RouteRole role) = 0;
  // The ingress's container goes away, its memory stays.
  virtual void lose_container() = 0;
  virtual void stop_container() = 0;
};

// A region that has no ingress yet, cleaned up afterwards.
[[nodiscard]] std::unique_ptr<IngressWorld> make_world();

[[nodiscard]] inline model::EnvironmentKey key_of(const std::string& project, const std::string& environment) {
  return {must(model::ProjectName::parse(project)), must(model::EnvironmentName::parse(environment))};
}

[[nodiscard]] inline model::Routes routes_of(const std::string& project, std::vector<model::RouteTarget> targets) {
  return {key_of(project, "live"), {project + ".localhost"}, std::move(targets)};
}

// Of the second set of its environment's instances.
[[nodiscard]] inline model::Routes second_set_of(const std::string& project, std::vector<model::RouteTarget> targets) {
  auto routes = routes_of(project, std::move(targets));
  routes.key = routes.key.beside();
  return routes;
}

inline void ensure(ports::Ingress& ingress) {
  must(ingress.ensure([](std::string_view) {}, {}));
}

}  // namespace divio::tests
