// Pushing and pulling with a real engine.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "media/real_volume.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::test;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += random_hex(16);
  bytes.resize(size);
  return bytes;
}

}  // namespace

TEST_CASE("what is pushed is there and comes back as it was; then nothing travels, and one changed file is one file") {
  RealVolume media;
  const std::string large = bytes_of(std::size_t{3} * 1024 * 1024 + 17);
  media.write("a.txt", "hello");
  media.write("empty", "");
  media.write("films/2026/large.bin", large);
  for (int i = 0; i < 700; ++i) media.write("many/" + std::to_string(i % 7) + "/" + std::to_string(i), std::to_string(i));
  const auto first = media.push();
  CHECK(first.files == 703);
  CHECK(first.plan.copy.front().path == "films/2026/large.bin");
  CHECK(media.brought() == tree_of(media.folder()));
  struct stat seen {};
  REQUIRE(::stat((media.folder() / "a.txt").c_str(), &seen) == 0);
  CHECK(media.run("stat -c %Y a.txt") == std::to_string(seen.st_mtim.tv_sec) + "\n");

  const auto again = media.push();
  CHECK(again.files == 0);
  CHECK(again.plan.unchanged == 703);

  media.write("many/3/3", "three");
  const auto one = media.push();
  CHECK(one.files == 1);
  CHECK(one.bytes == 5);
  CHECK(media.run("cat many/3/3") == "three");
  const auto back = media.pull();
  CHECK(back.files == 0);
  CHECK(back.plan.unchanged == 703);
}

TEST_CASE("files that only the target has stay, unless their removal is asked for; a dry run changes nothing") {
  RealVolume media;
  media.write("kept", "1");
  REQUIRE(media.push().files == 1);
  media.run("mkdir -p theirs/deep && echo 2 >theirs/deep/file");
  CHECK(media.push().plan.remove.empty());
  const auto planned = media.push({.remove = true, .dry_run = true});
  CHECK(planned.plan.remove == std::vector<std::string>{"theirs/deep/file"});
  CHECK(media.run("ls") == "kept\ntheirs\n");
  CHECK(media.push({.remove = true}).plan.remove.size() == 1);
  CHECK(media.run("ls") == "kept\n");

  media.write("mine/only", "3");
  CHECK(media.pull({.remove = true, .dry_run = true}).plan.remove == std::vector<std::string>{"mine/only"});
  CHECK(fs::exists(media.folder() / "mine/only"));
  CHECK(media.pull({.remove = true}).plan.remove.size() == 1);
  CHECK(tree_of(media.folder()) == Tree{{"kept", "1"}});
}

TEST_CASE("names of any bytes travel; links and pipes are left out and named") {
  RealVolume media;
  const std::vector<std::string> names{"with space", "line\nbreak", "not \xff\xfe utf-8", "-rf", "'quotes\" $HOME `id`", "tab\t%s\\n"};
  for (const auto& name : names) media.write("odd/" + name, name);
  fs::create_symlink("/etc/passwd", media.folder() / "link");
  REQUIRE(::mkfifo((media.folder() / "pipe").c_str(), 0600) == 0);
  auto pushed = media.push();
  CHECK(pushed.files == names.size());
  std::ranges::sort(pushed.left_out);
  CHECK(pushed.left_out == std::vector<std::string>{"link", "pipe"});
  const auto brought = media.brought();
  for (const auto& name : names) CHECK(brought.at("odd/" + name) == name);
  CHECK(brought.size() == names.size() + 1);
}

TEST_CASE("a link on either side leads nowhere") {
  RealVolume media;
  media.write("there/file", "x");
  media.run("ln -s /tmp there");
  const auto pushed = media::push(media.volume(), media.folder(), {});
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().message.find("there: something else has its name") != std::string::npos);
  media.run("rm there; mkdir there; echo y >there/other; ln -s /etc/passwd there/secret");
  const tests::TemporaryFolder outside;
  fs::remove_all(media.folder() / "there");
  fs::create_directory_symlink(outside.path(), media.folder() / "there");
  const auto pulled = media::pull(media.volume(), media.folder(), {});
  REQUIRE_FALSE(pulled);
  CHECK(pulled.error().message.find("is a link or a file, and no folder") != std::string::npos);
  CHECK(tree_of(outside.path()).empty());
  fs::remove(media.folder() / "there");
  const auto rest = media.pull();
  CHECK(rest.left_out == std::vector<std::string>{"there/secret"});
  CHECK(tree_of(media.folder()) == Tree{{"there/", ""}, {"there/other", "y\n"}});
}

