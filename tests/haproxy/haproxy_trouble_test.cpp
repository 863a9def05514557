// A real HAProxy in trouble: ports, owners, other processes, messages that end half-way.
#include <doctest/doctest.h>

#include <chrono>
#include <future>

#include "haproxy/real_ingress.hpp"
#include "haproxy/visitor.hpp"
#include "ingress/haproxy/container.hpp"

using namespace divio;
using namespace divio::tests;
using enum model::RouteRole;

namespace {

bool exists(RealWorld& world, const std::string& container) {
  return world.engine().containers().inspect(container).has_value();
}

}  // namespace

TEST_CASE("a port that is taken is a conflict that names it, and nothing is left behind") {
  RealWorld world;
  ensure(world.ingress());
  auto options = world.options();
  options.region += "-b";
  const auto second = world.make_ingress(options);
  const auto error = must_fail(second->ensure([](std::string_view) {}, {}));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(contains(error.message, std::to_string(options.http_port)));
  CHECK(contains(error.hint, "DIVIOCTL_INGRESS_PORT"));
  CHECK_FALSE(exists(world, "divio-ingress-" + options.region));
  CHECK_FALSE(exists(world, "divio-ingress-" + options.region + "-files"));
  must(second->remove());
}

TEST_CASE("an ingress of another catalogue is never touched") {
  RealWorld world;
  ensure(world.ingress());
  auto options = world.options();
  options.catalogue_id = "another";
  const auto stranger = world.make_ingress(options);
  CHECK(must_fail(stranger->state()).code == ErrorCode::conflict);
  CHECK(must_fail(stranger->ensure([](std::string_view) {}, {})).code == ErrorCode::conflict);
  CHECK(must_fail(stranger->apply(routes_of("shop", {}))).code == ErrorCode::conflict);
  CHECK(must_fail(stranger->remove()).code == ErrorCode::conflict);
  CHECK(must(world.ingress().state()).running);
}

TEST_CASE("whoever asks an application that does not answer is told so after half a minute, on a clear page") {
  RealWorld world;
  ensure(world.ingress());
  must(world.ingress().apply(routes_of("shop", {world.well(1, serving)})));
  const auto began = std::chrono::steady_clock::now();
  const auto answer = get(world.options().http_port, "shop.localhost", "/slow/90000");
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - began;
  CHECK(status_of(answer) == 504);
  CHECK(contains(answer, "<h1>The project took too long</h1>"));
  CHECK(contains(answer, "There was no answer within 30 seconds."));
  CHECK(waited.count() > 25);
  CHECK(waited.count() < 60);
}

TEST_CASE("two processes that change routes at once both get theirs") {
  RealWorld world;
  ensure(world.ingress());
  const auto apply_all = [&](ports::Ingress& ingress, const std::string& name) {
    for (int i = 1; i <= 6; ++i) {
      const auto applied = ingress.apply(routes_of(name + std::to_string(i), {world.well(i, serving)}));
      if (!applied) return applied.error().message;
    }
    return std::string();
  };
  auto other = std::async(std::launch::async, [&] { return apply_all(world.seen_by_another(), "blog"); });
  CHECK(apply_all(world.ingress(), "shop") == "");
  CHECK(other.get() == "");
  for (int i = 1; i <= 6; ++i) {
    for (const std::string name : {"shop", "blog"}) {
      CHECK(must(world.ingress().routes(key_of(name + std::to_string(i), "live"))).has_value());
      CHECK(body_of(get(world.options().http_port, name + std::to_string(i) + ".localhost", "/")) == std::to_string(i));
    }
  }
}

TEST_CASE("a message that ends half-way changes nothing") {
  RealWorld world;
  ensure(world.ingress());
  const auto shop = routes_of("shop", {world.well(1, serving)});
  must(world.ingress().apply(shop));
  const auto session = world.open_session();
  must(session->write("put 1000\n0 v-half\nstate.json 0\n"));
  must(session->close_input());
  while (must(session->read(std::chrono::seconds(10)))) {
  }
  CHECK(must(world.ingress().routes(shop.key)) == shop);
}

