#include "migration/two_servers.hpp"

#include <thread>

#include "docker/engine_contract.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"

namespace divio::test {

TwoServers::TwoServers(model::ServiceType type) : source_(servers_.plan(type, "source")), target_(servers_.plan(type, "target")) {
  for (const auto* server : {&source_, &target_}) REQUIRE_OK(services::ensure_server(servers_.place(), *server));
  const auto client = servers_.client(source_, "sides", 0);
  client_ = client.container;
  auto& networks = servers_.ground().engine().networks();
  REQUIRE_OK(networks.disconnect(client.network, source_.name));
  REQUIRE_OK(networks.connect({client.network, source_.name, {"source"}}));
  REQUIRE_OK(networks.connect({client.network, target_.name, {"target"}}));
  const auto container = servers_.ground().containers().inspect(client_);
  REQUIRE_OK(container);
  client_address_ = container->addresses.at(client.network);
}

TwoServers::~TwoServers() {
  for (const auto* server : {&source_, &target_}) (void)servers_.ground().containers().remove(server->name);
}

std::string TwoServers::run(const migration::Side& side, const std::string& command) {
  const auto spec = services::administration(side.server, {"bash", "-c", command});
  return std::string(trim(servers_.run(side.server.name, spec.command, {}, spec.environment).out));
}

void TwoServers::kill(const migration::Side& side) {
  auto& containers = servers_.ground().containers();
  REQUIRE_OK(containers.kill(side.server.name, "KILL"));
  for (int tries = 0; tries < 100 && containers.inspect(side.server.name)->state == ports::ContainerState::running; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  REQUIRE_OK(services::ensure_server(servers_.place(), side.server));
}

}  // namespace divio::test
