// All media of a volume as one stream, with a real engine.
#include <algorithm>
#include <chrono>
#include <thread>

#include "media/archive.hpp"
#include "media/real_volume.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::test;
using media::Existing;

namespace {

std::string archive_of(const RealVolume& media) {
  std::string bytes;
  REQUIRE_OK(media::write_archive(media.volume(), [&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  }));
  return bytes;
}

ports::ArchiveWriter writer(const std::string& bytes) {
  return [&bytes](const ports::ByteSink& sink) -> Result<void> {
    for (std::size_t at = 0; at < bytes.size(); at += 100'000)
      if (auto taken = sink(std::string_view(bytes).substr(at, 100'000)); !taken) return taken;
    return {};
  };
}

const char* const look = "find . -mindepth 1 -printf '%y %m %U:%G %T@ %l %P\\n' | LC_ALL=C sort; find . -type f -exec sha256sum {} + | LC_ALL=C sort";

}  // namespace

TEST_CASE("an archive put into another volume gives the same files, with owners, modes, times and links") {
  RealVolume media;
  media.run("mkdir -p a/b 'odd\nname' empty && echo 1 >a/b/one && head -c 3000000 /dev/urandom >a/big && ln -s b/one a/link && "
            "echo 2 >'odd\nname/-x' && chown -R 1000:1000 a && chmod 640 a/b/one && chmod 2775 a/b && "
            "touch -d '2020-01-01 12:00:00Z' a/b/one a/big a/b a empty odd* odd*/* && touch -h -d '2020-01-01 12:00:00Z' a/link && "
            "mkfifo pipe && echo half >.divioctl-part-x");
  const auto archive = archive_of(media);
  media.run("rm -rf .divioctl-part-x pipe");

  RealVolume other;
  other.run("mkdir -p a/b theirs && echo old >a/b/one && echo 3 >theirs/file");
  REQUIRE_OK(media::read_archive(other.volume(), Existing::keep, writer(archive)));
  CHECK(other.run("cat a/b/one theirs/file") == "1\n3\n");
  REQUIRE_OK(media::read_archive(other.volume(), Existing::replace, writer(archive)));
  CHECK(other.run(look) == media.run(look));
  CHECK(other.run("find . -mindepth 1 -maxdepth 1 -printf x") == "xxx");
}

TEST_CASE("files that are taken away while an archive is written are not in it, and do not break it off") {
  RealVolume media;
  media.run("mkdir a && for i in $(seq 20); do head -c 4000000 /dev/zero >a/$i; done");
  std::size_t bytes = 0;
  const auto written = media::write_archive(media.volume(), [&](std::string_view piece) -> Result<void> {
    if (bytes == 0) media.run("rm -r a");
    bytes += piece.size();
    return {};
  });
  REQUIRE_OK(written);
  CHECK(bytes < 80'000'000);
  CHECK(media.run("ls -A") == "");
}

TEST_CASE("an archive that breaks off, is damaged or cancelled changes nothing and leaves nothing") {
  RealVolume media;
  media.run("mkdir a && head -c 2000000 /dev/urandom >a/one && head -c 2000000 /dev/urandom >a/two && touch -d '2020-01-01 12:00:00Z' a/* a");
  const auto archive = archive_of(media);
  const auto before = media.run(look);
  for (const auto existing : {Existing::replace, Existing::keep}) {
    CHECK_CODE(ErrorCode::conflict, media::read_archive(media.volume(), existing, [&](const ports::ByteSink& sink) -> Result<void> {
      REQUIRE(sink(std::string_view(archive).substr(0, archive.size() / 2)));
      return fail(ErrorCode::conflict, "the backup was changed");
    }));
    CHECK_CODE(ErrorCode::failed, media::read_archive(media.volume(), existing, writer(archive.substr(0, archive.size() / 2))));
    CHECK_CODE(ErrorCode::failed, media::read_archive(media.volume(), existing, writer(std::string(200'000, 'x'))));
    std::stop_source stop;
    CHECK_CODE(ErrorCode::cancelled, media::read_archive(media.volume(stop.get_token()), existing, [&](const ports::ByteSink& sink) -> Result<void> {
      REQUIRE(sink(std::string_view(archive).substr(0, archive.size() / 2)));
      stop.request_stop();
      return sink(std::string_view(archive).substr(archive.size() / 2));
    }));
  }
  for (int i = 0; i < 500 && media.helpers() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(media.helpers() == 0);
  REQUIRE_OK(media::read_archive(media.volume(), Existing::replace, writer(archive)));  // takes away what could not be
  CHECK(media.run(look + std::string("; ls -A | wc -l")) == before + "1\n");
}

TEST_CASE("an archive that was whole when its writer was killed is put in by whoever comes next") {
  RealVolume media;
  for (const auto* left : {"mkdir .divioctl-part-ready-replace .divioctl-part-old; mv old .divioctl-part-old/0",
                           "mkdir .divioctl-part-ready-merge .divioctl-part-old; mv old .divioctl-part-old/0; echo 1 >new",
                           "mkdir .divioctl-part-ready-replace"}) {
    media.run("rm -rf ..?* .[!.]* *; mkdir old; echo 0 >old/file; " + std::string(left) +
              "; ready=$(echo .divioctl-part-ready-*); mkdir -p $ready/deep/er; echo 2 >$ready/deep/er/file; "
              "test -e new || echo 1 >$ready/new");
    const auto listed = media::list(media.volume());
    REQUIRE_OK(listed);
    CHECK(listed->files.size() == 2);
    CHECK(media.run("ls -A; cat deep/er/file new") == "deep\nnew\n2\n1\n");
  }
}

TEST_CASE("of two archives at once one is put in and the other refused") {
  RealVolume media;
  media.run("echo 1 >file");
  const auto archive = archive_of(media);
  CHECK_CODE(ErrorCode::failed, media::read_archive(media.volume(), Existing::replace, [&](const ports::ByteSink&) -> Result<void> {
    return media::read_archive(media.volume(), Existing::replace, writer(archive)).and_then([]() -> Result<void> { return fail(ErrorCode::invalid, "both"); });
  }));
  CHECK(media.run("cat file") == "1\n");
}
