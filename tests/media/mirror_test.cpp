// One volume made as another one, with a real engine.
#include <chrono>
#include <thread>

#include "media/volume_mirror.hpp"
#include "media/real_volume.hpp"

using namespace divio;
using namespace divio::test;
using media::Mirror;

namespace {

std::unique_ptr<Mirror> mirror_of(const RealVolume& from, const RealVolume& to) {
  auto mirror = media::mirror_volume(from.volume(), to.volume());
  REQUIRE_OK(mirror);
  return std::move(*mirror);
}

media::Passed pass(Mirror& mirror, std::optional<std::int64_t> since = {}) {
  const auto passed = mirror.pass(since, {});
  REQUIRE_OK(passed);
  return *passed;
}

const char* const look = "find . -printf '%y %m %U:%G %l %P\\n' | LC_ALL=C sort; find . -type f -printf '%T@ %P\\n' | LC_ALL=C sort; "
                         "find . -type f -exec sha256sum {} + | LC_ALL=C sort";

}  // namespace

TEST_CASE("a pass makes one volume as the other, with owners, modes, times, links and odd names; the next one has nothing to do") {
  RealVolume source;
  RealVolume target;
  source.run("mkdir -p a/b 'odd\nname' empty && echo 1 >a/b/one && head -c 3000000 /dev/urandom >a/big && ln -s b/one a/link && ln -s /nowhere a/dangling && "
             "echo 2 >'odd\nname/-x' && mkfifo pipe && ln a/b/one a/again && chown -R 1000:1001 a && chmod 4640 a/b/one && chmod 2775 a/b && chmod 700 . && "
             "chown 33:34 . && touch -d '2020-01-01 12:00:00.123456789Z' a/big && echo half >.divioctl-part-x");
  target.run("mkdir -p a/big theirs/deep && echo old >a/b && echo 3 >theirs/deep/file && ln -s theirs empty");
  auto mirror = mirror_of(source, target);
  const auto first = pass(*mirror);
  CHECK(first.bytes >= 3'000'000);
  source.run("rm .divioctl-part-x");
  CHECK(target.run(look) == source.run(look));
  const auto second = pass(*mirror);
  CHECK(second.copied == 0);
  CHECK(second.removed == 0);
  CHECK(second.entries == first.entries);
}

TEST_CASE("a pass brings what has changed since the one before, also what hides it") {
  RealVolume source;
  RealVolume target;
  source.run("mkdir many && for i in $(seq 500); do echo $i >many/$i; done; touch -d '2020-01-01Z' many/*");
  auto mirror = mirror_of(source, target);
  CHECK(pass(*mirror).copied == 501);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // or all of it was touched a moment ago
  const auto before = pass(*mirror);
  CHECK(before.copied == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  source.run("echo new >new; rm many/7; echo 9 >many/8; touch -d '2020-01-01Z' many/8; chmod 600 many/10");
  const auto after = pass(*mirror, before.from_ns);
  CHECK(after.copied == 3);
  CHECK(after.removed == 1);
  CHECK(target.run(look) == source.run(look));
}

TEST_CASE("while a program writes passes succeed, and one after its end makes both the same") {
  RealVolume source;
  RealVolume target;
  source.run("mkdir a b; for i in $(seq 300); do echo $i >a/$i; done");
  auto mirror = mirror_of(source, target);
  std::optional<std::int64_t> since;
  {
    std::jthread writer([&source](const std::stop_token& stop) {
      for (int i = 0; !stop.stop_requested(); ++i)
        source.run("for i in $(seq 40); do rm -rf b/$i a/$i; mkdir b/$i; head -c 200000 /dev/urandom >b/$i/x; echo " + std::to_string(i) + " >a/$((i + 50)); done");
    });
    for (int i = 0; i < 5; ++i) since = pass(*mirror, since).from_ns;
  }
  since = pass(*mirror, since).from_ns;
  CHECK(target.run(look) == source.run(look));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto checked = mirror->check(pass(*mirror, since).from_ns);
  REQUIRE_OK(checked);
  CHECK(checked->files == 300);
  CHECK(checked->different.empty());
  CHECK(checked->missing.empty());
}

TEST_CASE("what comes late is brought, and nothing of what the target has is touched") {
  RealVolume source;
  RealVolume target;
  source.run("echo 1 >one; echo 2 >two");
  auto mirror = mirror_of(source, target);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto since = pass(*mirror).from_ns;
  target.run("echo theirs >theirs; rm one");
  source.run("mkdir late; echo 3 >late/three; sleep 0.05; echo other >two");
  const auto late = mirror->bring_late(since);
  REQUIRE_OK(late);
  CHECK(late->brought == 2);
  CHECK(late->left == std::vector<std::string>{"two"});
  CHECK(target.run("ls; cat late/three theirs two") == "late\ntheirs\ntwo\n3\ntheirs\n2\n");
}

TEST_CASE("another content behind the same size and time is found, and a file that is missing") {
  RealVolume source;
  RealVolume target;
  source.run("echo 1 >one; echo 2 >two; echo 3 >-three");
  auto mirror = mirror_of(source, target);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto since = pass(*mirror).from_ns;
  target.run("touch -r two keep; echo x >two; touch -r keep two; rm -- keep -three");
  const auto checked = mirror->check(since);
  REQUIRE_OK(checked);
  CHECK(checked->files == 2);
  CHECK(checked->different == std::vector<std::string>{"two"});
  CHECK(checked->missing == std::vector<std::string>{"-three"});
  CHECK(checked->sums_from != checked->sums_to);
}

TEST_CASE("a file is compared by its content whatever its name could mean to a command") {
  RealVolume source;
  RealVolume target;
  source.run("printf same >./- && printf one >./-z && printf 'two' >' *'");
  auto mirror = mirror_of(source, target);
  pass(*mirror);
  const auto good = mirror->check(std::nullopt);
  REQUIRE_OK(good);
  CHECK(good->files == 3);
  target.run("touch -r ./- /tmp/t && printf SAME >./- && touch -r /tmp/t ./-");
  const auto found = mirror->check(std::nullopt);
  REQUIRE_OK(found);
  CHECK(found->different == std::vector<std::string>{"-"});
}

TEST_CASE("a pass that was broken off is made good by the next one, and leaves no container") {
  RealVolume source;
  RealVolume target;
  source.run("for i in $(seq 4); do head -c 20000000 /dev/urandom >$i; done");
  {
    std::stop_source stop;
    auto mirror = mirror_volume(source.volume(stop.get_token()), target.volume(stop.get_token()));
    REQUIRE_OK(mirror);
    CHECK_CODE(ErrorCode::cancelled, (*mirror)->pass({}, [&](std::uint64_t bytes, std::uint64_t) {
      if (bytes > 30'000'000) stop.request_stop();
    }));
  }
  pass(*mirror_of(source, target));
  CHECK(target.run(look) == source.run(look));
  for (int i = 0; i < 500 && source.helpers() + target.helpers() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(source.helpers() + target.helpers() == 0);
}
