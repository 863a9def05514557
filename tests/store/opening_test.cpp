#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "store/samples.hpp"
#include "system/files.hpp"

using namespace divio;
using namespace divio::tests;

namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat seen {};
  REQUIRE(::stat(path.c_str(), &seen) == 0);
  return seen.st_mode & 07777U;
}

void tamper(const fs::path& home, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open((home / "catalogue.db").c_str(), &handle) == SQLITE_OK);
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  sqlite3_close(handle);
  REQUIRE(code == SQLITE_OK);
}

void make_store(const TemporaryFolder& folder) {
  const auto store = open_with(folder);
  must(store->variables().set_variable(environment_key(), "TOKEN", {Secret("s3cr3t"), true}));
}

}  // namespace

TEST_CASE("a new store is its owner's alone, whatever the umask") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  const auto store = must(store::open_store(folder / "deep" / "home"));
  must(store->projects().put_project({project_name("shop"), {}, {}}));
  ::umask(before);
  CHECK(mode_of(folder / "deep") == 0700);
  CHECK(mode_of(folder / "deep" / "home") == 0700);
  for (const auto& file : fs::directory_iterator(folder / "deep" / "home")) {
    INFO(file.path().string());
    CHECK(mode_of(file.path()) == 0600);
  }
}

TEST_CASE("a catalogue keeps its id, and every catalogue has its own") {
  const TemporaryFolder first, second;
  const std::string id = open_in(first)->catalogue_id();
  CHECK(id.size() == 16);
  CHECK(open_in(first)->catalogue_id() == id);
  CHECK(open_in(second)->catalogue_id() != id);
}

TEST_CASE("opening a catalogue that is up to date and reading it writes nothing") {
  const TemporaryFolder folder;
  make_store(folder);
  const auto state = [&] {
    std::map<std::string, std::string> all;
    for (const char* name : {"catalogue.db", "key"}) all[name] = must(system::read_file(folder / "home" / name));
    return all;
  };
  const auto before = state();
  {
    const auto store = open_in(folder);
    CHECK(must(store->projects().projects()).size() == 1);
    CHECK(must(store->variables().variables(environment_key())).size() == 1);
    // Nor is anything waiting in the write-ahead log.
    CHECK(fs::file_size(folder / "home" / "catalogue.db-wal") == 0);
  }
  CHECK(state() == before);
}

TEST_CASE("a key that others can read is refused with the command that mends it") {
  const TemporaryFolder folder;
  make_store(folder);
  REQUIRE(::chmod((folder / "home" / "key").c_str(), 0640) == 0);
  const Error error = must_fail(store::open_store(folder / "home"));
  CHECK(error.code == ErrorCode::refused);
  CHECK(contains(error.message, "can be read by others (mode 0640)"));
  CHECK(contains(error.hint, "chmod 600 "));
}

TEST_CASE("a missing key is said and never replaced") {
  const TemporaryFolder folder;
  make_store(folder);
  const auto key = folder / "home" / "key";
  fs::rename(key, folder / "backup");
  const Error error = must_fail(store::open_store(folder / "home"));
  CHECK(error.code == ErrorCode::failed);
  CHECK(contains(error.message, "is missing"));
  CHECK_FALSE(fs::exists(key));
  fs::rename(folder / "backup", key);
  CHECK(must(open_in(folder)->variables().variables(environment_key())).at("TOKEN").value.reveal() == "s3cr3t");
}

TEST_CASE("another catalogue's key, or a damaged one, is an error before anything is sealed with it") {
  const TemporaryFolder folder, other;
  make_store(folder);
  make_store(other);
  fs::copy_file(other / "home" / "key", folder / "home" / "key", fs::copy_options::overwrite_existing);
  CHECK(
      contains(must_fail(store::open_store(folder / "home")).message, "is not the one this catalogue was sealed with"));
  must(system::write_file(folder / "home" / "key", "short", 0600));
  CHECK(contains(must_fail(store::open_store(folder / "home")).message, "it has 5 bytes instead of 32"));
}

TEST_CASE("a catalogue of a newer divioctl is refused and left alone") {
  const TemporaryFolder folder;
  make_store(folder);
  tamper(folder / "home", "PRAGMA user_version=9999");
  const Error error = must_fail(store::open_store(folder / "home"));
  CHECK(error.code == ErrorCode::refused);
  CHECK(contains(error.message, "written by a newer divioctl (version 9999"));
  CHECK(error.hint == "update divioctl");
}

TEST_CASE("a database that is not a catalogue is refused and left alone") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "home");
  tamper(folder / "home", "CREATE TABLE photographs (name TEXT)");
  const Error error = must_fail(store::open_store(folder / "home"));
  CHECK(error.code == ErrorCode::refused);
  CHECK(contains(error.message, "not a catalogue of divioctl"));
  tamper(folder / "home", "INSERT INTO photographs VALUES ('still there')");
}

TEST_CASE("a file that is not a database is said to be damaged") {
  const TemporaryFolder folder;
  make_store(folder);
  must(system::write_file(folder / "home" / "catalogue.db", std::string(8192, 'x'), 0600));
  const Error error = must_fail(store::open_store(folder / "home"));
  CHECK(error.code == ErrorCode::failed);
  CHECK(contains(error.message, "is damaged"));
  CHECK(contains(error.hint, "backup"));
}

TEST_CASE("damage anywhere in the database is an error or unseen, never a crash or another value") {
  const TemporaryFolder folder;
  {
    const auto store = open_with(folder);
    for (int count = 0; count < 20; ++count) must(store->releases().add_release(sample_release()));
  }
  const auto file = folder / "home" / "catalogue.db";
  const std::string good = must(system::read_file(file));
  const auto wanted = sample_release().config;
  int noticed = 0;
  for (std::size_t place = 0; place < good.size(); place += 2048) {
    std::string bad = good;
    bad.replace(place, 512, 512, '\xa5');
    must(system::write_file(file, bad, 0600));
    auto store = store::open_store(folder / "home");
    auto releases = store ? (*store)->releases().releases(environment_key()) : Failure(store.error());
    if (!releases) CHECK_FALSE(releases.error().message.empty());
    if (releases)
      for (const auto& release : *releases) CHECK(release.config == wanted);
    if (!releases) ++noticed;
  }
  CHECK(noticed > 0);
}

TEST_CASE("a release whose sealed configuration was changed is named") {
  const TemporaryFolder folder;
  {
    const auto store = open_with(folder);
    must(store->releases().add_release(sample_release()));
  }
  tamper(folder / "home", "UPDATE releases SET sealed_config = CAST(x'01' || zeroblob(100) AS BLOB)");
  const Error error = must_fail(open_in(folder)->releases().releases(environment_key()));
  CHECK(contains(error.message, "release 1 of shop/live cannot be unsealed"));
}

TEST_CASE("a home below a file is an error with the reason") {
  const TemporaryFolder folder;
  must(system::write_file(folder / "file", "", 0600));
  CHECK(contains(must_fail(store::open_store(folder / "file" / "home")).message, "a part of the path is not a folder"));
}
