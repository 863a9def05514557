// A volume made as a bucket and the reverse, while programs write into both: a real engine's volume and a real S3 server's bucket.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "media/conversations.hpp"
#include "media/object_mirror.hpp"
#include "media/objects.hpp"
#include "media/pairs.hpp"
#include "media/real_volume.hpp"
#include "media/watched.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::test;
using tests::writer_of;

namespace {

constexpr std::chrono::milliseconds until_it_stands_still{100};
const char* const look_at_times = "find . -type f -printf '%T@ %U:%G %m %P\\n' | LC_ALL=C sort";

struct Both {
  RealVolume volume;
  std::unique_ptr<tests::StorageGround> s3 = tests::s3_ground();
  std::shared_ptr<tests::Watched> watched = std::make_shared<tests::Watched>(*s3->storage);
  bool to_volume = false;

  explicit Both(bool leads_to_volume) : to_volume(leads_to_volume) {}
  [[nodiscard]] media::Bucket bucket() const { return {watched, "files at a test"}; }
  [[nodiscard]] std::unique_ptr<media::Mirror> mirror(bool back = false) const {
    const media::Place one = volume.volume();
    const media::Place other = bucket();
    auto opened = back != to_volume ? media::mirror_objects(other, one, {"01m", back}) : media::mirror_objects(one, other, {"01m", back});
    REQUIRE_OK(opened);
    return std::move(*opened);
  }
  void store(const std::string& key, const std::string& bytes) const { REQUIRE(s3->storage->put(key, writer_of(bytes), {})); }
  [[nodiscard]] Tree held() const {
    Tree all;
    const auto page = s3->storage->list("", "", 1000);
    REQUIRE(page);
    for (const auto& object : page->objects)
      if (!media::is_own(object.key)) all[object.key] = *tests::get_all(*s3->storage, object.key);
    return all;
  }
  // Without folders.
  [[nodiscard]] Tree files() const {
    auto all = volume.brought();
    std::erase_if(all, [](const auto& one) { return one.first.ends_with('/'); });
    return all;
  }
};

media::Passed pass(media::Mirror& mirror) {
  const auto passed = mirror.pass(std::nullopt, {});
  REQUIRE_OK(passed);
  return *passed;
}

}  // namespace

TEST_CASE("passes make a bucket as the volume: what is new, replaced by as many bytes with the same time, empty, large or removed") {
  Both both(false);
  both.volume.run("mkdir -p 'a b/c' empty && printf one >a && mv a 'a b/c/one' && : >none && printf soon >gone && head -c 20000000 /dev/urandom >large && "
                  "printf '\\303\\251' >\"$(printf '\\303\\251')\" && echo half >.divioctl-part-x");
  both.volume.run("for i in $(seq 350); do echo $i >'a b/'$i; done");
  std::this_thread::sleep_for(until_it_stands_still);
  const auto mirror = both.mirror();
  const auto first = pass(*mirror);
  CHECK(first.copied == 355);
  CHECK(both.held().size() == 355);
  CHECK(both.held() == both.files());
  CHECK(pass(*mirror).copied == 0);
  both.volume.run("printf two >new && touch -r 'a b/c/one' /tmp/t && printf TWO >'a b/c/one' && touch -r /tmp/t 'a b/c/one' && rm gone && rm -r 'a b/7'");
  std::this_thread::sleep_for(until_it_stands_still);
  const auto next = pass(*mirror);
  CHECK(next.copied == 2);
  CHECK(next.removed == 2);
  CHECK(both.held() == both.files());
  CHECK(pass(*both.mirror()).copied == 0);
  const auto checked = mirror->check(1);
  REQUIRE_OK(checked);
  CHECK(checked->different.empty());
  CHECK(checked->missing.empty());
}

TEST_CASE("the way back brings to the volume what was written into the bucket since, for the volume's owner, and leaves the rest as it is") {
  Both both(false);
  both.volume.run("chown 33:34 . && mkdir -p k && printf kept >k/kept && printf old >replaced && printf d >dropped && chown -R 7:8 k replaced dropped && chmod 600 k/kept && "
                  "touch -d '2020-01-01 12:00:00.123456789Z' k/kept");
  std::this_thread::sleep_for(until_it_stands_still);
  pass(*both.mirror());
  both.store("replaced", "REPLACED");
  both.store("n/new", "n");
  both.store("large", tests::noise(std::size_t{9} << 20, 1));
  REQUIRE(both.s3->storage->remove("dropped"));
  const auto back = both.mirror(true);
  const auto passed = pass(*back);
  CHECK(passed.copied == 3);
  CHECK(passed.removed == 1);
  CHECK(pass(*back).copied == 0);
  CHECK(both.files() == both.held());
  const auto times = both.volume.run(look_at_times);
  CHECK(times.find("1577880000.1234567890 7:8 600 k/kept") != std::string::npos);
  CHECK(times.find("33:34 644 n/new") != std::string::npos);
  CHECK(both.volume.run("find . -name '.divioctl*'").empty());
  const auto checked = back->check(std::nullopt);
  REQUIRE_OK(checked);
  CHECK(checked->files == 4);
  CHECK(checked->sums_from == checked->sums_to);
  std::this_thread::sleep_for(until_it_stands_still);
  both.volume.run("printf KEPT >k/kept");
  pass(*both.mirror());
  CHECK(both.held() == both.files());
}