TEST_CASE("what comes in belongs to the owner of the volume's folder, readable for all") {
  RealVolume media;
  media.run("chown 1000:1001 /media");
  media.write("new/file", "x");
  media.write("new/large", bytes_of(400'000));
  REQUIRE(media.push().files == 2);
  CHECK(media.run("stat -c '%u %g %a %n' new new/file new/large") == "1000 1001 755 new\n1000 1001 644 new/file\n1000 1001 644 new/large\n");
}

TEST_CASE("a folder that is not there, or is a file, is called by its name; a volume that is a folder short is too") {
  RealVolume media;
  media.write("file", "x");
  CHECK_CODE(ErrorCode::not_found, media::push(media.volume(), media.folder() / "no", {}));
  CHECK_CODE(ErrorCode::invalid, media::push(media.volume(), media.folder() / "file", {}));
  media.run("mkdir -p file/is/a/folder");
  const auto pushed = media::push(media.volume(), media.folder(), {});
  REQUIRE_FALSE(pushed);
  CHECK(pushed.error().message.find("cannot write file: Is a directory") != std::string::npos);
}

TEST_CASE("a file that is rewritten in place while it is pulled is left out and named, and the next pull takes it") {
  RealVolume media;
  media.run("head -c 20000000 /dev/zero >large");
  bool rewritten = false;
  const auto rewrite = [&](std::uint64_t, std::uint64_t bytes) {
    if (bytes == 0 || std::exchange(rewritten, true)) return;
    media.run("sleep 1.1; head -c 20000000 /dev/zero | tr '\\0' x | dd of=large conv=notrunc status=none");
  };
  CHECK(media.pull({.moved = rewrite}).skipped == std::vector<std::string>{"large"});
  CHECK(tree_of(media.folder()).empty());
  CHECK(media.pull().files == 1);
  CHECK(tree_of(media.folder()) == Tree{{"large", std::string(20'000'000, 'x')}});
}

TEST_CASE("two pushes at once do each other no harm") {
  RealVolume media;
  const tests::TemporaryFolder other;
  const auto mine = bytes_of(2'000'000);
  const auto theirs = bytes_of(2'100'000);
  for (int i = 0; i < 8; ++i) {
    media.write("f" + std::to_string(i), mine);
    std::ofstream(other / ("f" + std::to_string(i)), std::ios::binary) << theirs;
  }
  Result<media::Synced> second;
  {
    const std::jthread beside([&] { second = media::push(media.volume(), other.path(), {}); });
    CHECK(media.push().files > 0);
  }
  REQUIRE_OK(second);
  for (const auto& [path, bytes] : media.brought()) CHECK((bytes == mine || bytes == theirs));
  CHECK(media.run("ls -A | grep -c divioctl; true") == "0\n");
}

TEST_CASE("cancelled, it ends with the files it brought, and nothing of it stays in the engine") {
  RealVolume media;
  for (int i = 0; i < 400; ++i) media.write(std::to_string(i), bytes_of(20'000));
  std::stop_source stop;
  media::SyncOptions options;
  options.moved = [&](auto files, auto) {
    if (files >= 200) stop.request_stop();
  };
  CHECK_CODE(ErrorCode::cancelled, media::push(media.volume(stop.get_token()), media.folder(), options));
  for (int i = 0; i < 500 && media.helpers() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(media.helpers() == 0);
  const auto rest = media.push();
  CHECK(rest.plan.unchanged > 0);
  CHECK(rest.files + rest.plan.unchanged == 400);
}
