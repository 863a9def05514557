#include "migration/relay/side.hpp"
#include "support/try.hpp"

namespace divio::migration::relay {
namespace {

constexpr int most_rounds = 4;

// Where both are on one engine, each relay is in the other's network too, to be found by its name there.
Result<void> meet(const Place& place, const Relay& relay) {
  if (!relay.one_engine) return {};
  for (const auto side : both_sides)
    DIVIO_CHECK(place.at(side).networks().connect({name_of(relay.migration, other(side)), name_of(relay.migration, side), {}}));
  return {};
}

Result<void> join_servers(const Place& place, const Relay& relay) {
  for (const auto side : both_sides)
    for (const auto& [service, container] : relay.regions.at(side).servers)
      DIVIO_CHECK(place.at(side).networks().connect({name_of(relay.migration, side), container, {server_alias(relay, side, service)}}));
  return {};
}

// A port that is taken becomes another one, which the other side has to be told.
Result<Both<std::uint16_t>> settle_both(const Place& place, const Relay& relay) {
  Both<Prepared> prepared;
  for (const auto side : both_sides) {
    DIVIO_ASSIGN(prepared.at(side), prepare({place, relay, side}));
  }
  DIVIO_CHECK(meet(place, relay));
  Both<std::uint16_t> ports{prepared.source.port, prepared.target.port};
  for (int round = 0; round < most_rounds; ++round) {
    const auto before = ports;
    DIVIO_TRY(halves, plan(relay, ports));
    for (const auto side : both_sides) {
      DIVIO_ASSIGN(ports.at(side), settle({place, relay, side}, halves.at(side), prepared.at(other(side)).certificate));
    }
    if (ports == before) return ports;
    DIVIO_CHECK(meet(place, relay));  // whoever was made anew
  }
  return fail(ErrorCode::conflict, "the ports of the relay's hosts are taken again and again",
              "set a port of its own for each region: divioctl region set REGION --relay-port PORT");
}

}  // namespace

Result<Both<std::uint16_t>> ensure(const Place& place, const Relay& relay) {
  DIVIO_CHECK(plan(relay, {}));
  DIVIO_TRY(ports, settle_both(place, relay));
  DIVIO_CHECK(join_servers(place, relay));
  return ports;
}

}  // namespace divio::migration::relay
