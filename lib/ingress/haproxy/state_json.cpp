#include "ingress/haproxy/state_json.hpp"

#include <nlohmann/json.hpp>

#include "model/enum_names.hpp"
#include "support/try.hpp"
#include "wire/json_fields.hpp"

namespace divio::ingress {
namespace {

using nlohmann::json;
using wire::Fields;

constexpr model::EnumNames<model::RouteRole, 3> role_names{{{model::RouteRole::joining, "joining"},
                                                            {model::RouteRole::serving, "serving"},
                                                            {model::RouteRole::draining, "draining"}}};

json to_value(const model::RouteTarget& target) {
  return {{"instance", target.instance},
          {"address", target.address},
          {"port", target.port},
          {"role", name_of(role_names, target.role)},
          {"health",
           {{"path", target.health.path},
            {"interval_ms", target.health.interval.count()},
            {"timeout_ms", target.health.timeout.count()},
            {"start_timeout_s", target.health.start_timeout.count()}}}};
}

json to_value(const model::Routes& routes) {
  json targets = json::array();
  for (const auto& target : routes.targets) targets.push_back(to_value(target));
  return {{"project", routes.key.project.str()},
          {"environment", routes.key.environment.original().str()},
          {"beside", routes.key.is_beside()},
          {"hosts", routes.hosts},
          {"targets", std::move(targets)}};
}

Result<model::RouteTarget> target_from(const Fields& fields) {
  model::RouteTarget target;
  std::string role;
  std::optional<std::uint16_t> port;
  DIVIO_CHECK(fields.read("instance", target.instance));
  DIVIO_CHECK(fields.read("address", target.address));
  DIVIO_CHECK(fields.read("port", port));
  DIVIO_CHECK(fields.read("role", role));
  DIVIO_TRY(health, fields.object("health"));
  DIVIO_CHECK(health.read("path", target.health.path));
  DIVIO_CHECK(health.read("interval_ms", target.health.interval));
  DIVIO_CHECK(health.read("timeout_ms", target.health.timeout));
  DIVIO_CHECK(health.read("start_timeout_s", target.health.start_timeout));
  target.port = port.value_or(0);
  target.role = model::value_of(role_names, role).value_or(model::RouteRole::joining);
  return target;
}

Result<model::Routes> routes_from(const Fields& fields) {
  std::string project;
  std::string environment;
  bool beside = false;
  DIVIO_CHECK(fields.read("project", project));
  DIVIO_CHECK(fields.read("environment", environment));
  DIVIO_CHECK(fields.read("beside", beside));
  DIVIO_TRY(project_name, model::ProjectName::parse(project));
  DIVIO_TRY(environment_name, model::EnvironmentName::parse(environment));
  const model::EnvironmentKey key{std::move(project_name), std::move(environment_name)};
  model::Routes routes{beside ? key.beside() : key, {}, {}};
  DIVIO_CHECK(fields.read("hosts", routes.hosts));
  DIVIO_TRY(targets, fields.objects("targets"));
  for (const auto& target : targets) {
    DIVIO_TRY(read, target_from(target));
    routes.targets.push_back(std::move(read));
  }
  return routes;
}

}  // namespace

std::string write_state(const AllRoutes& routes) {
  json environments = json::array();
  for (const auto& [key, of_environment] : routes) environments.push_back(to_value(of_environment));
  // Never nothing: check_routes() lets only ASCII in.
  return wire::write_text({{"environments", std::move(environments)}}).value_or("{}");
}

Result<AllRoutes> read_state(std::string_view text) {
  AllRoutes all;
  if (text.empty()) return all;
  DIVIO_TRY(value, wire::read_text(text, "state of the ingress"));
  const Fields state(value);
  DIVIO_TRY(environments, state.objects("environments"));
  for (const auto& environment : environments) {
    DIVIO_TRY(routes, routes_from(environment));
    auto key = routes.key;
    all.insert_or_assign(std::move(key), std::move(routes));
  }
  return all;
}

}  // namespace divio::ingress
