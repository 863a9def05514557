// What only a folder does.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "fakes/child_process.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::tests;
namespace fs = std::filesystem;

TEST_CASE("what a killed process was writing goes with the next put, and what a living one writes stays") {
  const auto ground = folder_ground();
  const auto incoming = ground->folder / "kept" / ".divio-incoming";
  const auto drafts = [&] { return std::distance(fs::directory_iterator(incoming), fs::directory_iterator()); };
  ChildProcess writing([&](int output) {
    const auto never = ground->storage->put("half", [&](const ports::ByteSink& sink) -> Result<void> {
      if (auto sent = sink("half"); !sent) return sent;
      if (::write(output, "x", 1) != 1) return fail(ErrorCode::failed, "no pipe");
      ::pause();
      return {};
    }, {});
    return never ? 0 : 1;
  });
  REQUIRE(writing.read_some() == "x");
  CHECK(drafts() == 1);
  REQUIRE(ground->storage->put("whole", writer_of("1"), {}));
  CHECK(drafts() == 1);
  writing.kill();
  REQUIRE(ground->storage->put("whole", writer_of("2"), {}));
  CHECK(drafts() == 0);
  const auto page = ground->storage->list("", "", 10);
  REQUIRE(page);
  REQUIRE(page->objects.size() == 1);
  CHECK(page->objects[0].key == "whole");
}

TEST_CASE("a disk that takes no more is a clear error, and what was there stays") {
  const auto ground = folder_ground();
  REQUIRE(ground->storage->put("kept", writer_of("as it was"), {}));
  ChildProcess limited([&](int output) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto stored = ground->storage->put("kept", writer_of(noise(1'000'000, 1)), {});
    const auto words = stored ? "stored" : stored.error().message;
    return ::write(output, words.data(), words.size()) > 0 ? 0 : 1;
  });
  CHECK(limited.read_all().find("cannot write") != std::string::npos);
  CHECK(limited.wait() == 0);
  CHECK(get_all(*ground->storage, "kept") == "as it was");
}

TEST_CASE("links and other things that are no files are no objects") {
  const auto ground = folder_ground();
  REQUIRE(ground->storage->put("real", writer_of("1"), {}));
  const auto kept = ground->folder / "kept";
  std::ofstream(ground->folder / "outside") << "secret";
  fs::create_symlink(ground->folder / "outside", kept / "link");
  fs::create_directory(kept / "folder");
  REQUIRE(::mkfifo((kept / "pipe").c_str(), 0600) == 0);
  for (const std::string key : {"link", "folder", "pipe"}) {
    CAPTURE(key);
    CHECK_FALSE(get_all(*ground->storage, key));
    CHECK_FALSE(ground->storage->head(key));
  }
  const auto page = ground->storage->list("", "", 10);
  REQUIRE(page);
  CHECK(page->objects.size() == 1);
}

TEST_CASE("a folder that cannot be written says so") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  const auto storage = storage::open_folder(folder / "file" / "below");
  const auto stored = storage->put("a", writer_of("x"), {});
  REQUIRE_FALSE(stored);
  CHECK(stored.error().message.find("file") != std::string::npos);
  CHECK_FALSE(storage->head("a"));
}
