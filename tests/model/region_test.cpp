#include "model/region.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace divio;
using model::Region;

namespace {

Result<void> set(Region& region, const char* name, const std::string& text) {
  const auto* setting = model::find_region_setting(name);
  REQUIRE(setting != nullptr);
  return setting->set(region, text);
}

Region at(const std::string& endpoint) {
  Region region;
  region.endpoint = endpoint;
  return region;
}

}  // namespace

TEST_CASE("every setting of a region gives back the text it was given, and the default for an empty one") {
  const std::vector<std::pair<const char*, const char*>> good{
      {"endpoint", "ssh://deploy@eu.example.com:22/run/docker.sock"}, {"certificates", "/etc/docker/eu"},
      {"ingress-port", "8088"}, {"domain", "eu.example.com"}, {"address", "192.0.2.7"}, {"location", "Zürich, CH"},
      {"provider", "own"}, {"physical", "fra1"}, {"dedicated", "acme"}, {"builder", "ci"}, {"service-images", "registry.example.com:5000/mirror,postgres:15=example.com/postgis:15-3.4,redis:7=redis@sha256:0a1b"},
      {"registry", "registry.example.com/team"}, {"plans", "business,starter"},
      {"relay-port", "7443"},
      {"default", "true"}, {"draining", "true"}};
  CHECK(good.size() == model::region_settings().size());
  Region region;
  for (const auto& [name, text] : good) {
    CAPTURE(name);
    REQUIRE(set(region, name, text));
    CHECK(model::find_region_setting(name)->get(region) == text);
  }
  CHECK(region.http_port == 8088);
  CHECK(region.preferred);
  for (const auto& [name, text] : good) REQUIRE(set(region, name, ""));
  CHECK(region == Region{});
  CHECK(model::find_region_setting("colour") == nullptr);
}

TEST_CASE("what cannot be a setting is refused with a hint, and leaves the region as it was") {
  const std::vector<std::pair<const char*, std::string>> bad{
      {"endpoint", "http://eu"}, {"endpoint", "unix://relative"}, {"endpoint", "ssh://"}, {"endpoint", "tcp://a b"},
      {"endpoint", "eu.example.com"}, {"certificates", "relative"}, {"ingress-port", "0"}, {"ingress-port", "65536"},
      {"ingress-port", "80x"}, {"ingress-port", "-1"}, {"domain", "https://x"}, {"domain", "a..b"}, {"domain", "-a.b"},
      {"domain", std::string(190, 'a')}, {"address", "http://192.0.2.7"}, {"address", "192.0.2.7:80"}, {"address", "a b"},
      {"location", "two\nlines"}, {"location", std::string(201, 'x')}, {"provider", "Own Machines"},
      {"physical", "Fra 1"}, {"dedicated", "ACME Inc."}, {"builder", "C I"}, {"service-images", "https://x"}, {"service-images", "x/y:tag"}, {"service-images", "x y"}, {"service-images", "a,b"}, {"service-images", "postgres=x"}, {"service-images", "postgres:15="}, {"service-images", "postgres:15=a,postgres:15=b"}, {"service-images", "a,,redis:7=b"}, {"registry", "https://registry.example.com"}, {"registry", "registry.example.com/team:1"}, {"plans", "Business"}, {"plans", "a,,b"}, {"relay-port", "70000"}, {"relay-port", "none"}, {"default", "perhaps"}, {"draining", "1"}};
  for (const auto& [name, text] : bad) {
    CAPTURE(name);
    CAPTURE(text);
    Region region;
    const auto done = set(region, name, text);
    REQUIRE(!done);
    CHECK(done.error().code == ErrorCode::invalid);
    CHECK(!done.error().hint.empty());
    CHECK(region == Region{});
  }
}

TEST_CASE("a domain is written as one likes, with or without the asterisk of its DNS entry") {
  Region region;
  REQUIRE(set(region, "domain", "*.EU.example.com"));
  CHECK(region.domain == "eu.example.com");
}

TEST_CASE("visitors reach a region at its address, else at its endpoint's host, else here") {
  CHECK(model::host_of(at("unix:///run/docker.sock")) == "localhost");
  CHECK(model::host_of(at("")) == "localhost");
  CHECK(model::host_of(at("ssh://deploy@eu.example.com")) == "eu.example.com");
  CHECK(model::host_of(at("ssh://eu.example.com:2222/run/docker.sock")) == "eu.example.com");
  CHECK(model::host_of(at("tcp://192.0.2.7:2376")) == "192.0.2.7");
  CHECK(model::host_of(at("tcp://[2001:db8::7]:2376")) == "2001:db8::7");
  CHECK(model::is_on_this_machine(at("tcp://127.0.0.1:2375")));
  CHECK(model::is_on_this_machine(at("tcp://[::1]:2375")));
  auto behind = at("ssh://eu.example.com");
  behind.address = "192.0.2.99";
  CHECK(model::host_of(behind) == "192.0.2.99");
  CHECK_FALSE(model::is_on_this_machine(behind));
}

TEST_CASE("a region but local needs an endpoint, and certificates go with tcp only") {
  Region region;
  CHECK(model::check_region(region));
  region.name = model::RegionName::parse("eu").value();
  CHECK(model::check_region(region).error().message == "region eu has no endpoint");
  region.endpoint = "ssh://eu.example.com";
  region.certificates = "/etc/docker/eu";
  CHECK(model::check_region(region).error().message == "region eu has certificates, but its endpoint is not tcp://");
  region.endpoint = "tcp://eu.example.com:2376";
  CHECK(model::check_region(region));
}

TEST_CASE("labels have a plain key and a short value") {
  CHECK(model::check_region_label("example.com/tier", "gold"));
  CHECK(!model::check_region_label("", "x"));
  CHECK(!model::check_region_label("a b", "x"));
  CHECK(!model::check_region_label("key", "two\nlines"));
}
