// One bucket made as another one, while programs write into both: on folders, and on two accounts of a real S3 server.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <map>

#include "media/object_mirror.hpp"
#include "media/objects.hpp"
#include "media/pairs.hpp"
#include "media/watched.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::tests;
using Held = std::map<std::string, std::string>;

namespace {

std::unique_ptr<StorageGround> other_ground() {
  auto ground = std::make_unique<StorageGround>();
  ground->name = "S3 of others";
  ground->storage = std::move(*storage::open_s3(s3_server().settings_of_other()));
  const auto page = ground->storage->list("", "", 1000);
  REQUIRE(page);
  for (const auto& object : page->objects) REQUIRE(ground->storage->remove(object.key));
  return ground;
}

struct Side {
  explicit Side(std::unique_ptr<StorageGround> storage) : real(std::move(storage)) {}
  std::unique_ptr<StorageGround> real;
  std::shared_ptr<Watched> watched = std::make_shared<Watched>(*real->storage);

  [[nodiscard]] media::Bucket bucket() const { return {watched, real->name + " at a test"}; }
  void store(const std::string& key, const std::string& bytes) const { REQUIRE(real->storage->put(key, writer_of(bytes), {})); }
  void remove(const std::string& key) const { REQUIRE(real->storage->remove(key)); }
  // Keys and contents, but for divioctl's own.
  [[nodiscard]] Held held() const {
    Held all;
    const auto page = real->storage->list("", "", 1000);
    REQUIRE(page);
    for (const auto& object : page->objects)
      if (!media::is_own(object.key)) all[object.key] = *get_all(*real->storage, object.key);
    return all;
  }
  [[nodiscard]] std::size_t own() const {
    const auto page = real->storage->list(std::string(media::draft_prefix), "", 1000);
    REQUIRE(page);
    return page->objects.size();
  }
};

struct Buckets {
  explicit Buckets(bool s3 = false) : from(s3 ? s3_ground() : folder_ground()), to(s3 ? other_ground() : folder_ground()) {}
  Side from;
  Side to;

  [[nodiscard]] std::unique_ptr<media::Mirror> mirror(bool back = false) const {
    auto opened = back ? media::mirror_objects(to.bucket(), from.bucket(), {"01m", true}) : media::mirror_objects(from.bucket(), to.bucket(), {"01m", false});
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    return std::move(*opened);
  }
};

media::Passed pass(media::Mirror& mirror) {
  const auto passed = mirror.pass(std::nullopt, {});
  REQUIRE_MESSAGE(passed, (passed ? "" : passed.error().message));
  return *passed;
}

}  // namespace

TEST_CASE("passes make one bucket as the other: what is new, replaced within a second by as many bytes, empty, large or removed") {
  for (const bool s3 : {false, true}) {
    CAPTURE(s3);
    const Buckets buckets(s3);
    buckets.from.store("a", "one");
    buckets.from.store("a b/\u00e9.txt", "");
    buckets.from.store("gone", "soon");
    buckets.from.store("large", noise(std::size_t{20} << 20, 1));
    const auto mirror = buckets.mirror();
    const auto first = pass(*mirror);
    CHECK(first.copied == 4);
    CHECK(first.bytes == (std::uint64_t{20} << 20) + 7);
    CHECK(buckets.to.held() == buckets.from.held());
    buckets.to.watched->calls.clear();
    buckets.from.watched->calls.clear();
    const auto second = pass(*mirror);
    CHECK(second.copied + second.removed == 0);
    CHECK(second.entries == 4);
    CHECK(buckets.from.watched->calls == std::map<std::string, int>{{"list", 1}});
    CHECK(buckets.to.watched->calls == std::map<std::string, int>{{"list", 1}});

    buckets.from.store("a", "two");
    buckets.from.remove("gone");
    buckets.from.store("new", "x");
    const auto third = pass(*mirror);
    CHECK(third.copied == 2);
    CHECK(third.removed == 1);
    buckets.from.store("a", "six");
    pass(*mirror);
    CHECK(buckets.to.held() == buckets.from.held());
    const auto checked = mirror->check(1);
    REQUIRE(checked);
    CHECK(checked->files == 4);
    CHECK(checked->different.empty());
    CHECK(checked->missing.empty());
    CHECK(checked->sums_from == checked->sums_to);
    CHECK(buckets.from.own() == 0);  // nothing is written where the files come from
  }
}

