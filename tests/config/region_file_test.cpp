#include "config/region_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "support/text.hpp"

using namespace divio;
using namespace divio::config;

namespace {

model::Region region(const char* name) {
  model::Region made;
  made.name = model::RegionName::parse(name).value();
  return made;
}

Result<std::vector<model::Region>> parse_regions(std::string_view yaml, std::vector<model::Region> known = {}) {
  return parse_region_file(yaml, "regions.yaml", {"/srv/infra", std::move(known)});
}

struct Bad {
  std::string_view yaml;
  std::string_view where;
  std::string_view message;
};

std::string documentation() {
  std::ifstream in(DIVIO_SOURCE_DIR "/docs/regions.md");
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a region file gives whole regions in its order") {
  const auto found = parse_regions(
      "regions:\n"
      "  eu:\n"
      "    endpoint: ssh://deploy@eu.example.com\n"
      "    location: Frankfurt, DE\n"
      "    provider: own\n"
      "    physical: fra1\n"
      "    builder: ch\n"
      "    domain: eu.example.com\n"
      "    address: 192.0.2.7\n"
      "    default: true\n"
      "    draining: yes\n"
      "  ch: {endpoint: 'tcp://ch:2376', certificates: certificates/ch, ingress_port: 8080, relay_port: 7443, registry: registry.example.com/team, dedicated: acme, labels: {tier: gold, spare: }}\n");
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  auto eu = region("eu");
  eu.endpoint = "ssh://deploy@eu.example.com";
  eu.location = "Frankfurt, DE";
  eu.provider = "own";
  eu.physical = "fra1";
  eu.builder = "ch";
  eu.domain = "eu.example.com";
  eu.address = "192.0.2.7";
  eu.preferred = true;
  eu.draining = true;
  CHECK(found->front() == eu);
  auto ch = region("ch");
  ch.endpoint = "tcp://ch:2376";
  ch.certificates = "/srv/infra/certificates/ch";
  ch.http_port = 8080;
  ch.relay_port = 7443;
  ch.registry = "registry.example.com/team";
  ch.organisation = "acme";
  ch.labels = {{"spare", ""}, {"tier", "gold"}};
  CHECK(found->back() == ch);
}

TEST_CASE("a file that does not say so neither ends a draining nor takes local's engine away") {
  auto eu = region("eu");
  eu.draining = true;
  auto local = region("local");
  local.endpoint = "unix:///run/docker.sock";
  const auto found = parse_regions("regions: {eu: {endpoint: 'unix:///run/eu.sock'}, local: {location: here}}", {eu, local});
  REQUIRE(found);
  CHECK(found->front().draining);
  CHECK(found->back().endpoint == "unix:///run/docker.sock");
  const auto ended = parse_regions("regions: {eu: {endpoint: 'unix:///run/eu.sock', draining: false}}", {eu});
  REQUIRE(ended);
  CHECK_FALSE(ended->front().draining);
}

TEST_CASE("every error of a region file has its place") {
  const std::vector<Bad> files{
      {"", "regions.yaml:1:1", "the file must be a map with the key 'regions'"},
      {"regions:\n", "regions.yaml:1:1", "the file names no region"},
      {"region: {}\n", "regions.yaml:1:1", "unknown key 'region'"},
      {"regions:\n  EU: {}\n", "regions.yaml:2:3", "'EU' is not a valid region name"},
      {"regions:\n  eu: {}\n", "regions.yaml:2:3", "region eu has no endpoint"},
      {"regions:\n  eu:\n    endpont: x\n", "regions.yaml:3:5", "unknown key 'endpont'"},
      {"regions:\n  eu:\n    endpoint: http://x\n", "regions.yaml:3:15", "'http://x' is not the address of a Docker engine"},
      {"regions:\n  eu:\n    endpoint: [a]\n", "regions.yaml:3:15", "endpoint must be a text, not a list"},
      {"regions:\n  eu: {endpoint: 'unix:///a', ingress_port: 99999}\n", "regions.yaml:2:45", "'99999' is not a port"},
      {"regions:\n  eu: {endpoint: 'unix:///a', labels: {'a b': x}}\n", "regions.yaml:2:40", "'a b' is not the key of a label"},
      {"regions:\n  a: {endpoint: 'unix:///a', default: true}\n  b: {endpoint: 'unix:///b', default: true}\n",
       "regions.yaml:3:3", "'a' and 'b' are both the default"},
      {"regions:\n  a: {endpoint: 'ssh://a', certificates: /c}\n", "regions.yaml:2:3",
       "region a has certificates, but its endpoint is not tcp://"}};
  for (const auto& bad : files) {
    CAPTURE(bad.yaml);
    const auto found = parse_regions(bad.yaml);
    REQUIRE(!found);
    CHECK(found.error().code == ErrorCode::invalid);
    CHECK(found.error().where == bad.where);
    CHECK(found.error().message == bad.message);
    CHECK(!found.error().hint.empty());
  }
}

TEST_CASE("whoever writes no region is shown how one is written") {
  for (const auto* yaml : {"{}\n", "[a]\n", "regions: {}\n"}) {
    CAPTURE(yaml);
    CHECK(parse_regions(yaml).error().hint == "write it like regions: {eu: {endpoint: 'ssh://deploy@eu.example.com'}}");
  }
}

TEST_CASE("docs/regions.md has exactly the keys of region files, and its example is one") {
  std::set<std::string> documented;
  const auto text = documentation();
  for (const auto& line : split(text, '\n'))
    if (line.starts_with("| `regions.")) documented.insert(line.substr(3, line.find('`', 3) - 3));
  const auto known = known_region_keys();
  CHECK(documented == std::set<std::string>(known.begin(), known.end()));
  const auto begin = text.find("```yaml\nregions:") + 8;
  const auto found = parse_regions(text.substr(begin, text.find("```", begin) - begin));
  REQUIRE(found);
  CHECK(found->size() == 2);
}
