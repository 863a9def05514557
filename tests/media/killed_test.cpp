// Transfers that are killed in the middle, with a real engine: media_sync in a process of its own.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "docker/remote_host.hpp"
#include "media/real_volume.hpp"
#include "media/transfer.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::test;
namespace fs = std::filesystem;

namespace {

// Starts the program and kills it once `when` is true; false if it came to its end before.
template <class When>
bool kill_when(const std::vector<std::string>& words, const When& when) {
  const auto child = ::fork();
  if (child == 0) {
    std::vector<char*> pointers;
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    ::execv(pointers[0], pointers.data());
    ::_exit(99);
  }
  REQUIRE(child > 0);
  siginfo_t ended{};  // looked at only: killing it has to be no mistake afterwards
  while (!when() && ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  int status = 0;
  ::kill(child, SIGKILL);
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status);
}

std::vector<std::string> program(RealVolume& media, const char* verb, const fs::path& folder) {
  return {DIVIO_BINARY_DIR "/tests/media/media_sync", std::getenv("DIVIO_TEST_ENGINE"), media.volume().name, verb, folder.string()};
}

void wait_for_end(RealVolume& media) {
  for (int i = 0; i < 1000 && media.helpers() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(media.helpers() == 0);
}

// How fast a machine is decides what a transfer is killed in: until it was in the middle, everything is begun anew.
template <class When, class Middle, class Undo>
void kill_in_the_middle(RealVolume& media, const std::vector<std::string>& words, const When& when, const Middle& middle, const Undo& undo) {
  for (int tries = 0; tries < 20; ++tries) {
    const bool killed = kill_when(words, when);
    wait_for_end(media);
    if (killed && middle()) return;
    undo();
  }
  FAIL("it was never killed in the middle");
}

std::size_t files_below(const fs::path& folder) {
  std::size_t count = 0;
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a push that is killed leaves whole files, no container, and goes on where it was") {
  RealVolume media;
  std::string block;
  while (block.size() < (1U << 20U)) block += random_hex(64);
  std::string film;
  for (int i = 0; i < 80; ++i) film += block;  // in pieces that are written to disk as it comes
  media.write("film", film);
  for (int i = 0; i < 1500; ++i) media.write("many/" + std::to_string(i), block.substr(0, 1000 + i));
  const auto words = program(media, "push", media.folder());

  kill_in_the_middle(
      media, words, [&] { return media.run("find . -name '.divioctl-part-*' -size +34M 2>/dev/null || true") != ""; },
      [&] { return media.run("find . -path ./film") == "" && media.run("find . -name '.divioctl-part-*' -size +34M") != ""; },
      [&] { media.run("rm -rf film many .divioctl-part-*"); });
  const auto rest = media.push();
  CHECK(rest.plan.copy.front().path == "film");
  CHECK(rest.files + rest.plan.unchanged == 1501);
  CHECK(rest.bytes + media::durable_step <= rest.plan.bytes);  // it did not begin anew

  const auto there = [&] { return std::stoi(media.run("find . -type f 2>/dev/null | wc -l")); };
  media.run("rm -rf many");
  kill_in_the_middle(
      media, words, [&] { return there() > 450; }, [&] { return there() > 450; }, [&] { media.run("rm -rf many"); });
  const auto others = media.push();
  CHECK(others.plan.unchanged > 400);
  CHECK(others.files + others.plan.unchanged == 1501);
  CHECK(media.push().files == 0);
  CHECK((media.brought() == tree_of(media.folder())));
}

TEST_CASE("a pull that is killed leaves whole files and goes on where it was") {
  RealVolume media;
  media.run("head -c 30000000 /dev/urandom >film; mkdir many; for i in $(seq 1500); do head -c $((1000 + i)) film >many/$i; done");
  const tests::TemporaryFolder here;
  const auto words = program(media, "pull", here.path());
  kill_in_the_middle(
      media, words, [&] { return files_below(here.path()) > 500; },
      [&] { return !fs::exists(here.path() / "film") || files_below(here.path()) < 1503; },
      [&] {
        fs::remove_all(here.path());
        fs::create_directories(here.path());
      });
  const auto rest = media::pull(media.volume(), here.path(), {});
  REQUIRE_OK(rest);
  CHECK(rest->files < 1501);
  CHECK(rest->files + rest->plan.unchanged == 1501);
  CHECK((media.brought() == tree_of(here.path())));
}