TEST_CASE("what somebody else has in the bucket is neither replaced nor removed, and where it is in the way nothing is copied") {
  const Buckets buckets;
  buckets.to.store("theirs", "t");
  buckets.from.store("mine", "m");
  const auto mirror = buckets.mirror();
  pass(*mirror);
  CHECK(buckets.to.held() == Held{{"mine", "m"}, {"theirs", "t"}});
  buckets.from.store("theirs", "other");
  buckets.from.store("another", "a");
  const auto refused = mirror->pass(std::nullopt, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("'theirs' for one") != std::string::npos);
  CHECK(buckets.to.held() == Held{{"mine", "m"}, {"theirs", "t"}});
  buckets.to.remove("theirs");
  pass(*buckets.mirror());
  CHECK(buckets.to.held() == buckets.from.held());
}

TEST_CASE("wherever a pass is cut short another mirror goes on, takes nothing of its own for somebody else's, and copies no object twice that was known") {
  for (int calls = 0; calls < 48; ++calls) {
    CAPTURE(calls);
    const Buckets buckets;
    for (int i = 0; i < 12; ++i) buckets.from.store(fmt::format("f{}", i), noise(1000, static_cast<unsigned>(i)));
    {
      const auto mirror = buckets.mirror();
      buckets.to.watched->calls_left = calls / 2;
      buckets.from.watched->calls_left = 1 + calls;
      static_cast<void>(mirror->pass(std::nullopt, {}));
      buckets.to.watched->calls_left = buckets.from.watched->calls_left = 1'000'000;
    }
    for (int i = 0; i < 3; ++i) buckets.from.remove(fmt::format("f{}", i));
    buckets.from.store("f5", noise(1000, 50));
    const auto again = buckets.mirror();
    pass(*again);
    CHECK(buckets.to.held() == buckets.from.held());
    CHECK(pass(*buckets.mirror()).copied == 0);
  }
}

TEST_CASE("what fails in the middle leaves what was copied known: it is not copied again") {
  const Buckets buckets;
  for (int i = 0; i < 60; ++i) buckets.from.store(fmt::format("f{}", i), noise(100, static_cast<unsigned>(i)));
  buckets.from.watched->calls_left = 60;
  CHECK_FALSE(buckets.mirror()->pass(std::nullopt, {}));
  const auto there = buckets.to.held().size();
  CHECK(there > 10);
  buckets.from.watched->calls_left = 1'000'000;
  CHECK(pass(*buckets.mirror()).copied == 60 - there);
}

TEST_CASE("an object that is replaced or removed while it is read is left for the next pass") {
  const Buckets buckets;
  buckets.from.store("a", "one");
  buckets.from.store("b", "one");
  const auto mirror = buckets.mirror();
  buckets.from.watched->before_get = [&](const std::string& key) {
    if (key == "a") buckets.from.store("a", "two");
    if (key == "b") buckets.from.remove("b");
  };
  CHECK(pass(*mirror).copied == 0);
  CHECK(buckets.to.held().empty());
  buckets.from.watched->before_get = {};
  CHECK(pass(*mirror).copied == 1);
  CHECK(buckets.to.held() == Held{{"a", "two"}});
}

TEST_CASE("what comes late is brought, with the times of all; what the other side has had is left and named") {
  const Buckets buckets;
  buckets.from.store("kept", "k");
  buckets.from.store("replaced", "r");
  buckets.from.store("dropped", "d");
  buckets.from.store("again", "1");
  const auto mirror = buckets.mirror();
  pass(*mirror);
  buckets.from.remove("again");
  pass(*mirror);
  buckets.from.store("late", "l");
  buckets.from.store("replaced", "R");
  buckets.from.store("again", "2");  // after a pass has removed it
  buckets.to.remove("dropped");
  buckets.to.store("theirs", "t");
  const auto late = buckets.mirror()->bring_late(1);  // by whoever goes on
  REQUIRE(late);
  CHECK(late->brought == 2);
  CHECK(late->left == std::vector<std::string>{"replaced"});
  CHECK(buckets.to.held() == Held{{"again", "2"}, {"kept", "k"}, {"late", "l"}, {"replaced", "r"}, {"theirs", "t"}});
  const auto here = media::list_objects(buckets.from.bucket());
  const auto there = media::list_objects(buckets.to.bucket());
  REQUIRE(here);
  REQUIRE(there);
  CHECK(there->listing.files[1].path == "kept");
  CHECK(there->listing.files[1] == here->listing.files[2]);
}

