#include <doctest/doctest.h>

#include <algorithm>

#include "store/samples.hpp"
#include "store/sqlite/connection.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

model::RegionName region_name(const char* text) { return model::RegionName::parse(text).value(); }

model::Region region(const char* name, const char* endpoint, std::uint16_t port) {
  model::Region made;
  made.name = region_name(name);
  made.endpoint = endpoint;
  made.http_port = port;
  return made;
}

model::Region with_everything(model::Region made) {
  made.certificates = "/etc/docker/eu";
  made.domain = "eu.example.com";
  made.address = "192.0.2.7";
  made.location = "Zürich, CH";
  made.provider = "own";
  made.physical = "zrh1";
  made.organisation = "acme";
  made.registry = "registry.example.com/team";
  made.relay_port = 7443;
  made.preferred = true;
  made.draining = true;
  made.labels = {{"tier", "gold"}, {"empty", ""}};
  return made;
}

std::vector<std::string> preferred(ports::Store& store) {
  std::vector<std::string> names;
  const auto all = must(store.regions().regions());
  for (const auto& one : all)
    if (one.preferred) names.push_back(one.name.str());
  return names;
}

}  // namespace

TEST_CASE("the region local is there by itself, until it is put otherwise") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  CHECK(must(store->regions().regions()) == std::vector{region("local", "", 80)});
  CHECK(must(store->regions().region(model::local_region())) == region("local", "", 80));
  CHECK(must(store->regions().region(region_name("eu"))) == std::nullopt);

  const auto eu = region("eu", "ssh://eu.example.com", 8080);
  const auto us = region("us", "tcp://us.example.com:2376", 65535);
  must(store->regions().put_region(us));
  must(store->regions().put_region(eu));
  CHECK(must(store->regions().regions()) == std::vector{eu, model::Region{}, us});
  CHECK(must(store->regions().region(region_name("us"))) == us);

  const auto local = region("local", "unix:///run/podman.sock", 8000);
  must(store->regions().put_region(local));
  CHECK(must(store->regions().regions()) == std::vector{eu, local, us});
  CHECK(must(store->regions().region(model::local_region())) == local);
}

TEST_CASE("a region keeps every setting") {
  const TemporaryFolder folder;
  const auto eu = with_everything(region("eu", "tcp://eu.example.com:2376", 8080));
  must(open_in(folder)->regions().put_region(eu));
  CHECK(must(open_in(folder)->regions().region(eu.name)) == eu);
}

TEST_CASE("at most one region is the default, the last one that became it") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto eu = region("eu", "unix:///a", 80), us = region("us", "unix:///b", 80);
  eu.preferred = us.preferred = true;
  must(store->regions().put_region(eu));
  CHECK(preferred(*store) == std::vector<std::string>{"eu"});
  must(store->regions().put_region(us));
  CHECK(preferred(*store) == std::vector<std::string>{"us"});
  us.preferred = false;
  must(store->regions().put_regions({us, eu}));
  CHECK(preferred(*store) == std::vector<std::string>{"eu"});
}

TEST_CASE("regions are put all or none") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto bad = region("us", "unix:///b", 80);
  bad.location = "\xff";
  CHECK(must_fail(store->regions().put_regions({region("eu", "unix:///a", 80), bad})).code == ErrorCode::invalid);
  CHECK(must(store->regions().regions()).size() == 1);
}

TEST_CASE("a region goes when no environment is in it") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->regions().put_region(region("eu", "unix:///a", 80)));
  auto environment = must(store->projects().environment(environment_key())).value();
  environment.region = region_name("eu");
  must(store->projects().put_environment(environment));
  CHECK(must(store->projects().environment(environment_key()))->region == region_name("eu"));
  CHECK(must_fail(store->regions().remove_region(region_name("eu"))).code == ErrorCode::conflict);
  must(store->projects().remove_environment(environment_key()));
  must(store->regions().remove_region(region_name("eu")));
  CHECK(must(store->regions().region(region_name("eu"))) == std::nullopt);
  must(store->regions().remove_region(region_name("eu")));
}

TEST_CASE("a catalogue of the first version keeps its regions, and its environments are where they ran: in local") {
  const TemporaryFolder folder;
  {
    const auto store = open_with(folder);
    must(store->regions().put_region(region("local", "unix:///run/docker.sock", 8080)));
  }
  {
    auto connection = must(store::Connection::open(folder / "home" / "catalogue.db"));
    must(connection.script("ALTER TABLE releases DROP COLUMN image_digest; DROP TABLE settings; DROP TABLE services; DROP TABLE servers; DROP INDEX one_preferred_region; ALTER TABLE regions DROP COLUMN preferred;"
                           "ALTER TABLE regions DROP COLUMN settings; ALTER TABLE projects DROP COLUMN organisation;"
                           "UPDATE environments SET region = 'eu'; PRAGMA user_version = 1;"));
  }
  const auto store = open_in(folder);
  CHECK(must(store->regions().regions()) == std::vector{region("local", "unix:///run/docker.sock", 8080)});
  CHECK(must(store->projects().environment(environment_key()))->region == model::local_region());
  CHECK(must(store->projects().project(environment_key().project))->organisation == "");
}
