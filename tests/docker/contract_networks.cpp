#include <algorithm>

#include "docker/engine_contract.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

ports::NetworkSpec network(const Ground& ground, std::string_view what, int number) {
  return {ground.name(what), ground.subnet(number), "", ground.labels()};
}

ports::ContainerSpec in_network(const Ground& ground, std::string_view what, const ports::NetworkSpec& network,
                                const std::string& address) {
  auto spec = ground.container(what, command::sleep());
  spec.network = {network.name, address, {}};
  return spec;
}

}  // namespace

TEST_CASE("A network is created with its subnet and labels, found by them and removed") {
  const auto ground = open_ground();
  auto& networks = ground->engine().networks();
  REQUIRE_OK(networks.create(network(*ground, "net", 0)));
  auto found = networks.list(ground->labels());
  REQUIRE_OK(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().name == ground->name("net"));
  CHECK(found->front().subnet == ground->subnet(0));
  CHECK(found->front().labels == ground->labels());
  auto more = ground->labels();
  more["divio.kind"] = "other";
  CHECK(networks.list(more)->empty());
  CHECK_FALSE(found->front().id.empty());

  CHECK(networks.remove(ground->name("net")));
  CHECK(networks.remove(ground->name("net")));
  CHECK(networks.list(ground->labels())->empty());
}

TEST_CASE("Creating a network that is there leaves it as it is") {
  const auto ground = open_ground();
  auto& networks = ground->engine().networks();
  REQUIRE_OK(networks.create(network(*ground, "net", 0)));
  CHECK(networks.create(network(*ground, "net", 1)));
  const auto found = networks.list(ground->labels());
  REQUIRE_OK(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().subnet == ground->subnet(0));
}

TEST_CASE("A subnet that overlaps another network's is a conflict") {
  const auto ground = open_ground();
  auto& networks = ground->engine().networks();
  REQUIRE_OK(networks.create(network(*ground, "one", 0)));
  CHECK_CODE(ErrorCode::conflict, networks.create(network(*ground, "other", 0)));
}

TEST_CASE("A list of networks without labels holds all of them") {
  const auto ground = open_ground();
  REQUIRE_OK(ground->engine().networks().create(network(*ground, "net", 0)));
  const auto all = ground->engine().networks().list({});
  REQUIRE_OK(all);
  CHECK(std::ranges::find(*all, ground->name("net"), &ports::Network::name) != all->end());
}

TEST_CASE("A network that a running container is in is not removed") {
  const auto ground = open_ground();
  const auto net = network(*ground, "used", 0);
  REQUIRE_OK(ground->engine().networks().create(net));
  const auto id = ground->containers().create(in_network(*ground, "user", net, ""));
  REQUIRE_OK(id);
  REQUIRE_OK(ground->containers().start(*id));
  CHECK_CODE(ErrorCode::conflict, ground->engine().networks().remove(net.name));
  REQUIRE_OK(ground->containers().remove(*id));
  CHECK(ground->engine().networks().remove(net.name));
}

TEST_CASE(
    "A fixed address is the container's before it starts, while it runs, after it ended and after it starts again") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto net = network(*ground, "fixed", 0);
  REQUIRE_OK(ground->engine().networks().create(net));
  const auto address = ground->address(0, 17);
  const auto id = containers.create(in_network(*ground, "at-17", net, address));
  REQUIRE_OK(id);
  const auto check = [&] {
    CHECK(containers.inspect(*id)->addresses.at(net.name) == address);
    CHECK(containers.list(ground->labels())->front().addresses.at(net.name) == address);
  };
  check();
  for (int round = 0; round < 2; ++round) {
    REQUIRE_OK(containers.start(*id));
    check();
    REQUIRE_OK(containers.stop(*id, std::chrono::seconds(5)));
    check();
  }
}

TEST_CASE("A fixed address that another running container has is a conflict at the start") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto net = network(*ground, "crowded", 0);
  REQUIRE_OK(ground->engine().networks().create(net));
  const auto first = containers.create(in_network(*ground, "first", net, ground->address(0, 9)));
  const auto second = containers.create(in_network(*ground, "second", net, ground->address(0, 9)));
  REQUIRE_OK(first);
  REQUIRE_OK(second);
  REQUIRE_OK(containers.start(*first));
  CHECK_CODE(ErrorCode::conflict, containers.start(*second));
  REQUIRE_OK(containers.stop(*first, std::chrono::seconds(5)));
  CHECK(containers.start(*second));
}

TEST_CASE("Addresses that are not fixed come from the network's dynamic range") {
  const auto ground = open_ground();
  auto net = network(*ground, "ranged", 0);
  net.dynamic_range = ground->address(0, 240) + "/28";
  REQUIRE_OK(ground->engine().networks().create(net));
  const auto id = ground->containers().create(in_network(*ground, "anywhere", net, ""));
  REQUIRE_OK(id);
  REQUIRE_OK(ground->containers().start(*id));
  const auto seen = ground->containers().inspect(*id);
  const auto address = seen->addresses.at(net.name);
  CHECK(std::stoi(address.substr(address.rfind('.') + 1)) >= 240);
  const auto host = seen->gateways.at(net.name);  // wherever an engine puts it
  CHECK(host != address);
  CHECK(host.substr(0, host.rfind('.')) == address.substr(0, address.rfind('.')));
}

