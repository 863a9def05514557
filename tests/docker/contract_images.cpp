#include <algorithm>

#include "docker/engine_contract.hpp"

using namespace divio;
using namespace divio::contract;

TEST_CASE("A build makes an image with its name and labels, and tells what it does") {
  const auto ground = open_ground();
  check_build(*ground, ground->images());
}

TEST_CASE("A failing build says which step failed and what it wrote last") {
  const auto ground = open_ground();
  check_failing_build(*ground, ground->images());
}

TEST_CASE("A build that is cancelled leaves no image") {
  const auto ground = open_ground();
  check_cancelled_build(*ground, ground->images());
}

TEST_CASE("A build whose context fails has the context's error") {
  const auto ground = open_ground();
  check_broken_context(*ground, ground->images());
}

TEST_CASE("An image has several names, and goes with the last of them") {
  const auto ground = open_ground();
  auto& images = ground->images();
  const auto spec = build_of(*ground, "named", std::string("FROM ") + image + "\n");
  const auto id = images.build(spec, [](std::string_view) {}, {});
  REQUIRE_OK(id);
  const auto second = ground->name("other") + ":2";
  REQUIRE_OK(images.tag(*id, second));
  CHECK(images.inspect(second)->id == *id);
  auto names = images.inspect(*id)->names;
  CHECK(std::ranges::find(names, second) != names.end());

  CHECK(images.remove(spec.name));
  CHECK_CODE(ErrorCode::not_found, images.inspect(spec.name));
  CHECK(images.inspect(second));
  CHECK(images.remove(second));
  CHECK_CODE(ErrorCode::not_found, images.inspect(*id));
  CHECK(images.remove(second));
}

TEST_CASE("A name that another image had moves to the one that is given it") {
  const auto ground = open_ground();
  auto& images = ground->images();
  const auto one = images.build(build_of(*ground, "one", std::string("FROM ") + image + "\nENV N=1\n"), {}, {});
  const auto two = images.build(build_of(*ground, "two", std::string("FROM ") + image + "\nENV N=2\n"), {}, {});
  REQUIRE_OK(one);
  REQUIRE_OK(two);
  const auto name = ground->name("current") + ":1";
  REQUIRE_OK(images.tag(*one, name));
  REQUIRE_OK(images.tag(*two, name));
  CHECK(images.inspect(name)->id == *two);
}

TEST_CASE("An image that a container was made from is in use") {
  const auto ground = open_ground();
  auto& images = ground->images();
  const auto spec = build_of(*ground, "used", std::string("FROM ") + image + "\nENV USED=1\n");
  REQUIRE_OK(images.build(spec, {}, {}));
  auto container = ground->container("user", command::sleep());
  container.image = spec.name;
  const auto made = ground->containers().create(container);
  REQUIRE_OK(made);
  CHECK_CODE(ErrorCode::conflict, images.remove(spec.name));
  REQUIRE_OK(ground->containers().remove(*made));
  CHECK(images.remove(spec.name));
}

TEST_CASE("An image that is not there is not found") {
  const auto ground = open_ground();
  CHECK_CODE(ErrorCode::not_found, ground->images().inspect("divio/never-built:1"));
  CHECK_CODE(ErrorCode::not_found, ground->images().tag("divio/never-built:1", ground->name("tag") + ":1"));
  CHECK(ground->images().remove("divio/never-built:1"));
}

TEST_CASE("Pulling where no registry answers is unreachable") {
  const auto ground = open_ground();
  const auto pulled = ground->images().pull("127.0.0.1:1/divio/nothing:1", {}, {});
  CHECK_CODE(ErrorCode::unreachable, pulled);
  CHECK(pulled.error().message.find("127.0.0.1:1/divio/nothing:1") != std::string::npos);
}
