// Every moment at which divioctl may be gone while it changes services: what serves goes on serving with credentials that are
// good, nothing half-done is called attached, and resuming or the same command again reaches the goal.
#include <doctest/doctest.h>

#include <functional>

#include "controller/cut_short.hpp"
#include "controller/service_changes.hpp"
#include "controller/service_world.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::controller;
using divio::controller::testing::cut_short;
using divio::controller::testing::interrupted_operation;
using divio::controller::testing::Recovery;
using divio::controller::testing::ServiceWorld;
using divio::controller::testing::shared_server;

namespace {

using ServiceAct = std::function<Result<RolloutOutcome>(ServiceWorld&, Runtime&)>;
using Look = std::function<void(ServiceWorld&)>;

struct Story {
  Look before;  // what is there
  ServiceAct act;
  Look after;   // what has to be there in the end
};

void recover(ServiceWorld& world, const ServiceAct& act, Recovery recovery) {
  const auto id = interrupted_operation(world);
  const auto find = [&](const model::Operation&) -> Result<Deployment> { return world.deployment(); };
  if (recovery == Recovery::same_again) {
    const auto again = act(world, *world.runtime);
    // Removed already: it was at its end.
    if (!again) CHECK(again.error().code == ErrorCode::not_found);
  } else if (!id.empty()) {
    REQUIRE(resume(*world.runtime, id, find, world.call()));
  }
}

int enumerate(const Story& story, Recovery recovery) {
  for (int records = 1;; ++records) {
    CAPTURE(records);
    ServiceWorld world;
    story.before(world);
    if (!cut_short(world, story.act, records)) return records - 1;
    REQUIRE(world.serving().size() == 1);
    const auto serving = world.serving().front();
    CHECK(world.engine.containers().inspect(serving)->state == ports::ContainerState::running);
    if (world.variable(serving, "DATABASE_URL") != "none") CHECK(world.all_get_in());
    recover(world, story.act, recovery);
    CHECK(world.serving().size() == 1);
    CHECK(join(world.containers(), " ") == join(world.serving(), " "));
    story.after(world);
    CHECK((recovery == Recovery::same_again || interrupted_operation(world).empty()));
  }
}

void serve_with_services(ServiceWorld& world) {
  world.want_services();
  REQUIRE(world.deploy("one"));
}

void is_attached(ServiceWorld& world) {
  CHECK(world.state("default") == "attached");
  CHECK(world.all_get_in());
  CHECK(world.servers.logins(shared_server, "shop-live-default") == 1);
}

const Story first_services{
    [](ServiceWorld& world) {
      REQUIRE(world.deploy("one"));
      world.want_services();
      world.file.release_commands = {"migrate"};
    },
    [](ServiceWorld& world, Runtime& runtime) {
      world.source.code = "two";
      return deploy(runtime, world.deployment(), world.call());
    },
    is_attached};

const Story attaching{[](ServiceWorld& world) {
                        serve_with_services(world);
                        REQUIRE(detach_service(*world.runtime, world.key, {"default"}, world.call()));
                      },
                      [](ServiceWorld& world, Runtime& runtime) {
                        return attach_service(runtime, world.key, {"default"}, world.call());
                      },
                      is_attached};

const Story detaching{serve_with_services,
                      [](ServiceWorld& world, Runtime& runtime) {
                        return detach_service(runtime, world.key, {"default"}, world.call());
                      },
                      [](ServiceWorld& world) {
                        CHECK(world.state("default") == "detached");
                        CHECK(world.variable(world.serving().front(), "DATABASE_URL") == "none");
                        CHECK(world.servers.databases(shared_server).size() == 1);
                      }};

const Story rotating{serve_with_services,
                     [](ServiceWorld& world, Runtime& runtime) {
                       return rotate_service(runtime, world.key, {"default"}, world.call());
                     },
                     [](ServiceWorld& world) {
                       is_attached(world);
                       CHECK(world.variable(world.serving().front(), "DATABASE_URL").find("password1@") == std::string::npos);
                       CHECK(world.row("default").old_password.empty());
                     }};

const Story removing{[](ServiceWorld& world) {
                       serve_with_services(world);
                       REQUIRE(detach_service(*world.runtime, world.key, {"default"}, world.call()));
                     },
                     [](ServiceWorld& world, Runtime& runtime) {
                       return remove_service(runtime, world.key, {"default"}, world.call());
                     },
                     [](ServiceWorld& world) {
                       CHECK(world.state("default") == "none");
                       CHECK(world.servers.databases(shared_server).empty());
                     }};

void check_both(const Story& story, int at_least) {
  CHECK(enumerate(story, Recovery::resume) >= at_least);
  CHECK(enumerate(story, Recovery::same_again) >= at_least);
}

}  // namespace

TEST_CASE("a first deployment with services gone after any journal record: both ways on reach the goal") { check_both(first_services, 25); }
TEST_CASE("attaching gone after any journal record: both ways on reach the goal") { check_both(attaching, 15); }
TEST_CASE("detaching gone after any journal record: both ways on reach the goal") { check_both(detaching, 15); }
TEST_CASE("a change of credentials gone after any journal record: both ways on reach the goal") { check_both(rotating, 20); }
TEST_CASE("a removal gone after any journal record: both ways on reach the goal") { check_both(removing, 5); }
