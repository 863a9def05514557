#include "ingress/haproxy/state_json.hpp"

#include <doctest/doctest.h>

#include "haproxy/ingress_contract.hpp"

using namespace divio;
using namespace divio::ingress;
using namespace divio::tests;

TEST_CASE("what the ingress remembers is read back as it was written") {
  model::HealthCheck health{.path = "/h'\"\\", .interval = std::chrono::milliseconds(150)};
  const auto shop = routes_of("shop", {{"a", "10.0.0.1", 8000, health, model::RouteRole::serving},
                                       {"b", "10.0.0.2", 65535, {}, model::RouteRole::draining},
                                       {"c", "10.0.0.3", 1, {}, model::RouteRole::joining}});
  const auto second = second_set_of("shop", {{"a", "10.0.0.3", 8000, health, model::RouteRole::serving}});
  const AllRoutes all{{shop.key, shop}, {second.key, second}, {key_of("blog", "test"), {key_of("blog", "test"), {}, {}}}};
  CHECK(must(read_state(write_state(all))) == all);
}

TEST_CASE("routes that say nothing of a second set are the first's") {
  const auto read = must(read_state(R"({"environments": [{"project": "shop", "environment": "live", "hosts": [], "targets": []}]})"));
  CHECK(read.contains(key_of("shop", "live")));
}

TEST_CASE("an ingress without files has no routes") {
  CHECK(must(read_state("")).empty());
}

TEST_CASE("half a state, or another thing, is an error and never taken for no routes") {
  const auto shop = routes_of("shop", {{"a", "10.0.0.1", 8000, {}, model::RouteRole::serving}});
  const auto text = write_state({{shop.key, shop}});
  for (std::size_t length = 1; length < text.size(); ++length) {
    CHECK(must_fail(read_state(text.substr(0, length))).code == ErrorCode::invalid);
  }
  CHECK_FALSE(read_state("[]").has_value());
  CHECK_FALSE(read_state(R"({"environments": [{"project": "Not A Name", "environment": "live"}]})").has_value());
  CHECK_FALSE(read_state(R"({"version": 1000000})").has_value());
}
