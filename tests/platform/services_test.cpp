// Services as they are asked for.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("media are mounted at a folder that containers can have, however it is written") {
  SeveralRegions world;
  must(world.deploy());
  auto platform = world.platform();
  for (const std::string path : {"/", "/proc", "/sys/", "data", "/data/../etc", "/a\nb"}) {
    CAPTURE(path);
    const auto refused = must_fail(platform.add_service(world.target(), {.prefix = "media", .type = "media", .mount = path}));
    CHECK(refused.code == ErrorCode::invalid);
    CHECK(refused.hint.find("absolute path of a folder in the container") != std::string::npos);
  }
  CHECK(must(platform.add_service(world.target(), {.prefix = "media", .type = "media", .mount = "/srv//media/"})).mount == "/srv/media");
  CHECK(must(platform.add_service(world.target(), {.prefix = "others", .type = "media"})).mount == "/data/others");
}
