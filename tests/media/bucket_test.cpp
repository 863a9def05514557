// Media in a bucket: what only buckets do, with a real S3 server.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <sstream>

#include "media/bucket.hpp"
#include "media/objects.hpp"
#include "media/tar.hpp"
#include "media/watched.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::tests;
namespace fs = std::filesystem;

namespace {

struct Ground {
  explicit Ground(std::unique_ptr<StorageGround> storage = s3_ground()) : real(std::move(storage)) {}

  std::unique_ptr<StorageGround> real;
  std::shared_ptr<Watched> watched = std::make_shared<Watched>(*real->storage);
  TemporaryFolder folder;

  [[nodiscard]] media::Bucket bucket() const { return {watched, "files at a test"}; }
  void write(const std::string& path, const std::string& bytes) const {
    const auto place = folder / path;
    fs::create_directories(place.parent_path());
    std::ofstream(place, std::ios::binary) << bytes;
  }
  void store(const std::string& key, const std::string& bytes) const { REQUIRE(real->storage->put(key, writer_of(bytes), {})); }
  media::Synced push(media::SyncOptions options = {}) const {
    const auto done = media::push(bucket(), folder.path(), options);
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    return *done;
  }
  media::Synced pull(media::SyncOptions options = {}) const {
    const auto done = media::pull(bucket(), folder.path(), options);
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    return *done;
  }
  // Keys and contents of what is there, but for the times.
  [[nodiscard]] std::map<std::string, std::string> objects() const {
    std::map<std::string, std::string> all;
    const auto page = real->storage->list("", "", 1000);
    REQUIRE(page);
    for (const auto& object : page->objects)
      if (object.key != media::times_key) all[object.key] = *get_all(*real->storage, object.key);
    return all;
  }
};

std::string archive_of(const media::Bucket& bucket) {
  std::string bytes;
  REQUIRE(media::write_archive(bucket, [&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  }));
  return bytes;
}

}  // namespace

TEST_CASE("with nothing changed no file is asked for, however many there are") {
  const Ground ground;
  for (int i = 0; i < 40; ++i) ground.write("f" + std::to_string(i), std::to_string(i));
  CHECK(ground.push().files == 40);
  ground.watched->calls.clear();
  CHECK(ground.push().plan.unchanged == 40);
  CHECK(ground.watched->calls == std::map<std::string, int>{{"get", 1}, {"list", 1}});
  ground.watched->calls.clear();
  CHECK(ground.pull().plan.unchanged == 40);
  CHECK(ground.watched->calls == std::map<std::string, int>{{"get", 1}, {"list", 1}});
}

TEST_CASE("after a push that was killed, what is in place is not sent again, large files neither") {
  const Ground ground;
  ground.write("small", "hello");
  ground.write("in one", noise((std::size_t{8} << 20) - 1, 1));
  ground.write("one part", noise(std::size_t{8} << 20, 2));
  ground.write("parts", noise(std::size_t{20} << 20, 3));
  CHECK(ground.push().files == 4);
  REQUIRE(ground.real->storage->remove(std::string(media::times_key)));
  const auto again = ground.push();
  CHECK(again.files == 0);
  CHECK(again.plan.unchanged == 4);
  ground.watched->calls.clear();
  CHECK(ground.push().files == 0);  // and it is remembered from then on
  CHECK(ground.watched->calls.count("put") == 0);
}

TEST_CASE("a push that fails goes on where it was") {
  const Ground ground;  // a folder's tags say nothing of contents
  for (int i = 0; i < 30; ++i) ground.write("f" + std::to_string(i), noise(1000, static_cast<unsigned>(i)));
  ground.watched->calls_left = 15;
  const auto failed = media::push(ground.bucket(), ground.folder.path(), {});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unreachable);
  const auto there = ground.objects().size();
  CHECK(there > 5);
  ground.watched->calls_left = 1'000'000;
  const auto rest = ground.push();
  CHECK(rest.plan.unchanged == there);
  CHECK(rest.files == 30 - there);
}

TEST_CASE("what the application replaced by as many other bytes is seen, and its time is its own") {
  const Ground ground;
  ground.write("a", "mine");
  REQUIRE(ground.push().files == 1);
  ground.store("a", "your");
  CHECK(ground.pull().files == 1);
  std::ostringstream bytes;
  bytes << std::ifstream(ground.folder / "a").rdbuf();
  CHECK(bytes.str() == "your");
  CHECK(ground.push().plan.unchanged == 1);
  CHECK(ground.pull().plan.unchanged == 1);
}

TEST_CASE("a file of the same content and another time is not fetched, and gets the time") {
  const Ground ground;
  ground.store("a", "same");
  ground.write("a", "same");
  const struct timespec old[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, (ground.folder / "a").c_str(), old, 0) == 0);
  CHECK(ground.pull().files == 0);
  struct stat seen {};
  REQUIRE(::stat((ground.folder / "a").c_str(), &seen) == 0);
  CHECK(seen.st_mtim.tv_sec > 1'000'000'000);
}

