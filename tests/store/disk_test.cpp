#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "fakes/child_process.hpp"
#include "store/samples.hpp"
#include "system/files.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// Adds releases until that fails; the error. A limit keeps a test that does not work from running for ever.
Error fill(ports::Store& store) {
  for (int count = 0; count < 20'000; ++count)
    if (auto added = store.releases().add_release(sample_release()); !added) return added.error();
  return {ErrorCode::bug, "the disk never filled up", {}, {}};
}

// Says in one text what happened, for the test to look at: the child must not use doctest.
void say(int output, const std::string& text) {
  static_cast<void>(!::write(output, text.data(), text.size()));
}

// Writes until it fails at a limit on the size of files, reads, is given room, and writes again.
int outgrow(const std::filesystem::path& home, int output) {
  ::signal(SIGXFSZ, SIG_IGN);
  auto store = store::open_store(home);
  if (!store) return 1;
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  const rlim_t room = limit.rlim_max;
  limit.rlim_cur = 400'000;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
  const Error error = fill(**store);
  const auto kept = (*store)->releases().releases(environment_key());
  if (!kept || kept->empty()) return 4;
  limit.rlim_cur = room;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 5;
  const auto next = (*store)->releases().add_release(sample_release());
  if (!next || *next != static_cast<int>(kept->size()) + 1) return 6;
  say(output, error.message);
  return 0;
}

// A disk of one megabyte, seen by this process alone and gone with it.
bool mount_small_disk(const std::string& place) {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=1m") == 0;
}

// Writes until the disk is full, reads, frees some of it, and writes again.
int fill_disk(const std::string& place, int output) {
  if (!mount_small_disk(place)) return 1;
  auto store = store::open_store(place + "/home");
  if (!store || !system::write_file(place + "/ballast", std::string(300'000, 'x'), 0600)) return 2;
  if (!(*store)->projects().put_project({project_name("shop"), {}, {}})) return 3;
  if (!(*store)->projects().put_environment({.key = environment_key(), .scale = {}})) return 4;
  const Error error = fill(**store);
  const auto kept = (*store)->releases().releases(environment_key());
  if (!kept || kept->empty()) return 5;
  std::filesystem::remove(place + "/ballast");
  const auto next = (*store)->releases().add_release(sample_release());
  if (!next || *next != static_cast<int>(kept->size()) + 1) return 6;
  say(output, error.message + "; " + error.hint);
  return 0;
}

// Opens the store, and makes one, where nothing can be written any more.
int open_read_only(const std::string& place, int output) {
  if (!mount_small_disk(place) || !store::open_store(place + "/home")) return 1;
  if (::mount(nullptr, place.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 2;
  const auto opened = store::open_store(place + "/home");
  const auto made = store::open_store(place + "/other");
  if (opened || made) return 3;
  for (const Error& error : {opened.error(), made.error()}) say(output, error.message + "; " + error.hint + "\n");
  return 0;
}

}  // namespace

TEST_CASE("a write that does not fit is an error with the reason, and the store goes on as soon as there is room") {
  const TemporaryFolder folder;
  open_with(folder);
  ChildProcess child([&](int output) { return outgrow(folder / "home", output); });
  const std::string message = child.read_all();
  CHECK(child.wait() == 0);
  CHECK(contains(message, "catalogue.db"));
  INFO(message);
  CHECK(contains(message, "larger than is allowed"));
}

TEST_CASE("a full disk is an error that says so, and the store goes on as soon as there is room") {
  REQUIRE_MESSAGE(::geteuid() == 0, "run this as root, as tests/run.sh does: others cannot mount a small disk");
  const TemporaryFolder folder;
  ChildProcess child([&](int output) { return fill_disk(folder.path().string(), output); });
  const std::string message = child.read_all();
  CHECK(child.wait() == 0);
  CHECK(contains(message, "no space left on the disk"));
  CHECK(contains(message, "free some space"));
}

TEST_CASE("a store on a read-only file system is an error that says so, whether it is there already or not") {
  REQUIRE_MESSAGE(::geteuid() == 0, "run this as root, as tests/run.sh does: others cannot mount a small disk");
  const TemporaryFolder folder;
  ChildProcess child([&](int output) { return open_read_only(folder.path().string(), output); });
  const std::string messages = child.read_all();
  CHECK(child.wait() == 0);
  INFO(messages);
  const auto second = messages.find('\n') + 1;
  CHECK(contains(messages.substr(0, second), "read-only"));
  CHECK(contains(messages.substr(second), "the file system is read-only"));
}
