#include "docker/engine_contract.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

// An image of a few bytes, and nothing below it.
std::string build_small(Ground& ground, const std::string& what) {
  const auto spec = build_of(ground, what, "FROM scratch\nCOPY hello.txt /" + what + "\n");
  REQUIRE_OK(ground.images().build(spec, {}, {}));
  return spec.name;
}

Result<std::string> saved(Ground& ground, const std::vector<std::string>& names) {
  std::string archive;
  auto done = ground.images().save(names,
                                   [&](std::string_view bytes) -> Result<void> {
                                     archive += bytes;
                                     return {};
                                   },
                                   {});
  if (!done) return Failure(done.error());
  return archive;
}

ports::ArchiveWriter writer_of(const std::string& archive) {
  return [&archive](const ports::ByteSink& sink) { return sink(archive); };
}

}  // namespace

TEST_CASE("An image that was saved, removed and loaded is the same one: its id, its name, its labels") {
  const auto ground = open_ground();
  auto& images = ground->images();
  const auto name = build_small(*ground, "travels");
  const auto before = images.inspect(name);
  REQUIRE_OK(before);
  const auto archive = saved(*ground, {name});
  REQUIRE_OK(archive);
  REQUIRE_OK(images.remove(name));
  CHECK_CODE(ErrorCode::not_found, images.inspect(name));

  REQUIRE_OK(images.load(writer_of(*archive), {}));
  const auto after = images.inspect(name);
  REQUIRE_OK(after);
  CHECK(after->id == before->id);
  CHECK(after->labels == before->labels);
  CHECK(after->architecture == before->architecture);
  CHECK(after->names == std::vector<std::string>{name});
  REQUIRE_OK(images.load(writer_of(*archive), {}));  // what is there already is no trouble
  CHECK(images.inspect(name)->id == before->id);
}

TEST_CASE("Several images are saved together") {
  const auto ground = open_ground();
  const auto one = build_small(*ground, "one");
  const auto two = build_small(*ground, "two");
  const auto archive = saved(*ground, {one, two});
  REQUIRE_OK(archive);
  for (const auto& name : {one, two}) REQUIRE_OK(ground->images().remove(name));
  REQUIRE_OK(ground->images().load(writer_of(*archive), {}));
  CHECK(ground->images().inspect(one));
  CHECK(ground->images().inspect(two));
}

TEST_CASE("An image goes from one engine into another as it is read, and comes out the same") {
  const auto from = open_ground();
  const auto to = open_ground();
  const auto name = build_small(*from, "moves");
  const auto id = from->images().inspect(name)->id;
  REQUIRE_OK(to->images().load([&](const ports::ByteSink& sink) { return from->images().save({name}, sink, {}); }, {}));
  const auto there = to->images().inspect(name);
  REQUIRE_OK(there);
  CHECK(there->id == id);
  REQUIRE_OK(to->images().remove(name));
}

TEST_CASE("An image whose lower layers stay where it goes arrives when they are left out") {
  const auto ground = open_ground();
  auto& images = ground->images();
  const auto lower = build_small(*ground, "lower");
  const auto spec = build_of(*ground, "upper", "FROM " + lower + "\nCOPY hello.txt /upper\n");
  REQUIRE_OK(images.build(spec, {}, {}));
  const auto before = images.inspect(spec.name);
  REQUIRE_OK(before);
  std::string archive;
  const ports::ByteSink keep = [&](std::string_view bytes) -> Result<void> {
    archive += bytes;
    return {};
  };
  REQUIRE_OK(images.save_upper(spec.name, images.inspect(lower)->layers.size(), keep, {}));
  REQUIRE_OK(images.remove(spec.name));
  REQUIRE_OK(images.load(writer_of(archive), {}));
  const auto after = images.inspect(spec.name);
  REQUIRE_OK(after);
  CHECK(after->id == before->id);
  CHECK(after->layers == before->layers);
  CHECK(after->names == std::vector<std::string>{spec.name});
}

TEST_CASE("Saving an image that is not there is not found, also on its way into another engine") {
  const auto ground = open_ground();
  CHECK_CODE(ErrorCode::not_found, saved(*ground, {"divio/never-built:1"}));
  const auto loaded = ground->images().load(
      [&](const ports::ByteSink& sink) { return ground->images().save({"divio/never-built:1"}, sink, {}); }, {});
  CHECK_CODE(ErrorCode::not_found, loaded);
}

TEST_CASE("A sink that fails ends the saving, a source that fails ends the loading, each with its error") {
  const auto ground = open_ground();
  const auto name = build_small(*ground, "fails");
  const auto done = ground->images().save(
      {name}, [](std::string_view) -> Result<void> { return fail(ErrorCode::failed, "the disk is full"); }, {});
  CHECK_CODE(ErrorCode::failed, done);
  CHECK(done.error().message == "the disk is full");

  const auto archive = saved(*ground, {name});
  REQUIRE_OK(archive);
  REQUIRE_OK(ground->images().remove(name));
  const auto loaded = ground->images().load(
      [&](const ports::ByteSink& sink) -> Result<void> {
        if (auto sent = sink(std::string_view(*archive).substr(0, archive->size() / 2)); !sent) return sent;
        return fail(ErrorCode::invalid, "the rest cannot be read");
      },
      {});
  CHECK_CODE(ErrorCode::invalid, loaded);
  CHECK(loaded.error().message == "the rest cannot be read");
  CHECK_CODE(ErrorCode::not_found, ground->images().inspect(name));
}

TEST_CASE("What is no archive of images is not loaded") {
  const auto ground = open_ground();
  const std::string nonsense(4096, 'x');
  CHECK_CODE(ErrorCode::failed, ground->images().load(writer_of(nonsense), {}));
}

TEST_CASE("Saving and loading can be cancelled") {
  const auto ground = open_ground();
  std::stop_source source;
  const auto done = ground->images().save(
      {image},
      [&](std::string_view) -> Result<void> {
        source.request_stop();
        return {};
      },
      source.get_token());
  CHECK_CODE(ErrorCode::cancelled, done);

  std::stop_source other;
  const auto loaded = ground->images().load(
      [&](const ports::ByteSink& sink) -> Result<void> {
        while (true) {
          if (auto sent = sink(std::string(1024, '\0')); !sent) return sent;
          other.request_stop();
        }
      },
      other.get_token());
  CHECK_CODE(ErrorCode::cancelled, loaded);
}
