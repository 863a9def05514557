#include "ingress/haproxy/render.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "haproxy/ingress_contract.hpp"

using namespace divio;
using namespace divio::ingress;
using namespace divio::tests;
using enum model::RouteRole;

namespace {

model::RouteTarget checked_target(const std::string& instance, model::RouteRole role, const std::string& path = "/healthz") {
  return {instance, "10.201.5.3", 8000, {.path = path}, role};
}

AllRoutes all(std::vector<model::Routes> routes) {
  AllRoutes result;
  for (auto& of_environment : routes) result.insert_or_assign(of_environment.key, of_environment);
  return result;
}

Frame frame() {
  return {.listeners = {{"*", 80}, {"192.0.2.7", 8080}}};
}

AllRoutes example() {
  return all(
      {routes_of("shop", {checked_target("shop-live-web-r4-1", draining), checked_target("shop-live-web-r5-1", serving, "/well")}),
       second_set_of("shop", {checked_target("shop-live-web-r5-2", serving, "/well")}),
       routes_of("blog", {checked_target("blog-live-web-r1-1", joining, "")}), routes_of("empty", {})});
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Compares with the file, or writes it where DIVIO_WRITE_GOLDEN is set.
void check_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(DIVIO_SOURCE_DIR) + "/tests/haproxy/golden/" + name;
  if (std::getenv("DIVIO_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  CHECK_MESSAGE(text_of(path) == text,
                name << " differs; if that is meant, run with DIVIO_WRITE_GOLDEN=1 and review it");
}

}  // namespace

TEST_CASE("the configuration and the map of hosts are those in the golden files") {
  const auto rendered = render(lay_out(example()), frame());
  check_golden("haproxy.cfg", rendered.config);
  check_golden("hosts.map", rendered.hosts);
}

TEST_CASE("another health check is another backend, and hosts lead to the one that serves") {
  const auto layout = lay_out(example());
  REQUIRE(layout.backends.size() == 4);
  const auto& old_release =
      *std::ranges::find_if(layout.backends, [](const Backend& b) { return b.health.path == "/healthz"; });
  const auto& new_release =
      *std::ranges::find_if(layout.backends, [](const Backend& b) { return b.health.path == "/well" && !b.key.is_beside(); });
  CHECK(old_release.name != new_release.name);
  CHECK(old_release.name.starts_with(backend_prefix(key_of("shop", "live"))));
  CHECK(layout.hosts.at("shop.localhost") == new_release.name);
}

TEST_CASE("a host leads to the page that says so while nothing serves") {
  const auto layout = lay_out(example());
  CHECK(layout.hosts.at("blog.localhost") == unserved_backend);
  CHECK(layout.hosts.at("empty.localhost") == unserved_backend);
}

TEST_CASE("a second set has backends of its own, with the first host's health checks, and no host leads to it by itself") {
  const auto layout = lay_out(example());
  const auto& second = *std::ranges::find_if(layout.backends, [](const Backend& b) { return b.key.is_beside(); });
  CHECK(second.name.starts_with("shop.live_."));
  CHECK_FALSE(second.name.starts_with(backend_prefix(key_of("shop", "live"))));
  CHECK(second.host == "shop.localhost");
  CHECK(layout.hosts.at("beside/shop.localhost") == second.name);
  CHECK(std::ranges::count(layout.hosts, second.name, [](const auto& entry) { return entry.second; }) == 1);
  auto hostless = second_set_of("shop", {checked_target("a", serving)});
  hostless.hosts.clear();
  CHECK(lay_out(all({hostless})).backends.front().host == "shop-live");
}

TEST_CASE("both sets of an environment have its hosts, and nobody else") {
  const auto first = routes_of("shop", {});
  const auto second = second_set_of("shop", {});
  must(check_routes(second, all({first})));
  must(check_routes(first, all({second})));
  const auto thief = check_routes({key_of("blog", "live"), first.hosts, {}}, all({second}));
  CHECK(must_fail(thief).code == ErrorCode::conflict);
  CHECK(contains(must_fail(thief).message, "shop (live)"));
}

TEST_CASE("the start timeout is no reason for another backend") {
  auto patient = checked_target("a", serving);
  patient.health.start_timeout = std::chrono::seconds(600);
  const auto one = lay_out(all({routes_of("shop", {checked_target("a", serving)})}));
  const auto other = lay_out(all({routes_of("shop", {patient})}));
  CHECK(one.backends.front().name == other.backends.front().name);
}

TEST_CASE("servers alone leave the fingerprint as it is, where visitors come in does not") {
  auto elsewhere = frame();
  elsewhere.listeners.front().port = 81;
  CHECK(fingerprint(frame()) == fingerprint(frame()));
  CHECK(fingerprint(frame()) != fingerprint(elsewhere));
  CHECK(contains(render(Layout{}, frame()).config, fingerprint(frame())));
}

TEST_CASE("a path cannot end its quotes") {
  const auto config = render(lay_out(all({routes_of("shop", {checked_target("a", serving, "/x'y\"$z")})})), frame()).config;
  CHECK(contains(config, R"(uri '/x'\''y"$z' ver)"));
}

TEST_CASE("what would break the configuration is refused") {
  const AllRoutes none;
  const auto check = [&](auto change) {
    auto routes = routes_of("shop", {checked_target("a", serving)});
    change(routes);
    return check_routes(routes, none);
  };
  must(check([](model::Routes&) {}));
  for (const char* host : {"", "Shop.localhost", "a b", "a\nb", "shop.localhost:80", "a\"b", ".a", "a.", "*"}) {
    CAPTURE(host);
    CHECK(must_fail(check([&](model::Routes& r) { r.hosts = {host}; })).code == ErrorCode::invalid);
  }
  for (const char* instance : {"", "a b", "a/b", "a:2", "a\nb"}) {
    CAPTURE(instance);
    CHECK(must_fail(check([&](model::Routes& r) { r.targets[0].instance = instance; })).code == ErrorCode::invalid);
  }
  for (const char* address : {"", "localhost", "10.0.0", "10.0.0.256", "10.0.0.-1", "10.0.0.1 ", "::1", "10.0.0.0x1"}) {
    CAPTURE(address);
    CHECK(must_fail(check([&](model::Routes& r) { r.targets[0].address = address; })).code == ErrorCode::invalid);
  }
  for (const char* path : {"health", "/a b", "/a\nb", "/\xc3\xa4"}) {
    CAPTURE(path);
    CHECK(must_fail(check([&](model::Routes& r) { r.targets[0].health.path = path; })).code == ErrorCode::invalid);
  }
  CHECK(must_fail(check([](model::Routes& r) { r.targets[0].port = 0; })).code == ErrorCode::invalid);
  CHECK(must_fail(check([](model::Routes& r) { r.targets.push_back(r.targets[0]); })).code == ErrorCode::invalid);
  CHECK(must_fail(check([](model::Routes& r) { r.targets[0].health.interval = {}; })).code == ErrorCode::invalid);
}
