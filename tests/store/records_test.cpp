// Environments that come back to a catalogue from what was kept of them.
#include <doctest/doctest.h>

#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

model::RegionName region_called(const char* name) { return *model::RegionName::parse(name); }

// In region eu, on its way to another region or server.
model::EnvironmentRecord moving_record(const char* target) {
  model::EnvironmentRecord record{.project = {project_name("shop"), {}, {}}, .environment = {.key = environment_key(), .scale = {}}};
  record.region.name = record.environment.region = region_called("eu");
  record.servers = {{"divio-eu-postgres-15", Secret("of here")}};
  record.migration = model::Migration{.id = "01m", .key = environment_key(), .source = region_called("eu"), .target = region_called(target)};
  record.other_servers = {{"the-other", Secret("of there")}};
  return record;
}

Secret password(ports::Store& store, const char* region, const char* server) { return must(store.services().known_server_password(region_called(region), server)); }

}  // namespace

TEST_CASE("the password of the other server of a move comes back in the other region") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  auto record = moving_record("ch");
  record.other_region = model::Region{.name = region_called("ch")};
  must(store->records().restore(record));
  CHECK(password(*store, "eu", "divio-eu-postgres-15") == Secret("of here"));
  CHECK(password(*store, "ch", "the-other") == Secret("of there"));
  CHECK(password(*store, "eu", "the-other").empty());
}

TEST_CASE("the password of the other server of a move within a region comes back in that region") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->records().restore(moving_record("eu")));
  CHECK(password(*store, "eu", "divio-eu-postgres-15") == Secret("of here"));
  CHECK(password(*store, "eu", "the-other") == Secret("of there"));
}
