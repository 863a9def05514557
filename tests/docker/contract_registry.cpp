// Images by way of a registry: in, and out again by digest.
#include <algorithm>

#include "docker/engine_contract.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

// A small image of the ground's, called "HOST/team/GROUND-what:1" too; that name.
std::string build_for(Ground& ground, const GroundRegistry& registry, const std::string& what) {
  const auto spec = build_of(ground, what, "FROM scratch\nCOPY hello.txt /" + what + "\n");
  REQUIRE_OK(ground.images().build(spec, {}, {}));
  const auto name = registry.host() + "/team/" + spec.name;
  REQUIRE_OK(ground.images().tag(spec.name, name));
  return name;
}

std::string pinned(const std::string& name, const std::string& digest) { return name.substr(0, name.rfind(':')) + "@" + digest; }

void forget(Ground& ground, const std::string& what, const std::string& name) {
  REQUIRE_OK(ground.images().remove(name));
  REQUIRE_OK(ground.images().remove(ground.name(what) + ":1"));
}

}  // namespace

TEST_CASE("An image that was pushed is pulled by its digest and is the same one") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  auto& images = ground->images();
  const auto name = build_for(*ground, *registry, "pushed");
  const auto before = images.inspect(name);
  REQUIRE_OK(before);
  std::vector<std::string> lines;
  const auto digest = images.push(name, [&](std::string_view line) { lines.emplace_back(line); }, {});
  REQUIRE_OK(digest);
  CHECK(digest->starts_with("sha256:"));
  CHECK(digest->size() == 71);
  CHECK_FALSE(lines.empty());
  CHECK(images.push(name, {}, {}) == digest);  // again is nothing

  forget(*ground, "pushed", name);
  CHECK_CODE(ErrorCode::not_found, images.inspect(before->id));
  REQUIRE_OK(images.pull(pinned(name, *digest), {}, {}));
  const auto after = images.inspect(pinned(name, *digest));
  REQUIRE_OK(after);
  CHECK(after->id == before->id);
  CHECK(after->labels == before->labels);
  CHECK(after->layers == before->layers);
  REQUIRE_OK(images.remove(pinned(name, *digest)));
  CHECK_CODE(ErrorCode::not_found, images.inspect(before->id));
}

TEST_CASE("An image that was pulled by its digest gets another name, loses that one, and goes with the last") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  auto& images = ground->images();
  const auto name = build_for(*ground, *registry, "named");
  const auto digest = images.push(name, {}, {});
  REQUIRE_OK(digest);
  forget(*ground, "named", name);
  const auto by_digest = pinned(name, *digest), other = ground->name("other") + ":1";
  REQUIRE_OK(images.pull(by_digest, {}, {}));
  REQUIRE_OK(images.tag(by_digest, other));
  for (int again = 0; again < 2; ++again) {
    REQUIRE_OK(images.remove(by_digest));
    const auto left = images.inspect(other);
    REQUIRE_OK(left);
    CHECK(left->names == std::vector<std::string>{other});
  }
  const auto id = images.inspect(other)->id;
  REQUIRE_OK(images.remove(other));
  CHECK_CODE(ErrorCode::not_found, images.inspect(id));
}

TEST_CASE("An image that was pulled by its digest and has no other name can be removed by its id") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  auto& images = ground->images();
  const auto name = build_for(*ground, *registry, "nameless");
  const auto digest = images.push(name, {}, {});
  REQUIRE_OK(digest);
  forget(*ground, "nameless", name);
  REQUIRE_OK(images.pull(pinned(name, *digest), {}, {}));
  const auto id = images.inspect(pinned(name, *digest))->id;
  REQUIRE_OK(images.remove(id));
  CHECK_CODE(ErrorCode::not_found, images.inspect(id));
}

TEST_CASE("What a registry does not have, and what is not there to be pushed, is not found") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  const auto name = registry->host() + "/team/never-built";
  CHECK_CODE(ErrorCode::not_found, ground->images().pull(name + ":1", {}, {}));
  CHECK_CODE(ErrorCode::not_found, ground->images().pull(name + "@sha256:" + std::string(64, 'a'), {}, {}));
  CHECK_CODE(ErrorCode::not_found, ground->images().push(name + ":1", {}, {}));
}

TEST_CASE("A registry that wants a login is told apart, and its name and what to do are said") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground, Login::wanted);
  const auto name = build_for(*ground, *registry, "secret");
  const auto pushed = ground->images().push(name, {}, {});
  CHECK_CODE(ErrorCode::refused, pushed);
  CHECK(pushed.error().message.find(name) != std::string::npos);
  CHECK(pushed.error().hint.find("docker login " + registry->host()) != std::string::npos);
  const auto pulled = ground->images().pull(name, {}, {});
  CHECK_CODE(ErrorCode::refused, pulled);
  CHECK(pulled.error().hint.find("docker login " + registry->host()) != std::string::npos);
  REQUIRE_OK(ground->images().remove(name));
}

TEST_CASE("A registry that is gone is unreachable for pushing and pulling") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  const auto name = build_for(*ground, *registry, "late");
  registry->go_away();
  for (const auto& error : {ground->images().push(name, {}, {}).error(), ground->images().pull(name, {}, {}).error()}) {
    CHECK(error.code == ErrorCode::unreachable);
    CHECK(error.message.find(name) != std::string::npos);
  }
  REQUIRE_OK(ground->images().remove(name));
}

TEST_CASE("Pushing can be cancelled") {
  const auto ground = open_ground();
  const auto registry = open_registry(*ground);
  const auto name = build_for(*ground, *registry, "stopped");
  std::stop_source source;
  source.request_stop();
  CHECK_CODE(ErrorCode::cancelled, ground->images().push(name, {}, source.get_token()));
  REQUIRE_OK(ground->images().remove(name));
}
