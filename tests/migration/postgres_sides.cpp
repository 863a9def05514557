#include "migration/postgres_sides.hpp"

namespace divio::test {

using migration::postgres::Side;
using model::ServiceType;

TwoSides::TwoSides()
    : source_(servers_.server(ServiceType::postgres)), target_(servers_.plan(ServiceType::postgres, "target")) {
  REQUIRE_OK(services::ensure_server(servers_.place(), target_));
  const auto client = servers_.client(source_, "sides", 0);
  client_ = client.container;
  network_ = client.network;
  REQUIRE_OK(servers_.ground().engine().networks().connect({network_, target_.name, {"target"}}));
  const auto address = [&](const std::string& name) {
    const auto container = servers_.ground().containers().inspect(name);
    REQUIRE_OK(container);
    return container->addresses.at(network_);
  };
  source_address_ = address(source_.name);
  target_address_ = address(target_.name);
  client_address_ = address(client_);
}

TwoSides::~TwoSides() { (void)servers_.ground().containers().remove(target_.name); }

TwoSides::Pair TwoSides::pair(const char* project) {
  const auto place = servers_.place();
  return {{place, source_, servers_.tenant(source_, project)}, {place, target_, servers_.tenant(target_, project)}};
}

void TwoSides::remove(const Pair& pair) {
  for (const auto& side : {pair.source, pair.target}) (void)services::remove_instance(side.place, side.server, side.instance);
}

ports::ExecSpec TwoSides::psql_of(const Side& side) const {
  const auto& host = side.server.name == source_.name ? source_address_ : target_address_;
  ports::ExecSpec spec;
  spec.command = {"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", side.instance.role, side.instance.database};
  spec.environment["PGPASSWORD"] = {side.instance.password, true};
  return spec;
}

RealServers::Said TwoSides::as_tenant(const Side& side, const std::string& statements) {
  const auto spec = psql_of(side);
  return servers_.run(client_, spec.command, statements, spec.environment);
}

RealServers::Said TwoSides::as_administrator(const Side& side, const std::string& statements) {
  return servers_.administrate(side.server, side.instance.database, statements);
}

std::unique_ptr<ports::Session> TwoSides::tenant_session(const Side& side) {
  auto session = servers_.ground().streams().exec(client_, psql_of(side));
  REQUIRE_OK(session);
  return std::move(*session);
}

TwoSides& two_sides() {
  static TwoSides sides;
  return sides;
}

}  // namespace divio::test
