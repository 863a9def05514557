// A relay that is made and removed by a process that may end between any two calls, on engines in memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "fakes/fake_engine.hpp"
#include "fakes/outcome.hpp"
#include "migration/relay/archive.hpp"
#include "migration/relay/example.hpp"
#include "migration/relay/plan.hpp"
#include "system/clock.hpp"

using namespace divio;
using namespace divio::migration::relay;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

constexpr const char* catalogue = "0123456789abcdef";

class World {
 public:
  World() {
    for (const auto side : both_sides) {
      at(side).add_image("haproxy:2.6", {});
      at(side).add_image("server", {});
      for (const auto& [service, name] : relay.regions.at(side).servers) add(side, name, "server");
    }
  }

  fakes::FakeEngine& at(Side side) { return side == Side::source ? source_ : target_; }
  Place place() { return {source_, target_, *clock_}; }

  // A container of somebody else's, or a server.
  void add(Side side, const std::string& name, const std::string& image, std::uint16_t port = 0) {
    ports::ContainerSpec spec;
    spec.name = name;
    spec.image = image;
    spec.labels = {{"divio.catalogue", catalogue}, {"divio.role", "service"}};
    if (port != 0) spec.published = {{port, 80}};
    must(at(side).containers().create(spec));
    must(at(side).containers().start(name));
  }

  std::string file(Side side, std::string_view name) {
    const auto archive = at(side).streams().get_archive(name_of(relay.migration, side), std::string(folder) + "/" + std::string(name));
    return archive ? must(unpack(*archive)) : std::string();
  }

  // Both run with what is wanted, and each trusts the other and nobody else.
  void check_whole(const Both<std::uint16_t>& ports) {
    for (const auto side : both_sides) {
      const auto container = must(at(side).containers().inspect(name_of(relay.migration, side)));
      CHECK(container.state == ports::ContainerState::running);
      CHECK(container.labels.at("divio.relay-port") == std::to_string(ports.at(side)));
      CHECK(file(side, configuration_file) == configuration_of(relay, side, ports));
      CHECK_FALSE(file(side, certificate_file).empty());
      CHECK(file(side, trusted_file) == file(other(side), certificate_file));
      CHECK(contains(file(side, identity_file), "PRIVATE KEY"));
      CHECK(file(side, identity_file).ends_with(file(side, certificate_file)));
      for (const auto& [service, name] : relay.regions.at(side).servers)
        CHECK(must(at(side).containers().inspect(name)).aliases.contains(container.name));
    }
  }

  void check_gone() {
    for (const auto side : both_sides) {
      CHECK(must(leftovers(at(side), catalogue)).empty());
      CHECK(must(at(side).containers().list({})).size() == relay.regions.at(side).servers.size());
      CHECK(must(at(side).networks().list({{"divio.migration", ""}})).empty());
      for (const auto& [service, name] : relay.regions.at(side).servers) {
        const auto server = must(at(side).containers().inspect(name));
        CHECK(server.state == ports::ContainerState::running);
        CHECK_FALSE(server.aliases.contains(name_of(relay.migration, side)));
      }
    }
  }

  Relay relay = test::example_relay();

 private:
  fakes::FakeEngine source_, target_;
  std::unique_ptr<ports::Clock> clock_ = system::make_system_clock();
};

// Lets the n-th call to one engine fail, before or after its effect; false once there are not so many calls.
template <class Act>
bool broken_at(World& world, Side side, int n, bool after, Act act) {
  auto& engine = world.at(side);
  if (after) engine.lose_answer("", n);
  else engine.fail_call("", n, {ErrorCode::unreachable, "gone"});
  return !act().has_value();
}

}  // namespace

TEST_CASE("a relay is whole on both sides, and making it again changes nothing") {
  World world;
  const auto ports = must(ensure(world.place(), world.relay));
  world.check_whole(ports);
  for (const auto side : both_sides) world.at(side).forget_calls();
  CHECK(must(ensure(world.place(), world.relay)) == ports);
  world.check_whole(ports);
  for (const auto side : both_sides)
    for (const auto* call : {"containers.create", "containers.start", "containers.stop", "containers.remove", "streams.put_archive"})
      CHECK(world.at(side).count(call) == 0);
}