TEST_CASE("A volume is created, found by its labels, kept while a container has it, and removed") {
  const auto ground = open_ground();
  auto& volumes = ground->engine().volumes();
  const auto name = ground->name("media");
  REQUIRE_OK(volumes.create(name, ground->labels()));
  CHECK(volumes.create(name, ground->labels()));
  CHECK(volumes.list(ground->labels()) == std::vector<std::string>{name});
  const auto looked = volumes.look(ground->labels());
  REQUIRE_OK(looked);
  REQUIRE(looked->size() == 1);
  CHECK(looked->front().name == name);
  CHECK(looked->front().labels == ground->labels());
  auto more = ground->labels();
  more["divio.kind"] = "other";
  CHECK(volumes.list(more)->empty());
  const auto age = std::chrono::system_clock::now() - looked->front().created_at;
  CHECK(std::chrono::abs(age) < std::chrono::minutes(1));

  auto spec = ground->container("with-volume", command::sleep());
  spec.mounts = {{name, "/data/media", false}};
  const auto id = ground->containers().create(spec);
  REQUIRE_OK(id);
  CHECK_CODE(ErrorCode::conflict, volumes.remove(name));
  REQUIRE_OK(ground->containers().remove(*id));
  CHECK(volumes.list(ground->labels())->size() == 1);
  CHECK(volumes.remove(name));
  CHECK(volumes.remove(name));
  CHECK(volumes.list(ground->labels())->empty());
}

TEST_CASE("A container is connected to further networks under its names there, running or not, and disconnected") {
  const auto ground = open_ground();
  auto& networks = ground->engine().networks();
  const auto one = network(*ground, "one", 0);
  const auto other = network(*ground, "other", 1);
  REQUIRE_OK(networks.create(one));
  REQUIRE_OK(networks.create(other));
  const auto id = ground->containers().create(ground->container("connected", command::sleep()));
  REQUIRE_OK(id);
  const auto names = [&] {
    const auto seen = ground->containers().inspect(*id);
    REQUIRE_OK(seen);
    return seen->aliases;
  };
  // Out of the network that every container begins in.
  CHECK(names().size() == 1);
  REQUIRE_OK(networks.disconnect(names().begin()->first, *id));
  CHECK(names().empty());
  REQUIRE_OK(networks.connect({one.name, *id, {"db"}}));
  REQUIRE_OK(ground->containers().start(*id));
  REQUIRE_OK(networks.connect({other.name, *id, {"db", "cache"}}));
  CHECK(names().at(one.name) == std::vector<std::string>{"db"});
  CHECK(names().at(other.name).size() == 2);

  // Again, and with a name more.
  CHECK(networks.connect({other.name, *id, {"cache"}}));
  CHECK(names().at(other.name).size() == 2);
  CHECK(networks.connect({one.name, *id, {"search"}}));
  auto grown = names().at(one.name);
  std::ranges::sort(grown);
  CHECK(grown == std::vector<std::string>{"db", "search"});

  CHECK(networks.disconnect(one.name, *id));
  CHECK(networks.disconnect(one.name, *id));
  CHECK(names().size() == 1);
  CHECK(networks.disconnect(ground->name("no-such-network"), *id));
  CHECK(networks.disconnect(one.name, ground->name("no-such-container")));
  CHECK_CODE(ErrorCode::not_found, networks.connect({ground->name("no-such-network"), *id, {}}));
  CHECK_CODE(ErrorCode::not_found, networks.connect({one.name, ground->name("no-such-container"), {}}));
  REQUIRE_OK(ground->containers().stop(*id, std::chrono::seconds(5)));
  REQUIRE_OK(ground->containers().start(*id));
  CHECK(names().size() == 1);
}

TEST_CASE("A port of the host that another container has is a conflict, at every start, and free once that one has ended") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  for (const auto* what : {"first", "second"}) {
    auto spec = ground->container(what, command::sleep());
    spec.published = {{23456, 80}};
    REQUIRE_OK(containers.create(spec));
  }
  REQUIRE_OK(containers.start(ground->name("first")));
  CHECK_CODE(ErrorCode::conflict, containers.start(ground->name("second")));
  CHECK_CODE(ErrorCode::conflict, containers.start(ground->name("second")));
  CHECK(containers.inspect(ground->name("second"))->state == ports::ContainerState::created);
  REQUIRE_OK(containers.remove(ground->name("first")));
  REQUIRE_OK(containers.start(ground->name("second")));
}

TEST_CASE("A port of one of the host's addresses leaves those of the others free") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto start = [&](const char* what, const char* address) {
    auto spec = ground->container(what, command::sleep());
    spec.published = {{23457, 80, address}};
    REQUIRE_OK(containers.create(spec));
    return containers.start(ground->name(what));
  };
  REQUIRE_OK(start("first", "127.0.0.1"));
  CHECK_CODE(ErrorCode::conflict, start("same", "127.0.0.1"));
  CHECK_CODE(ErrorCode::conflict, start("all", ""));
  REQUIRE_OK(start("other", "127.0.0.2"));
}

TEST_CASE("A container that is in no network reaches itself, and no network is left over from its start") {
  const auto ground = open_ground();
  auto& networks = ground->engine().networks();
  const auto before = networks.list({});
  REQUIRE_OK(before);
  const auto id = ground->containers().create(ground->container("alone", command::sleep()));
  REQUIRE_OK(id);
  const auto made = ground->containers().inspect(*id);
  REQUIRE_OK(made);
  for (const auto& [name, aliases] : made->aliases) REQUIRE_OK(networks.disconnect(name, *id));
  REQUIRE_OK(ground->containers().start(*id));
  const auto seen = ground->containers().inspect(*id);
  REQUIRE_OK(seen);
  CHECK(seen->state == ports::ContainerState::running);
  CHECK(seen->aliases.empty());
  CHECK(networks.list({}).value().size() == before->size());
  ports::ExecSpec spec;
  spec.command = command::find_itself();
  spec.open_input = false;
  auto session = ground->streams().exec(*id, spec);
  REQUIRE_OK(session);
  listen(**session);
  CHECK((*session)->exit_code().value() == 0);
}