TEST_CASE("what a writer said of an object beside its content comes along") {
  const Buckets buckets(true);
  const ports::ObjectHeaders headers{{"cache-control", "max-age=60"}, {"content-type", "image/svg+xml"}, {"x-amz-meta-author", "a b"}};
  REQUIRE(buckets.from.real->storage->put_with("small.svg", headers, writer_of("<svg/>"), {}));
  REQUIRE(buckets.from.real->storage->put_with("large.svg", headers, writer_of(noise(std::size_t{9} << 20, 1)), {}));
  const auto mirror = buckets.mirror();
  CHECK(pass(*mirror).copied == 2);
  CHECK(pass(*mirror).copied == 0);
  for (const auto* key : {"small.svg", "large.svg"}) {
    const auto info = buckets.to.real->storage->head(key);
    REQUIRE(info);
    for (const auto& [name, value] : headers) CHECK(info->headers.at(name) == value);
  }
}

TEST_CASE("the way back brings what was written since, and removes what was removed") {
  for (const bool s3 : {false, true}) {
    CAPTURE(s3);
    const Buckets buckets(s3);
    for (const auto* key : {"kept", "replaced", "dropped"}) buckets.from.store(key, key);
    pass(*buckets.mirror());
    buckets.to.store("replaced", "REPLACED");
    buckets.to.store("new", "n");
    buckets.to.remove("dropped");
    buckets.from.store("late", "l");  // that nobody had seen
    const auto back = buckets.mirror(true);
    const auto passed = pass(*back);
    CHECK(passed.copied == 2);
    CHECK(passed.removed == 1);
    CHECK(buckets.from.held() == Held{{"kept", "kept"}, {"late", "l"}, {"new", "n"}, {"replaced", "REPLACED"}});
    buckets.from.store("kept", "KEPT");
    CHECK(pass(*buckets.mirror()).copied == 2);  // and over once more
    CHECK(buckets.to.held() == buckets.from.held());
    CHECK(buckets.from.own() == 0);
    CHECK(buckets.to.own() > 0);
    REQUIRE(media::forget_pairs(buckets.to.bucket(), "01m"));
    CHECK(buckets.to.own() == 0);
  }
}

TEST_CASE("another content is found by reading, and an object that is missing") {
  const Buckets buckets;
  for (const auto* key : {"one", "two", "three"}) buckets.from.store(key, key);
  const auto mirror = buckets.mirror();
  pass(*mirror);
  buckets.to.remove("three");
  buckets.to.watched->spoilt = "two";
  buckets.from.store("new", "n");  // which the next pass brings
  const auto checked = mirror->check(1);
  REQUIRE(checked);
  CHECK(checked->files == 2);
  CHECK(checked->bytes == 6);
  CHECK(checked->different == std::vector<std::string>{"two"});
  CHECK(checked->missing == std::vector<std::string>{"three"});
  CHECK(checked->sums_from != checked->sums_to);
  const auto later = mirror->check(std::nullopt);  // when both have served
  REQUIRE(later);
  CHECK(later->missing.empty());
}

TEST_CASE("an object whose name no other storage may keep is not left behind silently") {
  const Buckets buckets;
  buckets.from.store("a", "a");
  buckets.from.watched->also_listed = ".divio-odd";
  const auto refused = buckets.mirror()->pass(std::nullopt, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid);
  CHECK(refused.error().message.find(".divio-odd") != std::string::npos);
}

TEST_CASE("pairs are read as they were written, and what is no pair is left out") {
  const media::Pairs pairs{{"a", {"1", "2"}}, {"b c", {"x-2", ""}}, {"d", {}}};
  media::Pairs read{{"a", {"0", "0"}}};
  media::read_pairs(media::write_pairs(pairs) + "broken\n\n", read);
  CHECK(read == pairs);
}

TEST_CASE("a bucket is found to be empty but for what is divioctl's own, and to be the same by another address") {
  const Buckets buckets(true);
  buckets.to.store(".divioctl-part-times", "");
  CHECK(*media::is_empty(buckets.to.bucket()));
  buckets.to.store("a", "a");
  CHECK_FALSE(*media::is_empty(buckets.to.bucket()));
  CHECK_FALSE(*media::is_same(buckets.from.bucket(), buckets.to.bucket()));
  auto settings = s3_server().tls_settings();
  std::ifstream file(s3_server().authority_file());
  settings.authority.assign(std::istreambuf_iterator<char>(file), {});
  const media::Bucket again{std::shared_ptr<ports::ObjectStorage>(std::move(*storage::open_s3(settings))), "files at a test"};
  CHECK(*media::is_same(buckets.from.bucket(), again));
  CHECK(buckets.from.own() == 0);
}
