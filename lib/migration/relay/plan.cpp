#include "migration/relay/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/names.hpp"
#include "model/roles.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration::relay {
namespace {

constexpr std::uint16_t first_host_port = 20000;
constexpr std::uint16_t host_ports = 12000;
constexpr std::size_t longest_alias = 63;  // RFC 1035, 2.3.4
constexpr std::size_t most_services = 100;

Result<void> check_services(const Relay& relay) {
  if (relay.services.size() > most_services)
    return fail(ErrorCode::invalid, fmt::format("{} services are too many for one relay", relay.services.size()),
                fmt::format("move up to {} at once", most_services));
  std::vector<std::string_view> seen;
  for (const auto& service : relay.services) {
    DIVIO_CHECK(model::check_dns_label(service.name, "service name"));
    if (service.name == probing || std::ranges::find(seen, service.name) != seen.end() || service.port == 0)
      return fail(ErrorCode::invalid, fmt::format("the relay cannot have a service '{}' at port {}", service.name, service.port),
                  "give each service a name of its own, other than 'probe', and its server's port");
    if (server_alias(relay, Side::source, service.name).size() > longest_alias)
      return fail(ErrorCode::invalid, fmt::format("the name of the service '{}' is too long for a relay", service.name),
                  "give it a shorter one");
    seen.push_back(service.name);
  }
  return {};
}

// It goes into a configuration.
bool is_host(std::string_view host) {
  constexpr std::string_view good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:";
  return host.find_first_not_of(good) == host.npos;
}

Result<void> check_region(const Relay& relay, const Region& region) {
  for (const auto& [service, container] : region.servers)
    if (std::ranges::find(relay.services, service, &Service::name) == relay.services.end())
      return fail(ErrorCode::bug, fmt::format("the relay has a server of '{}' but no such service", service));
  if (relay.one_engine) return {};
  if (!is_host(region.host))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not the address of a host", region.host), "use a host name or an IP address");
  if (!region.host.empty() && region.host != "localhost" && region.host != "127.0.0.1" && region.host != "::1") return {};
  return fail(ErrorCode::refused, fmt::format("region {} has no address at which another region could reach it", region.name),
              fmt::format("say how its host is reached: divioctl region set {} --address HOST", region.name));
}

ports::ContainerSpec container_of(const Relay& relay, Side side, std::uint16_t port) {
  ports::ContainerSpec spec;
  spec.name = name_of(relay.migration, side);
  spec.image = relay.image;
  spec.entrypoint = {"haproxy"};
  spec.command = {"-db", "-f", fmt::format("{}/{}", folder, configuration_file)};
  spec.user = "0";  // to read its key; then it becomes `haproxy`
  spec.network = {spec.name, {}, {alias_of(relay)}};
  if (!relay.one_engine) spec.published = {{port, listening_port}};
  spec.mounts = {{spec.name, std::string(folder), false, true}};
  spec.restart = ports::RestartPolicy::unless_stopped;
  spec.stop_grace = std::chrono::seconds(1);
  return spec;
}

}  // namespace

std::string_view to_string(Side side) noexcept { return side == Side::source ? "source" : "target"; }

Side other(Side side) noexcept { return side == Side::source ? Side::target : Side::source; }

std::string name_of(const std::string& migration, Side side) {
  return fmt::format("divio-relay-{}-{}", migration, to_string(side));
}

model::Labels labels_of(const std::string& catalogue, const std::string& migration) {
  return {{std::string(model::label::managed), catalogue},
          {std::string(model::label::role), std::string(model::role::relay)},
          {std::string(model::label::migration), migration}};
}

std::string alias_of(const Relay& relay) { return "relay-" + relay.migration; }

// With the side in it: where both are on one engine, a relay is in both networks.
std::string server_alias(const Relay& relay, Side side, const std::string& service) {
  return fmt::format("{}-{}-{}", service, to_string(side), relay.migration);
}

std::string certificate_name(Side side) { return service_name(side, "*"); }

std::string service_name(Side side, std::string_view service) {
  return fmt::format("{}.{}.relay", service, to_string(side));
}

Result<Address> address_of(const Relay& relay, std::string_view service) {
  const auto found = std::ranges::find(relay.services, service, &Service::name);
  if (found == relay.services.end())
    return fail(ErrorCode::not_found, fmt::format("the relay has no service '{}'", service));
  return Address{alias_of(relay), static_cast<std::uint16_t>(first_port + (found - relay.services.begin()))};
}

Result<std::uint16_t> port_to_try(const Relay& relay, Side side, std::uint16_t tried) {
  const auto& region = relay.regions.at(side);
  if (region.port != 0 && tried != region.port) return region.port;
  if (region.port != 0)
    return fail(ErrorCode::conflict, fmt::format("port {} of region {}, which is for relays, is taken on its host", region.port, region.name),
                fmt::format("wait for the other migration, end what listens there, or choose another: divioctl region set {} --relay-port PORT", region.name));
  if (tried == 0)
    return static_cast<std::uint16_t>(first_host_port + std::stoul(sha256_hex(name_of(relay.migration, side)).substr(0, 8), nullptr, 16) % host_ports);
  return static_cast<std::uint16_t>(tried + 1 < first_host_port + host_ports ? tried + 1 : first_host_port);
}

Result<Both<Half>> plan(const Relay& relay, const Both<std::uint16_t>& ports) {
  DIVIO_CHECK(model::check_dns_label(relay.migration, "id of a migration"));
  DIVIO_CHECK(check_services(relay));
  Both<Half> halves;
  for (const auto side : both_sides) {
    DIVIO_CHECK(check_region(relay, relay.regions.at(side)));
    auto& half = halves.at(side);
    half.name = name_of(relay.migration, side);
    half.labels = labels_of(relay.catalogue, relay.migration);
    half.labels[std::string(model::label::region)] = relay.regions.at(side).name;
    half.network = {half.name, {}, {}, half.labels};
    half.container = container_of(relay, side, ports.at(side));
    half.container.labels = half.labels;
    half.container.labels[std::string(model::label::relay_port)] = std::to_string(ports.at(side));
    half.container.labels[std::string(model::label::made_of)] = sha256_hex(relay.image).substr(0, 16);
    half.configuration = configuration_of(relay, side, ports);
  }
  return halves;
}

}  // namespace divio::migration::relay
