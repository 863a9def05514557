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

// Starts the program; kills it once `when` is true.
template <class When>
void kill_when(const std::vector<std::string>& words, const When& when) {
  const auto child = ::fork();
  if (child == 0) {
    std::vector<char*> pointers;
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    ::execv(pointers[0], pointers.data());
    ::_exit(99);
  }
  REQUIRE(child > 0);
  while (!when() && ::waitpid(child, nullptr, WNOHANG) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

std::vector<std::string> program(RealVolume& media, const char* verb, const fs::path& folder) {
  return {DIVIO_BINARY_DIR "/tests/media/media_sync", std::getenv("DIVIO_TEST_ENGINE"), media.volume().name, verb, folder.string()};
}

void wait_for_end(RealVolume& media) {
  for (int i = 0; i < 1000 && media.helpers() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(media.helpers() == 0);
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
  for (int i = 0; i < 44; ++i) film += block;  // in pieces that are written to disk as it comes
  media.write("film", film);
  for (int i = 0; i < 1500; ++i) media.write("many/" + std::to_string(i), block.substr(0, 1000 + i));
  const auto words = program(media, "push", media.folder());

  kill_when(words, [&] { return media.run("find . -name '.divioctl-part-*' -size +34M 2>/dev/null || true") != ""; });
  wait_for_end(media);
  CHECK(media.run("find . -path ./film") == "");
  const auto rest = media.push();
  CHECK(rest.plan.copy.front().path == "film");
  CHECK(rest.files + rest.plan.unchanged == 1501);
  CHECK(rest.bytes + media::durable_step <= rest.plan.bytes);  // it did not begin anew

  media.run("rm -rf many");
  kill_when(words, [&] { return std::stoi(media.run("find . -type f 2>/dev/null | wc -l")) > 400; });
  wait_for_end(media);
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
  kill_when(words, [&] { return files_below(here.path()) > 500; });
  wait_for_end(media);
  const auto rest = media::pull(media.volume(), here.path(), {});
  REQUIRE_OK(rest);
  CHECK(rest->files < 1501);
  CHECK(rest->files + rest->plan.unchanged == 1501);
  CHECK((media.brought() == tree_of(here.path())));
}
