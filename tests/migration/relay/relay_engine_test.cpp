// A relay between two hosts, each with an engine and an address of its own, with real traffic through it.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "docker/remote_host.hpp"
#include "e2e/program.hpp"
#include "fakes/outcome.hpp"
#include "migration/relay/archive.hpp"
#include "migration/relay/certificates.hpp"
#include "migration/relay/plan.hpp"
#include "migration/relay/relay_hosts.hpp"
#include "migration/relay/wire.hpp"

using namespace divio;
using namespace divio::migration::relay;
using namespace divio::test;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

// Somebody on another host who knows everything but the key. `certificate`: a file of key and certificate, or empty.
std::string knock(std::uint16_t port, const std::string& certificate) {
  live::Command command{{"bash", "-c", "(echo let me in; sleep 0.5) | timeout 5 openssl s_client -quiet -no_ign_eof \"$@\" 2>/dev/null", "knock", "-connect",
                         hosts().second.address + ":" + std::to_string(port), "-servername", service_name(Side::target, "default")}, {}};
  if (!certificate.empty()) command.words.insert(command.words.end(), {"-cert", certificate});
  return live::run(command).out;
}

std::string identity_of(const Relay& relay, Side side) {
  return must(unpack(must(engine(side).streams().get_archive(name_of(relay.migration, side), "/relay/own.pem"))));
}

Error blocked(const Probe& seen, Side side) {
  REQUIRE(seen.from.at(side).blocked);
  return *seen.from.at(side).blocked;
}

}  // namespace

TEST_CASE("servers of two hosts reach each other by their services' names, both ways, and making the relay again breaks nothing") {
  const auto ports = shared_ports();
  CHECK(ask(shared(), Side::source, "default") == "target 5432 heard hello\n");
  CHECK(ask(shared(), Side::source, "cache") == "target 6379 heard hello\n");
  CHECK(ask(shared(), Side::target, "default") == "source 5432 heard hello\n");
  CHECK(ask(shared(), Side::target, "cache") == "source 6379 heard hello\n");
  const auto started = [&] { return must(engine(Side::source).containers().inspect(name_of("shared", Side::source))).started_at; };
  const auto before = started();
  CHECK(shared_ports() == ports);
  CHECK(started() == before);
  const auto seen = must(probe(place(), shared(), 1'000'000));
  must(open_both_ways(seen));
  for (const auto side : both_sides) {
    CHECK(seen.from.at(side).round_trip.count() > 0);
    CHECK(seen.from.at(side).bytes_per_second > 0);
  }
}

TEST_CASE("what goes from host to host is not in the clear") {
  const auto ports = shared_ports();
  Wire wire;
  CHECK(ask(shared(), Side::source, "default", "pass-phrase-one") == "target 5432 heard pass-phrase-one\n");
  // The same words said without a relay are seen, so that not seeing them means something.
  (void)say(Side::source, server_name(Side::source), {hosts().second.address, ports.target}, "pass-phrase-two");
  CHECK(live::comes_true([&] { return contains(wire.heard(), "pass-phrase-two"); }));
  CHECK_FALSE(contains(wire.heard(), "pass-phrase-one"));
}

TEST_CASE("who has no certificate, or another migration's, gets nothing; whose certificate it is gets through") {
  const auto port = shared_ports().target;
  const tests::TemporaryFolder files;
  const auto file = [&](const char* name, const std::string& text) {
    std::ofstream(files / name) << text;
    return (files / name).string();
  };
  const auto stranger = must(make_identity(certificate_name(Side::source)));  // of the same name
  CHECK(knock(port, "").empty());
  CHECK(knock(port, file("stranger.pem", stranger.key.reveal() + stranger.certificate)).empty());
  CHECK(knock(port, file("wrong.pem", identity_of(shared(), Side::target))).empty());
  CHECK(knock(port, file("right.pem", identity_of(shared(), Side::source))) == "target 5432 heard let me in\n");
}

