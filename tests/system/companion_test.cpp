#include "system/companion.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include "fakes/child_process.hpp"
#include "fakes/temporary_folder.hpp"
#include "fakes/within.hpp"
#include "system/files.hpp"
#include "system/private_folder.hpp"

using namespace divio;
using namespace divio::system;

namespace {

Companion started(const tests::TemporaryFolder& folder, const std::string& script) {
  auto companion = Companion::start({"/bin/sh -c", {script, "one", "two three"}, folder / "log", folder.path()});
  REQUIRE(companion);
  return std::move(*companion);
}

bool group_lives(pid_t group) {
  return ::kill(-group, 0) == 0;
}

}  // namespace

TEST_CASE("A companion runs with its arguments as they are, and what it says is in its log") {
  const tests::TemporaryFolder folder;
  const auto companion = started(folder, "echo $0-$1; echo problem >&2; sleep 1000");
  CHECK(tests::within_20_seconds([&] {
    const auto log = read_file(folder / "log");
    return log && log->find("one-two three\n") != std::string::npos && log->find("problem\n") != std::string::npos;
  }));
  CHECK(companion.running());
}

TEST_CASE("A companion ends when it is no longer wanted, with what it started") {
  const tests::TemporaryFolder folder;
  pid_t group = -1;
  {
    auto companion = started(folder, "sleep 1000 & sleep 1000");
    group = companion.id();
    const auto moved = std::move(companion);
    CHECK(moved.running());
    CHECK_FALSE(companion.running());  // NOLINT(bugprone-use-after-move)
  }
  CHECK(tests::within_20_seconds([&] { return !group_lives(group); }));
  CHECK(std::filesystem::exists(folder.path()));
}

TEST_CASE("A companion that ended by itself does not run, and one that cannot be started says so in its log") {
  const tests::TemporaryFolder folder;
  const auto brief = started(folder, "exit 3");
  CHECK(tests::within_20_seconds([&] { return !brief.running(); }));
  const auto missing = Companion::start({"no-such-program", {}, folder / "log2", folder.path()});
  REQUIRE(missing);
  CHECK(tests::within_20_seconds([&] { return !missing->running(); }));
  CHECK(read_file(folder / "log2")->find("no-such-program") != std::string::npos);
}

TEST_CASE("A companion does not outlive a killed process, and neither does its folder") {
  const tests::TemporaryFolder parent;
  std::filesystem::create_directory(parent / "own");
  pid_t group = -1;
  {
    tests::ChildProcess child([&](int out) {
      const auto companion =
          Companion::start({"/bin/sh -c", {"trap '' TERM HUP; sleep 1000"}, parent / "own/log", parent / "own"});
      const auto id = companion->id();
      (void)!::write(out, &id, sizeof id);
      ::pause();
      return 0;
    });
    const auto said = child.read_some(sizeof group);
    REQUIRE(said.size() == sizeof group);
    said.copy(reinterpret_cast<char*>(&group), sizeof group);
    CHECK(group_lives(group));
    child.kill();
  }
  CHECK(tests::within_20_seconds([&] { return !group_lives(group); }));
  CHECK_FALSE(std::filesystem::exists(parent / "own"));
}

TEST_CASE("A private folder is for this user only, and goes with what is in it") {
  std::filesystem::path path;
  {
    const auto folder = PrivateFolder::make("divioctl-test");
    REQUIRE(folder);
    path = folder->path();
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
    CHECK(path.string().size() <= 90);
    REQUIRE(write_file(path / "x", "y", 0600));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}
