// Differences between what runs and what is wanted, carried out on a model of HAProxy.
#include "ingress/haproxy/diff.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

#include "haproxy/ingress_contract.hpp"
#include "haproxy/proxy_model.hpp"

using namespace divio;
using namespace divio::ingress;
using namespace divio::tests;
using enum model::RouteRole;

namespace {

constexpr auto first_fingerprint = "divio-1";

model::RouteTarget target_at(const std::string& instance, model::RouteRole role, const std::string& address = "10.0.0.1") {
  return {instance, address, 8000, {.path = "/"}, role};
}

Layout layout_of(std::vector<model::RouteTarget> targets) {
  const auto routes = routes_of("shop", std::move(targets));
  return lay_out({{routes.key, routes}});
}

std::vector<RunningServer>& only_backend(Running& running, const Layout& layout) {
  return running.backends.at(layout.backends.at(0).name);
}

AllRoutes random_routes(std::mt19937& random) {
  const auto any = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  AllRoutes all;
  for (const char* project : {"shop", "blog", "wiki"}) {
    if (any(0, 5) == 0) continue;
    std::vector<model::RouteTarget> targets;
    for (int i = 1; i <= 4; ++i) {
      if (any(0, 2) == 0) continue;
      model::RouteTarget one{fmt::format("{}-{}", project, i), fmt::format("10.0.0.{}", any(1, 2)), 8000, {}, joining};
      one.health.path = any(0, 3) == 0 ? "/well" : "/";
      one.role = std::array{joining, serving, draining}.at(static_cast<std::size_t>(any(0, 2)));
      targets.push_back(one);
    }
    const auto routes = any(0, 3) == 0 ? second_set_of(project, targets) : routes_of(project, targets);
    all.emplace(routes.key, routes);
  }
  return all;
}

}  // namespace

TEST_CASE("nothing changes where everything is as it should be") {
  const auto layout = layout_of({target_at("a", serving), target_at("b", draining)});
  const auto changes = diff(started_with(layout, first_fingerprint), layout, first_fingerprint);
  CHECK_FALSE(changes.reload);
  CHECK(changes.changes.empty());
}

TEST_CASE("a backend that is not there, or another frame, takes a reload and no commands") {
  const auto layout = layout_of({target_at("a", serving)});
  CHECK(diff(started_with({}, first_fingerprint), layout, first_fingerprint).reload);
  CHECK(diff(started_with(layout, first_fingerprint), layout, "divio-2").reload);
  CHECK(diff(started_with(layout, first_fingerprint), layout, "divio-2").changes.empty());
}

TEST_CASE("a backend that is not needed any more is no reason for a reload") {
  const auto changes = diff(started_with(layout_of({target_at("a", serving)}), first_fingerprint), {}, first_fingerprint);
  CHECK_FALSE(changes.reload);
}

TEST_CASE("at a hand-over the new servers serve before the old ones stop, so that there is always one") {
  const auto before = layout_of({target_at("a", serving), target_at("b", joining, "10.0.0.2")});
  const auto after = layout_of({target_at("a", draining), target_at("b", serving, "10.0.0.2")});
  const auto changes = diff(started_with(before, first_fingerprint), after, first_fingerprint).changes;
  REQUIRE(changes.size() == 2);
  CHECK(std::get<SetWeight>(changes[0]).server == "b");
  CHECK(std::get<SetWeight>(changes[0]).weight == 1);
  CHECK(std::get<SetWeight>(changes[1]).server == "a");
}

TEST_CASE("a server is deleted only after it has rested") {
  const auto wanted = layout_of({target_at("a", serving)});
  auto running = started_with(layout_of({target_at("a", serving), target_at("b", serving, "10.0.0.2")}), first_fingerprint);
  auto& b = only_backend(running, wanted).at(1);
  REQUIRE(b.name == "b");
  b.maintenance = true;
  CHECK(diff(running, wanted, first_fingerprint).changes.empty());
  b.unchanged = rest_before_deletion;
  b.sessions = 1;
  CHECK(diff(running, wanted, first_fingerprint).changes.empty());
  b.sessions = 0;
  const auto changes = diff(running, wanted, first_fingerprint).changes;
  REQUIRE(changes.size() == 1);
  CHECK(std::get<DeleteServer>(changes[0]).server == "b");
}

TEST_CASE("an instance that comes back is a new server, examined anew") {
  const auto wanted = layout_of({target_at("a", serving)});
  auto running = started_with(wanted, first_fingerprint);
  only_backend(running, wanted).at(0).maintenance = true;
  const auto changes = diff(running, wanted, first_fingerprint).changes;
  REQUIRE(changes.size() == 1);
  CHECK(std::get<AddServer>(changes[0]).server == "a:2");
}

TEST_CASE("an instance at another address is a new server, and the one at the old address goes") {
  const auto running = started_with(layout_of({target_at("a", serving)}), first_fingerprint);
  const auto changes = diff(running, layout_of({target_at("a", serving, "10.0.0.9")}), first_fingerprint).changes;
  REQUIRE(changes.size() == 2);
  CHECK(std::get<AddServer>(changes[0]).address == "10.0.0.9:8000");
  CHECK(std::get<TakeOut>(changes[1]).server == "a");
}

TEST_CASE("a worker that was replaced hands every host over, those it never knew too, and is told once") {
  const auto wanted = layout_of({target_at("a", serving)});  // shop.localhost
  Running replaced{
      first_fingerprint, {}, {{"blog.localhost", "blog.live.1"}, {"wiki.localhost", std::string(handover_backend)}}};
  for (const auto& change : hand_over(replaced.hosts, wanted)) carry_out(replaced, change);
  CHECK(replaced.hosts.size() == 3);
  for (const auto& [host, backend] : replaced.hosts) CHECK(backend == handover_backend);
  CHECK(hand_over(replaced.hosts, wanted).empty());
}

TEST_CASE("any running state becomes any wanted one, once, and never without a server that serves before and after") {
  const auto seed = std::random_device{}();
  MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  Running running = started_with({}, first_fingerprint);
  Layout before;
  for (int round = 0; round < 3000; ++round) {
    const auto wanted = lay_out(random_routes(random));
    const auto changes = diff(running, wanted, first_fingerprint);
    if (changes.reload) {
      running = started_with(wanted, first_fingerprint);
    } else {
      const auto kept = served_by_both(before, wanted);
      for (const auto& change : changes.changes) {
        carry_out(running, change);
        for (const auto& host : kept) REQUIRE(is_served(running, host));
      }
    }
    REQUIRE(in_use(running) == in_use(started_with(wanted, first_fingerprint)));
    REQUIRE(running.hosts == wanted.hosts);
    REQUIRE(diff(running, wanted, first_fingerprint).changes.empty());
    age(running, random);
    before = wanted;
  }
}