TEST_CASE("a container of another tenant reaches neither a relay nor a server through it") {
  shared_ports();
  auto& source = engine(Side::source);
  must(source.networks().create({"relay-test-tenant", {}, {}, {{"divio.test", "relay"}}}));
  auto spec = server("relay-test-tenant", "tenant");
  spec.network.name = "relay-test-tenant";
  Hosts::start(source, spec);
  const auto address = must(address_of(shared(), "default"));
  const auto relay = name_of("shared", Side::source);
  const auto number = must(source.containers().inspect(relay)).addresses.at(relay);
  CHECK(contains(say(Side::source, server_name(Side::source), {number, address.port}, "hello"), "heard"));
  for (const auto& host : {number, address.host, contract::host_address()}) CHECK(say(Side::source, spec.name, {host, address.port}, "hello").empty());
}

TEST_CASE("a network that is cut is named as what blocks the way, and once it is there again so is the way") {
  shared_ports();
  const auto& address = hosts().second.address;  // 10.89.NUMBER.2, behind the link divioNUMBER
  const auto number = address.substr(6, address.rfind('.') - 6);
  const auto ip = [](std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    return live::run({std::move(words), {}}).code == 0;
  };
  // Without the link's own route, packets would take this machine's way to everywhere else.
  REQUIRE(ip({"route", "add", "blackhole", "10.89." + number + ".0/24", "metric", "4000"}));
  const bool down = ip({"link", "set", "divio" + number, "down"});
  const auto seen = probe(place(), shared(), 0);
  CHECK(ip({"link", "set", "divio" + number, "up"}));
  CHECK(ip({"route", "del", "blackhole", "10.89." + number + ".0/24", "metric", "4000"}));
  REQUIRE(down);
  for (const auto side : both_sides) {
    const auto& regions = shared().regions;
    const auto error = blocked(must(seen), side);
    CAPTURE(error.message);
    CHECK(error.code == ErrorCode::unreachable);
    CHECK(contains(error.message, "region " + regions.at(side).name + " cannot reach " + regions.at(other(side)).host));
  }
  CHECK(seen->silent.empty());
  for (const auto side : both_sides) CHECK(live::comes_true([&] { return leads(shared(), side); }));
}

TEST_CASE("what else blocks a way is told apart: a server that has ended, a certificate that is not known, a relay that does not run") {
  shared_ports();
  auto& target = engine(Side::target);
  const auto name = name_of("shared", Side::target);
  must(target.containers().stop(server_name(Side::target), std::chrono::seconds(0)));
  const auto without_server = must(probe(place(), shared(), 0));
  must(target.containers().start(server_name(Side::target)));
  CHECK_FALSE(without_server.from.source.blocked);
  CHECK(contains(must_fail(open_both_ways(without_server)).message, "the server of service 'default' in region ch does not answer at port 5432"));

  const auto stranger = must(make_identity(certificate_name(Side::source)));
  must(target.containers().stop(name, std::chrono::seconds(0)));
  const std::vector<File> wrong{{std::string(trusted_file), Secret(stranger.certificate)}};
  must(target.streams().put_archive(name, "/relay", pack(wrong).reveal()));
  must(target.containers().start(name));
  CHECK(live::comes_true([&] {
    const auto seen = must(probe(place(), shared(), 0));
    return contains(blocked(seen, Side::source).message, "no relay answers there that knows this migration's certificate") &&
           contains(blocked(seen, Side::target).message, "no relay answers there that knows this migration's certificate");
  }));

  must(target.containers().stop(name, std::chrono::seconds(0)));
  CHECK(contains(must_fail(probe(place(), shared(), 0)).message, "the relay of the migration in region ch does not run"));
  shared_ports();  // mends all of it
  must(open_both_ways(must(probe(place(), shared(), 0))));
}

