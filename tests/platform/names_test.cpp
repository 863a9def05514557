// What a completion offers: names from a real catalogue, and from the project's file.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("before the first deployment there are the environments of the file, and nothing else") {
  SeveralRegions world;
  auto platform = world.platform();
  world.write("environments: {staging: {}}\n");
  CHECK(platform.project_names().empty());
  CHECK(platform.environment_names(world.target()) == Words{"live", "staging", "test"});
  CHECK(platform.process_names(world.target()).empty());
  CHECK(platform.release_numbers(world.target()).empty());
  CHECK(platform.operation_ids().empty());
}

TEST_CASE("what a backup may be of are services and volumes of the project") {
  SeveralRegions world;
  CHECK(world.platform().backup_contents(world.target()).empty());
  world.write("services: {media: {type: media, mount: /data/media}}\nvolumes: {notes: /data/notes}\n");
  must(world.deploy());
  CHECK(world.platform().backup_contents(world.target()) == Words{"media", "volume-notes"});
}

TEST_CASE("projects, environments, processes and releases, the newest first, are those of the catalogue") {
  SeveralRegions world;
  must(world.deploy());
  CHECK(world.platform().application_names().empty());
  world.write("application: webshop\nprocesses: {web: {}, worker: {}}\n");
  must(world.deploy());
  auto platform = world.platform();
  must(platform.set_variables(world.target("preview"), {{"A", Secret("1"), false}}));
  CHECK(platform.project_names() == Words{"shop"});
  CHECK(platform.application_names() == Words{"webshop"});
  CHECK(platform.environment_names(world.target()) == Words{"live", "test", "preview"});
  CHECK(platform.process_names(world.target()) == Words{"web", "worker"});
  CHECK(platform.process_names(world.target("test")).empty());
  CHECK(platform.release_numbers(world.target()) == Words{"2", "1"});
  CHECK(platform.operation_ids().size() == 2);

  const Target from_elsewhere{.directory = "/", .project = "shop", .environment = "live"};
  CHECK(platform.environment_names(from_elsewhere) == Words{"live", "preview"});
  CHECK(platform.release_numbers(from_elsewhere) == Words{"2", "1"});
  CHECK(platform.release_numbers({.directory = "/", .project = "blog", .environment = "live"}).empty());
}
