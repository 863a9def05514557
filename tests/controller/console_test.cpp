// Commands in containers of their own while an environment is handed over to another region or server.
#include "controller/console.hpp"

#include <doctest/doctest.h>

#include "controller/instances.hpp"
#include "controller/migrations.hpp"
#include "controller/outcome.hpp"
#include "controller/services.hpp"
#include "controller/world.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::World;
using tests::must;
using tests::must_fail;

TEST_CASE("commands are ended where they go on, and do not start any more where they are about to") {
  World world;
  must(world.deploy("one"));
  const auto served = world.serving();
  auto& containers = world.engine.containers();
  const auto release = must(need_release(*world.runtime, must(need_environment(*world.runtime, world.key))));
  const auto command = [&] { return must(containers.create(one_off_spec(*world.runtime, release, {"import"}))); };
  const auto goes_on = command();
  must(containers.start(goes_on));
  const auto is_over = command();
  must(containers.start(is_over));
  must(containers.stop(is_over, std::chrono::seconds(0)));
  const auto is_about_to = command();
  CHECK(must(runs(*world.runtime, world.key)).size() == 2);
  CHECK(must(end_runs(*world.runtime, world.key)) == std::vector<std::string>{must(containers.inspect(goes_on)).name});
  CHECK(must(containers.inspect(goes_on)).state == ports::ContainerState::exited);
  CHECK(must_fail(containers.inspect(is_about_to)).code == ErrorCode::not_found);
  CHECK(must(runs(*world.runtime, world.key)).empty());
  CHECK(world.serving() == served);
}

TEST_CASE("no command starts while an environment is handed over, and nothing is left of one that was refused") {
  World world;
  must(world.deploy("one"));
  const auto before = world.containers();
  model::Migration migration{.id = "01m", .key = world.key, .source = must(model::RegionName::parse("eu")), .target = must(model::RegionName::parse("ch"))};
  migration.phase = model::MigrationPhase::cutting_over;
  must(put_migration(*world.store, migration));
  const auto refused = must_fail(run(*world.runtime, world.key, {.command = {"import"}}, {}, {}));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == "shop-live is being handed over from eu to ch");
  CHECK(refused.hint == "run this again when that is done; if it was cut short: divioctl migrate resume --project shop -e live");
  CHECK(world.containers() == before);
}

TEST_CASE("a command that was on its way while the environment was handed over does not start where it was") {
  World world;
  must(world.deploy("one"));
  const auto before = world.containers();
  auto environment = must(need_environment(*world.runtime, world.key));
  environment.region = must(model::RegionName::parse("ch"));
  must(world.store->projects().put_environment(environment));
  const auto refused = must_fail(run(*world.runtime, world.key, {.command = {"import"}}, {}, {}));
  CHECK(refused.code == ErrorCode::conflict);
  CHECK(refused.message == "shop-live was moved to region ch meanwhile");
  CHECK(world.containers() == before);
}