TEST_CASE("a server that is made anew is found at its new address") {
  shared_ports();
  auto& target = engine(Side::target);
  const auto network = name_of("shared", Side::target);
  const auto before = must(target.containers().inspect(server_name(Side::target)));
  must(target.containers().remove(server_name(Side::target)));
  auto squatter = server("relay-test-squatter", "squatter");  // takes the address that has become free
  squatter.network.name = network;
  Hosts::start(target, squatter);
  Hosts::start(target, server(server_name(Side::target), "target"));
  must(target.networks().connect({network, server_name(Side::target), before.aliases.at(network)}));
  CHECK(must(target.containers().inspect(server_name(Side::target))).addresses.at(network) != before.addresses.at(network));
  CHECK(live::comes_true([&] { return leads(shared(), Side::source); }));
}

TEST_CASE("after a restart of an engine the way is open with no command") {
  shared_ports();
  const auto restarted = live::run({{DIVIO_SOURCE_DIR "/tests/testbed/engine.sh", "restart", "second-" + std::to_string(getpid())}, {}});
  REQUIRE_MESSAGE(restarted.code == 0, restarted.text());
  for (const auto side : both_sides) CHECK(live::comes_true([&] { return leads(shared(), side); }));
}

TEST_CASE("a relay does not speak to another migration's, though it finds it at the same address and port") {
  auto one = relay_of("one");
  one.regions.target.port = 23457;
  must(ensure(place(), one));
  CHECK(leads(one, Side::source));
  must(remove(engine(Side::target), catalogue, "one"));
  auto two = relay_of("two");
  two.regions.target.port = 23457;
  must(ensure(place(), two));
  CHECK(leads(two, Side::source));
  CHECK(ask(one, Side::source).empty());
}

TEST_CASE("no more leaves a region than its limit lets, and all of it arrives") {
  auto relay = shared();
  relay.bytes_per_second = 2'000'000;
  must(ensure(place(), relay));
  const auto seen = must(probe(place(), relay, 1'000'000));
  must(open_both_ways(seen));
  for (const auto side : both_sides) {
    CHECK(seen.from.at(side).bytes_per_second > 0);
    CHECK(seen.from.at(side).bytes_per_second <= 2'800'000);  // a tenth of a second's worth may have been saved up
  }
  const auto* script = "for size in 100001 50000 250003; do exec 3<>/dev/tcp/127.0.0.1/6999; "
                       "printf 'GET /bytes/%s HTTP/1.0\r\n\r\n' $size >&3; sed '1,/^\r$/d' <&3 | wc -c; done";
  CHECK(shell(engine(Side::source), name_of("shared", Side::source), script) == "100001\n50000\n250003\n");
}

TEST_CASE("two regions of one engine reach each other without a port of the host") {
  auto relay = relay_of("one-engine");
  relay.one_engine = true;
  relay.regions.source.host = relay.regions.target.host = "localhost";
  auto& source = engine(Side::source);
  Hosts::start(source, server(server_name(Side::target), "target"));
  const Place here{source, source, *hosts().clock};
  must(ensure(here, relay));
  CHECK(leads(relay, Side::source));
  must(open_both_ways(must(probe(here, relay, 0))));
  must(remove(source, catalogue, "one-engine"));
  must(source.containers().remove(server_name(Side::target)));
  for (const auto& left : must(leftovers(source, catalogue))) CHECK(left.migration != "one-engine");
}

TEST_CASE("a removal takes everything away but the servers, and nobody gets through any more") {
  shared_ports();
  for (const auto side : both_sides) {
    for (const auto& left : must(leftovers(engine(side), catalogue))) must(remove(engine(side), catalogue, left.migration));
    CHECK(must(leftovers(engine(side), catalogue)).empty());
    const auto left = must(engine(side).containers().inspect(server_name(side)));
    CHECK(left.state == ports::ContainerState::running);
    CHECK_FALSE(left.aliases.contains(name_of("shared", side)));
    CHECK(ask(shared(), side).empty());
  }
}