TEST_CASE("a configuration that HAProxy refuses does not come into force") {
  RealWorld world;
  ensure(world.ingress());
  const auto shop = routes_of("shop", {world.well(1, serving)});
  must(world.ingress().apply(shop));
  ingress::Agent agent(world.open_session());
  const auto error = must_fail(agent.put({"global\n  nonsense\n", "", "{}"}, true));
  CHECK(contains(error.message, "nonsense"));
  CHECK_FALSE(agent.broken());
  CHECK(must(world.ingress().routes(shop.key)) == shop);
  CHECK(must(world.ingress().state()).current);
}

TEST_CASE("what was changed behind the ingress's back is repaired by applying again") {
  RealWorld world;
  ensure(world.ingress());
  const auto shop = routes_of("shop", {world.well(1, serving), world.well(2, draining)});
  must(world.ingress().apply(shop));
  const auto backend = ingress::lay_out({{shop.key, shop}}).backends.at(0).name;
  ingress::Agent agent(world.open_session());
  static_cast<void>(must(
      agent.command({"@1 set server " + backend + "/server-1 state maint", "@1 set weight " + backend + "/server-2 1",
                     "@1 clear map " + std::string(ingress::hosts_file)})));
  CHECK(status_of(get(world.options().http_port, "shop.localhost", "/")) == 404);
  must(world.ingress().apply(shop));
  for (int i = 0; i < 5; ++i) CHECK(body_of(get(world.options().http_port, "shop.localhost", "/")) == "1");
}

// HAProxy 2.6 would look at a server for the first time after a whole interval if its checks were enabled too late.
TEST_CASE("new servers are looked at without delay, also where HAProxy is held up while they are added") {
  RealWorld world;
  ensure(world.ingress());
  const auto seldom = [&](int number) {
    auto target = world.well(number, serving);
    target.health.interval = std::chrono::seconds(60);
    return target;
  };
  auto shop = routes_of("shop", {seldom(1)});
  must(world.ingress().apply(shop));
  ports::ExecSpec spec;
  spec.user = "0";
  spec.command = {"perl", "-e", R"perl(
    sub is_haproxy {
      open(my $name, '<', "/proc/$_[0]/comm") or return 0;
      return <$name> eq "haproxy\n";
    }
    my @workers = grep { $_ != 1 and is_haproxy($_) } map { m{(\d+)} } glob('/proc/[0-9]*');
    $| = 1;
    print 'holding up ' . @workers . "\n";
    for (1 .. 60) {
      kill STOP => @workers;
      select undef, undef, undef, 0.04;
      kill CONT => @workers;
      select undef, undef, undef, 0.02;
    })perl"};
  const auto held_up = must(world.engine().streams().exec(world.container(), spec));
  CHECK(must(held_up->read(std::chrono::seconds(10)))->bytes != "holding up 0\n");
  for (int i = 2; i <= 8; ++i) shop.targets.push_back(seldom(i));
  must(world.ingress().apply(shop));
  while (must(held_up->read(std::chrono::seconds(10)))) {
  }
  for (const auto& target : must(world.ingress().targets(shop.key))) {
    CAPTURE(target.instance);
    CAPTURE(target.check);
    CHECK(target.health == model::TargetStatus::Health::passing);
  }
}

TEST_CASE("the reason why HAProxy did not start is told") {
  ingress::Options options;
  options.http_port = 8080;
  CHECK(
      ingress::explain_failed_start(
          "[ALERT] (1) : Starting frontend http: cannot bind socket (Address already in use) [0.0.0.0:8080]\n", options)
          .code == ErrorCode::conflict);
  const auto other = ingress::explain_failed_start("[ALERT] (1) : out of luck\n", options);
  CHECK(other.code == ErrorCode::failed);
  CHECK(contains(other.message, "out of luck"));
}