TEST_CASE("on the way back a file takes the place of a folder, and a folder that of a file, but a volume cannot hold both") {
  Both both(false);
  both.volume.run("mkdir -p b empty && printf a >a && printf b >b/c && printf - >./-");
  std::this_thread::sleep_for(until_it_stands_still);
  const auto there = both.mirror();
  pass(*there);
  const auto same = there->check(1);
  REQUIRE_OK(same);
  CHECK(same->files == 3);
  CHECK(same->different.empty());
  REQUIRE(both.s3->storage->remove("a"));
  REQUIRE(both.s3->storage->remove("b/c"));
  both.store("a/new", "n");
  both.store("b", "B");
  both.store("empty", "e");
  const auto back = both.mirror(true);
  CHECK(pass(*back).copied == 3);
  CHECK(both.files() == both.held());
  both.store("a", "both");
  const auto refused = back->pass(std::nullopt, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid);
  CHECK(refused.error().message.find("cannot hold 'a' and what is below it") != std::string::npos);
}

TEST_CASE("passes make a volume as the bucket, what the volume has of others stays, and the way back leads to the bucket") {
  Both both(true);
  for (int i = 0; i < 40; ++i) both.store(fmt::format("f/{}", i), fmt::format("{}", i));
  both.store("large", tests::noise(std::size_t{9} << 20, 2));
  both.volume.run("printf t >theirs");
  const auto mirror = both.mirror();
  CHECK(pass(*mirror).copied == 41);
  CHECK(pass(*mirror).copied == 0);
  both.store("f/1", "x");
  REQUIRE(both.s3->storage->remove("f/2"));
  pass(*mirror);
  auto expected = both.held();
  expected["theirs"] = "t";
  CHECK(both.files() == expected);
  std::this_thread::sleep_for(until_it_stands_still);
  both.volume.run("printf y >f/1 && printf z >f/new && rm f/3");
  const auto back = both.mirror(true);
  pass(*back);
  CHECK(both.held() == both.files());
  both.store("theirs too", "s");
  both.volume.run("printf t >'theirs too'");
  both.volume.run("ln -s f link");
  const auto refused = back->pass(std::nullopt, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("'link' for one") != std::string::npos);
  REQUIRE(media::forget_pairs(both.bucket(), "01m"));
}

TEST_CASE("folders that go with their last files and come again are made again, by whichever conversation") {
  Both both(true);
  constexpr int many = 700;  // worth several
  const auto key_of = [](int i) { return fmt::format("f{}/{}", i % 100, i); };
  const auto store_all = [&] {
    for (int i = 0; i < many; ++i) both.store(key_of(i), fmt::format("{}", i));
  };
  store_all();
  const auto mirror = both.mirror();
  CHECK(pass(*mirror).copied == many);
  for (int i = 0; i < many; ++i) REQUIRE(both.s3->storage->remove(key_of(i)));
  CHECK(pass(*mirror).removed == many);
  CHECK(both.volume.run("ls -A").empty());
  store_all();
  CHECK(pass(*mirror).copied == many);
  CHECK(both.files() == both.held());
}

TEST_CASE("what was asked for without an answer in one conversation has been done once all have settled") {
  RealVolume volume;
  volume.run("printf x >gone; mkdir many; cd many; for i in $(seq 2000); do : >$i; done");
  auto opened = media::Conversations::open(volume.volume());
  REQUIRE_OK(opened);
  auto& all = **opened;
  const auto asked = all.with(media::bytes_worth_another, [&](auto& slow) -> Result<void> {
    const auto other = all.with(0, [](auto& quick) { return quick.say("sync\n").and_then([&] { return quick.expect('o'); }); });
    REQUIRE_OK(other);
    for (int i = 0; i < 50; ++i) REQUIRE_OK(slow.say("sweep\n"));
    return slow.say("remove 4\ngone").and_then([&] { return slow.flush(); });
  });
  REQUIRE_OK(asked);
  REQUIRE_OK(all.settle());
  CHECK(volume.run("ls") == "many\n");
}

TEST_CASE("while a program writes passes succeed, and one after its end makes the bucket as the volume") {
  Both both(false);
  both.volume.run("mkdir a b; for i in $(seq 100); do echo $i >a/$i; done");
  const auto mirror = both.mirror();
  {
    std::jthread writer([&both](const std::stop_token& stop) {
      for (int i = 0; !stop.stop_requested(); ++i)
        both.volume.run("for i in $(seq 40); do rm -rf b/$i a/$i; mkdir b/$i; head -c 300000 /dev/urandom >b/$i/x; echo " + std::to_string(i) + " >a/$((i + 50)); done");
    });
    for (int i = 0; i < 3; ++i) pass(*mirror);
  }
  pass(*mirror);
  CHECK(both.held() == both.files());
}

TEST_CASE("a storage that fails ends the pass with its error, and another mirror goes on") {
  Both both(false);
  both.volume.run("for i in $(seq 30); do echo $i >$i; done");
  both.watched->calls_left = 20;
  {
    const auto mirror = both.mirror();
    const auto failed = mirror->pass(std::nullopt, {});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == ErrorCode::unreachable);
  }
  both.watched->calls_left = 1'000'000;
  pass(*both.mirror());
  CHECK(both.held() == both.files());
}
