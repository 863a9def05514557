#include <doctest/doctest.h>

#include "controller/observe.hpp"
#include "controller/project_volumes.hpp"
#include "controller/service_changes.hpp"
#include "controller/service_world.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::controller;
using namespace divio::controller::testing;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

using Names = std::vector<std::string>;

struct VolumeWorld : ServiceWorld {
  VolumeWorld() {
    want_services();
    file.volumes = {{"letters", "/data/letters"}, {"notes", "/data/notes"}};
    REQUIRE(deploy("one"));
  }
  Names of_project() {
    const auto release = must(store->releases().release(key, 1));
    return must(project_volumes(*runtime, key, release->config, must(store->services().services(key))));
  }
};

}  // namespace

TEST_CASE("volumes of the project are those that its release mounts and those that an older one left, and none of media") {
  VolumeWorld world;
  CHECK(world.of_project() == Names{"letters", "notes"});
  auto labels = environment_labels(*world.runtime, world.key);
  labels["divio.role"] = "service";
  REQUIRE(world.engine.volumes().create("divio-shop-live-cache", labels));  // of a server of its own
  world.file.volumes = {{"notes", "/data/notes"}};
  REQUIRE(world.deploy("two"));
  CHECK(world.of_project() == Names{"letters", "notes"});
  REQUIRE(world.engine.volumes().remove("divio-shop-live-letters"));
  CHECK(contains(must_fail(volume_place(*world.runtime, world.key, "letters", "volume 'letters'", {})).message, "the files of volume 'letters' of live have no place yet"));
  REQUIRE(ensure_volume(*world.runtime, world.key, "letters"));
  REQUIRE(ensure_volume(*world.runtime, world.key, "letters"));
  CHECK(must(volume_place(*world.runtime, world.key, "letters", "volume 'letters'", {})).name == "divio-shop-live-letters");
}

TEST_CASE("two volumes at one path are refused before anything is made, when a service is attached and when it is deployed") {
  ServiceWorld world;
  world.file.volumes = {{"notes", "/data/uploads"}};
  REQUIRE(world.deploy("one"));
  auto uploads = ServiceWorld::spec("uploads", model::ServiceType::media);
  uploads.mount = "/data/uploads";
  REQUIRE(add_service(*world.runtime, world.key, uploads));
  const auto attached = must_fail(attach_service(*world.runtime, world.key, {"uploads"}, {}));
  CHECK(attached.code == ErrorCode::refused);
  CHECK(attached.message == "'notes' and 'uploads' would both be mounted at /data/uploads");
  CHECK(must_fail(world.deploy("two")).message == attached.message);
  world.file.volumes = {{"notes", "/data/notes"}};
  REQUIRE(world.deploy("two"));
}

TEST_CASE("a service that was added by hand and a volume of divio.yaml do not take each other's name") {
  ServiceWorld world;
  REQUIRE(world.deploy("one"));
  REQUIRE(add_service(*world.runtime, world.key, ServiceWorld::spec("uploads", model::ServiceType::media)));
  world.file.volumes = {{"uploads", "/srv/uploads"}};
  const auto refused = must_fail(world.deploy("two"));
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.message == "a volume in divio.yaml has the name of service 'uploads' of shop-live");
}