TEST_CASE("broken off at any call, on either engine, a relay becomes whole by the next, and nothing is left of it afterwards") {
  for (const auto side : both_sides) {
    for (const bool after : {false, true}) {
      int n = 1;
      for (;; ++n) {
        World world;
        CAPTURE(to_string(side));
        CAPTURE(after);
        CAPTURE(n);
        if (!broken_at(world, side, n, after, [&] { return ensure(world.place(), world.relay); })) break;
        world.check_whole(must(ensure(world.place(), world.relay)));
        for (const auto each : both_sides) must(remove(world.at(each), catalogue, world.relay.migration));
        world.check_gone();
      }
      CHECK(n > 15);
    }
  }
}

TEST_CASE("broken off at any call, on either engine, a removal is finished by the next") {
  for (const auto side : both_sides) {
    for (const bool after : {false, true}) {
      int n = 1;
      for (;; ++n) {
        World world;
        CAPTURE(n);
        must(ensure(world.place(), world.relay));
        if (!broken_at(world, side, n, after, [&] { return remove(world.at(side), catalogue, world.relay.migration); })) break;
        for (const auto each : both_sides) must(remove(world.at(each), catalogue, world.relay.migration));
        world.check_gone();
      }
      CHECK(n > 6);
    }
  }
}

TEST_CASE("a relay that was made half is whole with the keys that it had") {
  World world;
  const auto ports = must(ensure(world.place(), world.relay));
  const auto before = world.file(Side::source, identity_file);
  must(world.at(Side::source).containers().remove(name_of(world.relay.migration, Side::source)));
  CHECK(must(ensure(world.place(), world.relay)) == ports);
  world.check_whole(ports);
  CHECK(world.file(Side::source, identity_file) == before);
}

TEST_CASE("one whose volume was lost gets a new key, and the other side trusts that one") {
  World world;
  const auto ports = must(ensure(world.place(), world.relay));
  const auto before = world.file(Side::source, certificate_file);
  const auto name = name_of(world.relay.migration, Side::source);
  must(world.at(Side::source).containers().remove(name));
  must(world.at(Side::source).volumes().remove(name));
  world.check_whole(must(ensure(world.place(), world.relay)));
  CHECK(world.file(Side::source, certificate_file) != before);
  CHECK(ports.source != 0);
}

TEST_CASE("a port that is taken becomes the next one that is free, and the other side is told") {
  World world;
  const auto first = must(port_to_try(world.relay, Side::source, 0));
  const auto second = must(port_to_try(world.relay, Side::source, first));
  world.add(Side::source, "stranger-1", "server", first);
  world.add(Side::source, "stranger-2", "server", second);
  const auto ports = must(ensure(world.place(), world.relay));
  CHECK(ports.source == must(port_to_try(world.relay, Side::source, second)));
  world.check_whole(ports);
}

TEST_CASE("a relay that its engine will not start again is made anew, with its port and its key") {
  World world;
  const auto ports = must(ensure(world.place(), world.relay));
  const auto name = name_of(world.relay.migration, Side::source);
  const auto before = must(world.at(Side::source).containers().inspect(name)).id;
  const auto certificate = world.file(Side::source, certificate_file);
  must(world.at(Side::source).containers().stop(name, std::chrono::seconds(1)));
  const Error in_the_way{ErrorCode::failed, "failed to start shim: file exists"};
  world.at(Side::source).fail_call("containers.start", 1, in_the_way);
  CHECK(must(ensure(world.place(), world.relay)) == ports);
  world.check_whole(ports);
  CHECK(world.file(Side::source, certificate_file) == certificate);
  CHECK(must(world.at(Side::source).containers().inspect(name)).id != before);
  must(world.at(Side::source).containers().stop(name, std::chrono::seconds(1)));
  world.at(Side::source).fail_call("containers.start", 1, in_the_way);
  world.at(Side::source).fail_call("containers.start", 2, in_the_way);
  CHECK(must_fail(ensure(world.place(), world.relay)).message == in_the_way.message);
}

