#include <doctest/doctest.h>

#include "fakes/fake_engine.hpp"
#include "fakes/outcome.hpp"
#include "fakes/tar.hpp"
#include "ingress/haproxy/container.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

constexpr auto image = "haproxy:2.6";
const auto ignore = [](std::string_view) {};

}  // namespace

TEST_CASE("an image that is there is neither pulled nor built") {
  fakes::FakeEngine engine;
  engine.add_image(image, {});
  must(ingress::ensure_image(engine, image, ignore, {}));
  CHECK(engine.count("images.pull") == 0);
  CHECK(engine.count("images.build") == 0);
}

TEST_CASE("an image that a registry has is pulled") {
  fakes::FakeEngine engine;
  engine.add_to_registry(image, {});
  must(ingress::ensure_image(engine, image, ignore, {}));
  CHECK(engine.count("images.build") == 0);
  CHECK(engine.images().inspect(image).has_value());
}

TEST_CASE("without a registry the image is made from Debian's package, under the same name") {
  fakes::FakeEngine engine;
  std::string dockerfile;
  engine.on_build([&](const ports::BuildSpec&, const std::string& context, const auto&, std::stop_token) {
    dockerfile = fakes::read_tar(context)["Dockerfile"];
    return Result<fakes::FakeImage>(fakes::FakeImage{});
  });
  must(ingress::ensure_image(engine, image, ignore, {}));
  CHECK(contains(dockerfile, "FROM debian:bookworm-slim\n"));
  CHECK(contains(dockerfile, "haproxy"));
  CHECK(engine.images().inspect(image).has_value());
}

TEST_CASE("an image that can neither be pulled nor made is an error that says both") {
  fakes::FakeEngine engine;
  engine.on_build([](const ports::BuildSpec&, const std::string&, const auto&, std::stop_token) {
    return Result<fakes::FakeImage>(fail(ErrorCode::failed, "no package server"));
  });
  const auto error = must_fail(ingress::ensure_image(engine, image, ignore, {}));
  CHECK(contains(error.message, "no registry answers"));
  CHECK(contains(error.message, "no package server"));
  CHECK(contains(error.hint, image));
}

TEST_CASE("a registry that does not know the image is told, nothing is made instead") {
  fakes::FakeEngine engine;
  engine.add_to_registry("another", {});
  CHECK(must_fail(ingress::ensure_image(engine, image, ignore, {})).code == ErrorCode::not_found);
  CHECK(engine.count("images.build") == 0);
}
