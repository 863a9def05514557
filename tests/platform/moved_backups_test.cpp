// Backups of an environment that was moved between regions with stores of their own, on fakes.
#include <doctest/doctest.h>

#include <filesystem>

#include "controller/migrations.hpp"
#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"
#include "store/sqlite/store.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

using Names = std::vector<std::string>;

// shop/live in region eu, with a database; backups go to a folder for each region.
struct MovedWithBackups : SeveralRegions {
  MovedWithBackups() {
    for (const auto* region : {"eu", "ch"}) {
      add(region);
      engine(std::string("unix:///") + region + ".sock").add_image("postgres:15", {});
      must(platform().set_backup_store({.region = region, .folder = store_of(region).string()}));
    }
    deploy_to("eu");
  }

  [[nodiscard]] std::filesystem::path store_of(const std::string& region) const { return folder() / ("backups-" + region); }

  void deploy_to(const std::string& region) {
    write("services: {default: postgres}\nenvironments: {live: {region: " + region + "}}\n");
    must(deploy());
  }

  // As a move leaves the catalogue.
  void move(const std::string& from, const std::string& to) const {
    const auto store = must(store::open_store(home()));
    const model::EnvironmentKey key{must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))};
    auto environment = must(store->projects().environment(key));
    REQUIRE(environment);
    environment->region = must(model::RegionName::parse(to));
    must(store->projects().put_environment(*environment));
    model::Migration migration{.id = "20260105-" + to, .key = key, .source = must(model::RegionName::parse(from)), .target = environment->region};
    migration.phase = model::MigrationPhase::finalised;
    must(controller::put_migration(*store, migration));
  }

  std::string make() { return must(platform().create_backup(target(), {}, {})).id; }
  [[nodiscard]] Names listed() {
    Names ids;
    for (const auto& backup : must(platform().backups(target())).backups) ids.push_back(backup.id);
    return ids;
  }
  [[nodiscard]] bool is_in(const std::string& region, const std::string& id) const { return std::filesystem::exists(store_of(region) / "shop/live/manifests" / id); }
};

}  // namespace

TEST_CASE("the backups of an environment go along with it: they are listed, tried out, restored and removed where they are, and new ones are made where it is") {
  MovedWithBackups world;
  const auto before = world.make();
  world.move("eu", "ch");
  CHECK(world.listed() == Names{before});
  world.pass(std::chrono::hours(1));
  world.deploy_to("ch");
  const auto after = world.make();
  CHECK(world.listed() == Names{after, before});
  CHECK(world.is_in("eu", before));
  CHECK(world.is_in("ch", after));
  CHECK_FALSE(world.is_in("eu", after));
  CHECK(must(world.platform().verify_backup(world.target(), {.id = before}, {})).verified == "passed");
  CHECK(must(world.platform().backup(world.target(), before)).verified == "passed");
  must(world.platform().restore_backup(world.target(), {.id = before, .force = true, .replace = true}, {}));
  must(world.platform().delete_backup(world.target(), before));
  CHECK_FALSE(world.is_in("eu", before));
  CHECK(world.listed() == Names{after});
}

TEST_CASE("a store of a region that an environment left and that does not answer is named, and keeps nobody from the others") {
  MovedWithBackups world;
  const auto before = world.make();
  world.move("eu", "ch");
  std::filesystem::remove_all(world.store_of("eu"));
  std::filesystem::create_symlink(world.store_of("eu"), world.store_of("eu"));  // nobody can follow it
  const auto listed = must(world.platform().backups(world.target()));
  CHECK(listed.backups.empty());
  CHECK(listed.unseen == Names{world.store_of("eu").string()});
  const auto gone = world.platform().backup(world.target(), before);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::not_found);
  CHECK(contains(gone.error().message, "there may be some at " + world.store_of("eu").string() + ", which does not answer"));
  world.deploy_to("ch");
  CHECK(world.listed() == Names{world.make()});
}