TEST_CASE("names that are no key are left out and named, and what is there otherwise stays") {
  const Ground ground;
  ground.store("good/file", "1");
  ground.write("mine", "2");
  ground.write("not \xff utf-8", "3");
  ground.write("line\nbreak", "4");
  const auto pushed = ground.push();
  CHECK(pushed.files == 1);
  CHECK(pushed.left_out.size() == 2);
  CHECK(ground.objects() == std::map<std::string, std::string>{{"good/file", "1"}, {"mine", "2"}});
}

TEST_CASE("an archive whose reader is killed at any call: nothing has changed, or the next one puts it in") {
  const Ground ground(folder_ground());
  const Ground other(folder_ground());
  other.store("both", "1");
  other.store("new/large", noise(std::size_t{2} << 20, 4));
  other.store("new/small", "2");
  const auto archive = archive_of(other.bucket());
  const auto wanted = other.objects();
  const std::map<std::string, std::string> before{{"both", "0"}, {"old", "0"}};
  const auto begin = [&] {
    for (const auto& [key, bytes] : ground.objects()) REQUIRE(ground.real->storage->remove(key));
    for (const auto& [key, bytes] : before) ground.store(key, bytes);
  };
  int outcomes[2] = {0, 0};
  for (int calls = 1;; ++calls) {
    CAPTURE(calls);
    begin();
    ground.watched->calls_left = calls;
    const auto read = media::read_archive(ground.bucket(), media::Existing::replace, writer_of(archive));
    ground.watched->calls_left = 1'000'000;
    const auto listed = media::list(ground.bucket());
    REQUIRE(listed);
    const bool is_in = listed->files.size() == 3;
    ++outcomes[is_in ? 1 : 0];
    for (const auto& [key, bytes] : is_in ? wanted : before) CHECK((get_all(*ground.real->storage, key) == bytes));
    CHECK(listed->files.size() == (is_in ? 3 : 2));
    if (!read) continue;
    CHECK(ground.objects() == wanted);
    break;
  }
  CHECK(outcomes[0] > 3);
  CHECK(outcomes[1] > 3);
}

TEST_CASE("an archive with a link is refused, and nothing has changed") {
  const Ground ground;
  ground.store("old", "0");
  auto link = media::tar_header({"link", 0, 0});
  link[156] = '2';
  // The sum of its bytes is 2 more than it was.
  link.replace(148, 6, fmt::format("{:06o}", std::stoul(link.substr(148, 6), nullptr, 8) + 2));
  const auto read = media::read_archive(ground.bucket(), media::Existing::replace, writer_of(link + tar::end()));
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "link is a link, which a bucket cannot keep");
  CHECK(ground.objects() == std::map<std::string, std::string>{{"old", "0"}});
}

TEST_CASE("who reads a file from the storage is told what it is by its name, whether it was pushed or came in an archive") {
  const Ground ground;
  ground.write("a/drawing.SVG", "<svg/>");
  ground.write("large.mp4", noise(std::size_t{9} << 20, 3));
  ground.write("odd", "?");
  const auto type_of = [&](const std::string& key) {
    const auto info = ground.real->storage->head(key);
    REQUIRE(info);
    return info->headers.at("content-type");
  };
  const auto check = [&] {
    CHECK(type_of("a/drawing.SVG") == "image/svg+xml");
    CHECK(type_of("large.mp4") == "video/mp4");
    CHECK(type_of("odd") == "application/octet-stream");
  };
  ground.push();
  check();
  const auto archive = archive_of(ground.bucket());
  for (const auto* key : {"a/drawing.SVG", "large.mp4", "odd"}) REQUIRE(ground.real->storage->remove(key));
  REQUIRE(media::read_archive(ground.bucket(), media::Existing::replace, writer_of(archive)));
  check();
}

TEST_CASE("what is wrong with a bucket is said before anything is stored") {
  const auto code = [](const std::function<void(storage::S3Settings&)>& change) {
    auto settings = s3_server().settings();
    change(settings);
    std::shared_ptr<ports::ObjectStorage> storage = *storage::open_s3(settings);
    const auto tried = media::try_out({storage, "x"});
    REQUIRE_FALSE(tried);
    CHECK((tried.error().message + tried.error().hint).find(settings.secret_key.reveal()) == std::string::npos);
    CHECK(tried.error().hint != "");
    return tried.error().code;
  };
  const Ground ground;
  CHECK(code([](auto& settings) { settings.secret_key = Secret("another-one"); }) == ErrorCode::failed);
  CHECK(code([](auto& settings) { settings.bucket = "not-there"; }) == ErrorCode::not_found);
  CHECK(code([](auto& settings) { settings.endpoint = "http://127.0.0.1:1"; }) == ErrorCode::unreachable);
  CHECK(code([](auto& settings) { settings.endpoint = "https://127.0.0.1:" + s3_server().port(); }) == ErrorCode::unreachable);
  CHECK(media::try_out(ground.bucket()));
  CHECK(ground.objects().empty());
}