TEST_CASE("a fixed port that is taken is a conflict that names it, and is used once it is free") {
  World world;
  world.add(Side::target, "stranger", "server", 7443);
  const auto error = must_fail(ensure(world.place(), world.relay));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(contains(error.message, "port 7443 of region ch"));
  must(world.at(Side::target).containers().remove("stranger"));
  CHECK(must(ensure(world.place(), world.relay)).target == 7443);
}

TEST_CASE("another port, limit or service takes effect in a relay that is there") {
  World world;
  must(ensure(world.place(), world.relay));
  world.relay.regions.target.port = 7444;
  world.relay.bytes_per_second = 1000;
  world.relay.services.push_back({"search", 9200});
  const auto ports = must(ensure(world.place(), world.relay));
  CHECK(ports.target == 7444);
  world.check_whole(ports);
}

TEST_CASE("a server that is not there is named, and one that comes later is joined") {
  World world;
  must(world.at(Side::target).containers().remove("shop-live-cache"));
  CHECK(must_fail(ensure(world.place(), world.relay)).code == ErrorCode::not_found);
  world.add(Side::target, "shop-live-cache", "server");
  world.check_whole(must(ensure(world.place(), world.relay)));
}

TEST_CASE("a container of somebody else that has a relay's name is left alone") {
  World world;
  const auto name = name_of(world.relay.migration, Side::target);
  world.add(Side::target, name, "server");
  const auto error = must_fail(ensure(world.place(), world.relay));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(must(world.at(Side::target).containers().inspect(name)).image == "server");
}

TEST_CASE("removing a migration's relay leaves that of another one, and another catalogue's") {
  World world;
  must(ensure(world.place(), world.relay));
  auto second = world.relay;
  second.migration = "another";
  second.regions.target.port = 0;
  must(ensure(world.place(), second));
  for (const auto side : both_sides) {
    must(remove(world.at(side), catalogue, "another"));
    must(remove(world.at(side), "another-catalogue", world.relay.migration));
    const auto left = must(leftovers(world.at(side), catalogue));
    REQUIRE(left.size() == 3);
    for (const auto& one : left) CHECK(one.migration == world.relay.migration);
    CHECK(std::set<std::string>{left[0].kind, left[1].kind, left[2].kind} == std::set<std::string>{"container", "network", "volume"});
    CHECK(must(leftovers(world.at(side), "another-catalogue")).empty());
  }
}

TEST_CASE("on one engine each relay is in the other's network too, and a removal leaves nothing") {
  World world;
  fakes::FakeEngine engine;
  engine.add_image("haproxy:2.6", {});
  world.relay.one_engine = true;
  world.relay.regions.source.servers = world.relay.regions.target.servers = {};
  const Place place{engine, engine, world.place().clock};
  must(ensure(place, world.relay));
  for (const auto side : both_sides)
    CHECK(must(engine.containers().inspect(name_of(world.relay.migration, side))).aliases.contains(name_of(world.relay.migration, other(side))));
  must(remove(engine, catalogue, world.relay.migration));
  CHECK(must(leftovers(engine, catalogue)).empty());
}

TEST_CASE("keys are in no call that an engine could show: labels, variables and commands have none") {
  World world;
  must(ensure(world.place(), world.relay));
  for (const auto side : both_sides) {
    const auto container = must(world.at(side).containers().inspect(name_of(world.relay.migration, side)));
    for (const auto& [key, value] : container.labels) CHECK_FALSE(contains(value, "BEGIN"));
    CHECK_FALSE(contains(world.file(side, trusted_file), "PRIVATE"));
    CHECK_FALSE(contains(world.file(side, configuration_file), "BEGIN"));
  }
}
