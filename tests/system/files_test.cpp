#include "system/files.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "fakes/child_process.hpp"
#include "fakes/outcome.hpp"
#include "fakes/temporary_folder.hpp"

using namespace divio;
using namespace divio::tests;

namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat seen {};
  REQUIRE(::stat(path.c_str(), &seen) == 0);
  return seen.st_mode & 07777U;
}

std::ptrdiff_t entries_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

}  // namespace

TEST_CASE("a file is read back as it was written, with its mode, and nothing is left beside it") {
  const TemporaryFolder folder;
  const std::string bytes = std::string("a\0b\n", 4) + std::string(100'000, '\xff');
  const mode_t before = ::umask(077);
  must(system::write_file(folder / "file", bytes, 0644));
  ::umask(before);
  CHECK(must(system::read_file(folder / "file")) == bytes);
  CHECK(mode_of(folder / "file") == 0644);
  must(system::write_file(folder / "file", "", 0600));
  CHECK(must(system::read_file(folder / "file")).empty());
  CHECK(mode_of(folder / "file") == 0600);
  CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("a file that is not there is not_found, a folder is not a file") {
  const TemporaryFolder folder;
  const Error missing = must_fail(system::read_file(folder / "file"));
  CHECK(missing.code == ErrorCode::not_found);
  CHECK(missing.message == "cannot read " + (folder / "file").string() + ": there is no such file or folder");
  const Error wrong = must_fail(system::read_file(folder.path()));
  CHECK(wrong.code == ErrorCode::failed);
  CHECK(contains(wrong.message, "it is a folder"));
  CHECK(must_fail(system::write_file(folder / "missing" / "file", "x", 0600)).code == ErrorCode::not_found);
}

TEST_CASE("a write that fails leaves the old file and nothing beside it") {
  const TemporaryFolder folder;
  must(system::write_file(folder / "file", "old", 0600));
  ChildProcess child([&](int output) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const auto written = system::write_file(folder / "file", std::string(5000, 'x'), 0600);
    if (written) return 2;
    const std::string& message = written.error().message;
    return ::write(output, message.data(), message.size()) > 0 ? 0 : 3;
  });
  const std::string message = child.read_all();
  CHECK(child.wait() == 0);
  CHECK(contains(message, "larger than is allowed"));
  CHECK(must(system::read_file(folder / "file")) == "old");
  CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("somebody who reads while a file is replaced sees the old one or the new one, whole") {
  const TemporaryFolder folder;
  const std::string one(50'000, '1'), two(60'000, '2');
  must(system::write_file(folder / "file", one, 0600));
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      for (const auto& text : {two, one}) static_cast<void>(system::write_file(folder / "file", text, 0600));
  });
  for (int count = 0; count < 200; ++count) {
    const std::string seen = must(system::read_file(folder / "file"));
    CHECK((seen == one || seen == two));
  }
}

TEST_CASE("a folder is made with those above it, and one that is there stays as it is") {
  const TemporaryFolder folder;
  must(system::ensure_folder(folder / "a" / "b", 0700));
  CHECK(mode_of(folder / "a") == 0700);
  CHECK(mode_of(folder / "a" / "b") == 0700);
  fs::permissions(folder / "a", fs::perms(0755));
  must(system::ensure_folder(folder / "a", 0700));
  CHECK(mode_of(folder / "a") == 0755);
  must(system::ensure_folder((folder / "c").string() + "/", 0700));
  CHECK(fs::is_directory(folder / "c"));
  must(system::write_file(folder / "file", "", 0600));
  CHECK(contains(must_fail(system::ensure_folder(folder / "file", 0700)).message, "is not a folder"));
  CHECK(contains(must_fail(system::ensure_folder(folder / "file" / "below", 0700)).message, "is not a folder"));
}

TEST_CASE("the reasons of failed system calls are in plain words with a hint") {
  for (const int error : {ENOENT, EACCES, EPERM, ENOSPC, EDQUOT, EFBIG, EROFS, EISDIR, ENOTDIR, EMFILE, EIO}) {
    const Error described = system::file_error("write", "/x", error);
    INFO(described.message);
    CHECK(described.message.starts_with("cannot write /x: "));
    CHECK_FALSE(described.hint.empty());
  }
  CHECK(contains(system::file_error("write", "/x", ENOSPC).message, "no space left on the disk"));
  CHECK(contains(system::file_error("write", "/x", EROFS).message, "the file system is read-only"));
  CHECK(contains(system::file_error("write", "/x", ELOOP).message, "symbolic links"));
}
