// What a relay is made of: containers, networks, names, and what HAProxy is told.
#include "migration/relay/plan.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "fakes/outcome.hpp"
#include "fakes/tar.hpp"
#include "migration/relay/archive.hpp"
#include "migration/relay/certificates.hpp"
#include "migration/relay/example.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::relay;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

// Compares with the file, or writes it where DIVIO_WRITE_GOLDEN is set.
void check_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(DIVIO_SOURCE_DIR "/tests/migration/relay/golden/") + name;
  if (std::getenv("DIVIO_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ostringstream there;
  there << std::ifstream(path).rdbuf();
  CHECK_MESSAGE(there.str() == text, name << " differs; if that is meant, run with DIVIO_WRITE_GOLDEN=1 and review it");
}

// The parts between blank lines.
std::vector<std::string> split(const std::string& text, const std::string& between) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end = 0; end != text.npos; begin = end + between.size()) {
    end = text.find(between, begin);
    parts.push_back(text.substr(begin, end == text.npos ? end : end - begin));
    if (end == text.npos) break;
  }
  return parts;
}

Relay changed(const std::function<void(Relay&)>& change) {
  auto relay = test::example_relay();
  change(relay);
  return relay;
}

}  // namespace

TEST_CASE("the configurations of both sides are those in the golden files") {
  const auto halves = must(plan(test::example_relay(), {23456, 7443}));
  check_golden("source.cfg", halves.source.configuration);
  check_golden("target.cfg", halves.target.configuration);
}

TEST_CASE("with a limit, on one engine, the configuration is that in the golden file") {
  const auto relay = changed([](Relay& one) {
    one.one_engine = true;
    one.bytes_per_second = 50'000'000;
    one.services.pop_back();
    one.regions.source.servers.erase("cache");
    one.regions.target.servers.erase("cache");
    one.regions.source.host = one.regions.target.host = "localhost";
  });
  check_golden("limited.cfg", must(plan(relay, {23456, 7443})).source.configuration);
}

TEST_CASE("each replica of MariaDB shows a number of its own") {
  std::set<std::string> numbers;
  for (const std::string migration : {"01j8zq5k3w7d2fae", "01j8zq5k3w7d2faf"}) {
    auto relay = test::example_relay();
    relay.migration = migration;
    relay.services.push_back({"more", 3306, true});
    const auto halves = must(plan(relay, {23456, 7443}));
    for (const auto& line : split(halves.source.configuration + halves.target.configuration, '\n'))
      if (line.find("filter lua.replica ") != std::string::npos) numbers.insert(std::string(trim(line)));
  }
  CHECK(numbers.size() == 8);  // two services on both sides
}

TEST_CASE("silence ends no connection that is limited, and who has shown no certificate has ten seconds all the same") {
  const auto relay = changed([](Relay& one) { one.bytes_per_second = 1000; });
  for (const auto side : both_sides) {
    std::map<std::string, std::string> sections;
    for (const auto& section : split(must(plan(relay, {23456, 7443})).at(side).configuration, "\n\n")) sections[section.substr(0, section.find('\n'))] = section;
    CHECK_FALSE(contains(sections.at("frontend entrance"), "timeout"));
    CHECK(contains(sections.at("defaults"), "timeout client 10s"));
    int limited = 0;
    for (const auto& [name, section] : sections) {
      if (!contains(section, "filter lua.limit")) continue;
      ++limited;
      CAPTURE(name);
      CHECK(contains(section, "  timeout client 7d\n"));
      const std::string word = "  default_backend ";
      const auto begin = section.find(word) + word.size();
      CHECK(contains(sections.at("backend " + section.substr(begin, section.find('\n', begin) - begin)), "  timeout server 7d\n"));
    }
    CHECK(limited == 8);  // three services and the probe, in and out
  }
}

TEST_CASE("a relay's container is its migration's own: network, volume, labels, and one port of the host") {
  const auto halves = must(plan(test::example_relay(), {23456, 7443}));
  for (const auto side : both_sides) {
    const auto& spec = halves.at(side).container;
    CHECK(spec.name == name_of("01j8zq5k3w7d2fae", side));
    CHECK(spec.network.name == spec.name);
    CHECK(spec.network.aliases == std::vector<std::string>{"relay-01j8zq5k3w7d2fae"});
    CHECK(spec.labels.at("divio.catalogue") == "0123456789abcdef");
    CHECK(spec.labels.at("divio.role") == "relay");
    CHECK(spec.labels.at("divio.migration") == "01j8zq5k3w7d2fae");
    CHECK(spec.labels.at("divio.region") == test::example_relay().regions.at(side).name);
    CHECK(spec.restart == ports::RestartPolicy::unless_stopped);
    REQUIRE(spec.published.size() == 1);
    CHECK(spec.published[0].container == listening_port);
    CHECK(spec.environment.empty());
    REQUIRE(spec.mounts.size() == 1);
    CHECK(spec.mounts[0].volume == spec.name);
  }
  CHECK(halves.source.container.published[0].host == 23456);
  CHECK(halves.target.container.published[0].host == 7443);
  CHECK(halves.source.name != halves.target.name);  // both may be on one engine
}

