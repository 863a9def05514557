#include "migration/relay/relay_hosts.hpp"

#include "docker/ground_docker.hpp"
#include "docker/remote_host.hpp"
#include "fakes/outcome.hpp"
#include "migration/relay/plan.hpp"
#include "system/clock.hpp"

namespace divio::test {

using namespace migration::relay;
using tests::must;

namespace {

// At two ports, answers each line with its own name, the port and the line.
constexpr const char* server_program = R"perl(
use IO::Socket::INET; $| = 1; $SIG{CHLD} = 'IGNORE';
my $port = fork ? 5432 : 6379;
my $listener = IO::Socket::INET->new(LocalPort => $port, Listen => 50, ReuseAddr => 1) or die;
while (1) {
  my $client = $listener->accept or next;
  next if fork;
  while (my $line = <$client>) { print $client "$ENV{NAME} $port heard $line" }
  exit;
}
)perl";

constexpr const char* image = "haproxy:2.6";
void clear(ports::Engine& engine) {
  for (const auto& left : leftovers(engine, catalogue).value_or(std::vector<Leftover>{})) (void)remove(engine, catalogue, left.migration);
  const auto containers = engine.containers().list({{"divio.test", "relay"}});
  for (const auto& made : containers.value_or(std::vector<ports::Container>{})) (void)engine.containers().remove(made.id);
  const auto networks = engine.networks().list({{"divio.test", "relay"}});
  for (const auto& made : networks.value_or(std::vector<ports::Network>{})) (void)engine.networks().remove(made.name);
}

}  // namespace

Hosts::Hosts()
    : source(contract::open_test_engine(engines::BuildWith::best)), target(second.engine()), clock(system::make_system_clock()) {
  for (const auto side : both_sides) {
    clear(engine(side));
    start(engine(side), server(server_name(side), std::string(to_string(side))));
  }
}

Hosts::~Hosts() {
  for (const auto side : both_sides) clear(engine(side));
}

void Hosts::start(ports::Engine& engine, const ports::ContainerSpec& spec) {
  must(engine.containers().create(spec));
  must(engine.containers().start(spec.name));
}

ports::ContainerSpec server(const std::string& name, const std::string& calls_itself) {
  ports::ContainerSpec spec;
  spec.name = name;
  spec.image = image;
  spec.entrypoint = {"perl", "-e", server_program};
  spec.environment["NAME"] = {Secret(calls_itself), false};
  spec.labels = {{"divio.catalogue", catalogue}, {"divio.test", "relay"}};
  spec.restart = ports::RestartPolicy::unless_stopped;
  return spec;
}

std::string server_name(Side side) { return "relay-test-" + std::string(to_string(side)); }

Hosts& hosts() {
  static Hosts both;
  return both;
}

ports::Engine& engine(Side side) { return hosts().engine(side); }

Relay relay_of(const std::string& migration) {
  Relay relay;
  relay.migration = migration;
  relay.catalogue = catalogue;
  relay.image = image;
  relay.services = {{"default", 5432}, {"cache", 6379}};
  relay.regions.source = {"eu", contract::host_address(), 0, {{"default", server_name(Side::source)}, {"cache", server_name(Side::source)}}};
  relay.regions.target = {"ch", hosts().second.address, 0, {{"default", server_name(Side::target)}, {"cache", server_name(Side::target)}}};
  return relay;
}

Place place() { return {engine(Side::source), engine(Side::target), *hosts().clock}; }

const Relay& shared() {
  static const Relay relay = relay_of("shared");
  return relay;
}
Both<std::uint16_t> shared_ports() { return must(ensure(place(), shared())); }

std::string shell(ports::Engine& where, const std::string& container, const std::string& script) {
  ports::ExecSpec spec;
  spec.command = {"bash", "-c", script};
  spec.open_input = false;
  auto session = must(where.streams().exec(container, spec));
  std::string said;
  while (auto chunk = must(session->read(std::chrono::seconds(60)))) said += chunk->bytes;
  return said;
}

std::string say(Side side, const std::string& container, const Address& address, const std::string& line) {
  const auto script = "exec 3<>/dev/tcp/" + address.host + "/" + std::to_string(address.port) + " && echo '" + line + "' >&3 && head -n1 <&3";
  return shell(engine(side), container, "timeout 2 bash -c \"" + script + "\" 2>/dev/null");
}

std::string ask(const Relay& relay, Side side, const std::string& service, const std::string& line) {
  return say(side, server_name(side), must(address_of(relay, service)), line);
}
bool leads(const Relay& relay, Side side) { return ask(relay, side) == std::string(to_string(other(side))) + " 5432 heard hello\n"; }

}  // namespace divio::test