TEST_CASE("on one engine nothing is published") {
  const auto halves = must(plan(changed([](Relay& relay) { relay.one_engine = true; }), {}));
  for (const auto side : both_sides) CHECK(halves.at(side).container.published.empty());
}

TEST_CASE("each service has an address that is the same on both sides") {
  const auto relay = test::example_relay();
  CHECK(must(address_of(relay, "default")) == Address{"relay-01j8zq5k3w7d2fae", 7001});
  CHECK(must(address_of(relay, "cache")) == Address{"relay-01j8zq5k3w7d2fae", 7002});
  CHECK(must_fail(address_of(relay, "search")).code == ErrorCode::not_found);
}

TEST_CASE("what cannot be a relay is refused, in words that say what to do") {
  const std::vector<std::pair<std::function<void(Relay&)>, ErrorCode>> bad{
      {[](Relay& relay) { relay.migration = "a b"; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services[0].name = "x\n  bind :80"; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services[0].name = "cache"; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services[0].name = "probe"; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services[0].name = std::string(40, 'a'); }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services[0].port = 0; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.services.assign(101, {"default", 1}); }, ErrorCode::invalid},
      {[](Relay& relay) { relay.regions.source.host = "eu ssl verify none"; }, ErrorCode::invalid},
      {[](Relay& relay) { relay.regions.source.host = ""; }, ErrorCode::refused},
      {[](Relay& relay) { relay.regions.target.host = "localhost"; }, ErrorCode::refused},
  };
  for (const auto& [change, code] : bad) {
    const auto error = must_fail(plan(changed(change), {}));
    CAPTURE(error.message);
    CHECK(error.code == code);
    CHECK_FALSE(error.hint.empty());
  }
  const auto error = must_fail(plan(changed([](Relay& relay) { relay.regions.target.host = "localhost"; }), {}));
  CHECK(error.message == "region ch has no address at which another region could reach it");
  CHECK(error.hint == "say how its host is reached: divioctl region set ch --address HOST");
}

TEST_CASE("ports are tried one after the other, each once, and never those of connections that a host makes itself") {
  const auto relay = test::example_relay();
  std::set<std::uint16_t> tried;
  std::uint16_t port = 0;
  for (int i = 0; i < 12000; ++i) {
    port = must(port_to_try(relay, Side::source, port));
    REQUIRE(port >= 20000);
    REQUIRE(port < 32000);
    REQUIRE(tried.insert(port).second);
  }
  CHECK(must(port_to_try(relay, Side::source, 0)) != must(port_to_try(changed([](Relay& one) { one.migration = "another"; }), Side::source, 0)));
}

TEST_CASE("a fixed port is the only one, and its error says how to choose another") {
  const auto relay = test::example_relay();
  CHECK(must(port_to_try(relay, Side::target, 0)) == 7443);
  const auto error = must_fail(port_to_try(relay, Side::target, 7443));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(error.message == "port 7443 of region ch, which is for relays, is taken on its host");
  CHECK(contains(error.hint, "divioctl region set ch --relay-port PORT"));
}

TEST_CASE("an IPv6 address is written as HAProxy reads it") {
  const auto relay = changed([](Relay& one) { one.regions.target.host = "2001:db8::7"; });
  CHECK(contains(must(plan(relay, {1, 7443})).source.configuration, "server it [2001:db8::7]:7443 ssl"));
}

TEST_CASE("an archive of files is read back by another reader, and one from elsewhere by ours") {
  const std::vector<File> files{{"own.pem", Secret(std::string(1300, 'k')), true}, {"haproxy.cfg", Secret("global\n")}, {"empty", Secret()}};
  const auto tar = pack(files);
  const auto read = fakes::read_tar(tar.reveal());
  CHECK(read.size() == 3);
  CHECK(read.at("own.pem") == std::string(1300, 'k'));
  CHECK(read.at("haproxy.cfg") == "global\n");
  CHECK(read.at("empty").empty());
  CHECK(must(unpack(fakes::write_tar({{"certificate.pem", "text"}}))) == "text");
  CHECK(must(unpack(tar.reveal())) == std::string(1300, 'k'));
  for (const auto& broken : {std::string(), std::string(600, 'x'), tar.reveal().substr(0, 700)})
    CHECK(must_fail(unpack(broken)).code == ErrorCode::failed);
}

TEST_CASE("each identity has a key of its own, and its certificate does not hold it") {
  const auto one = must(make_identity("*.source.relay"));
  const auto two = must(make_identity("*.source.relay"));
  CHECK(one.certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(one.certificate.ends_with("-----END CERTIFICATE-----\n"));
  CHECK(one.key.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(one.certificate != two.certificate);
  CHECK(one.key != two.key);
  CHECK_FALSE(contains(one.certificate, one.key.reveal().substr(28, 60)));
}
