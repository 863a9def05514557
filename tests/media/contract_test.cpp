// What media promise, whether they are in a volume or in a bucket. Each case runs on both: a real engine, a real S3 server.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "media/place.hpp"
#include "media/real_volume.hpp"
#include "media/tar.hpp"
#include "storage/storages.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::test;
using media::Existing;
namespace fs = std::filesystem;

namespace {

// Where media are, empty at first, and what the application does there.
class Side {
 public:
  virtual ~Side() = default;
  virtual std::string name() const = 0;
  virtual media::Place place(std::stop_token stop = {}) = 0;
  virtual void store(const std::string& path, const std::string& bytes) = 0;
  // Names of what is there and is no media, but for what is remembered.
  virtual std::vector<std::string> own() = 0;
};

class VolumeSide final : public Side {
 public:
  std::string name() const override { return "volume"; }
  media::Place place(std::stop_token stop) override { return volume_.volume(std::move(stop)); }
  void store(const std::string& path, const std::string& bytes) override {
    volume_.run("mkdir -p \"$(dirname '" + path + "')\" && printf '" + bytes + "' >'" + path + "'");
  }
  std::vector<std::string> own() override {
    const auto names = volume_.run("find . -name '.divioctl*'");
    return names.empty() ? std::vector<std::string>{} : std::vector{names};
  }

 private:
  RealVolume volume_;
};

class BucketSide final : public Side {
 public:
  std::string name() const override { return "bucket"; }
  media::Place place(std::stop_token stop) override { return media::Bucket{real_->storage_of(), "files", std::move(stop)}; }
  void store(const std::string& path, const std::string& bytes) override {
    REQUIRE_OK(real_->storage_of()->put(path, tests::writer_of(bytes), {}));
  }
  std::vector<std::string> own() override {
    std::vector<std::string> names;
    const auto page = real_->storage_of()->list(".divioctl-", "", 1000);
    REQUIRE_OK(page);
    for (const auto& object : page->objects)
      if (object.key != ".divioctl-part-times") names.push_back(object.key);
    return names;
  }

 private:
  struct Shared {
    std::unique_ptr<tests::StorageGround> ground = tests::s3_ground();
    std::shared_ptr<ports::ObjectStorage> storage = std::move(ground->storage);
    [[nodiscard]] const std::shared_ptr<ports::ObjectStorage>& storage_of() const { return storage; }
  };
  std::unique_ptr<Shared> real_ = std::make_unique<Shared>();
};

struct Folder {
  tests::TemporaryFolder place;

  void write(const std::string& path, const std::string& bytes) const {
    fs::create_directories((place / path).parent_path());
    std::ofstream(place / path, std::ios::binary) << bytes;
  }
  [[nodiscard]] Tree files() const {
    auto tree = tree_of(place.path());
    std::erase_if(tree, [](const auto& entry) { return entry.first.ends_with('/'); });
    return tree;
  }
};

media::Synced push(Side& side, const Folder& folder, const media::SyncOptions& options = {}) {
  const auto done = media::push_to(side.place(), folder.place.path(), options);
  REQUIRE_OK(done);
  return *done;
}

media::Synced pull(Side& side, const Folder& folder, const media::SyncOptions& options = {}) {
  const auto done = media::pull_from(side.place(), folder.place.path(), options);
  REQUIRE_OK(done);
  return *done;
}

Tree files_of(Side& side) {
  const Folder folder;
  pull(side, folder);
  return folder.files();
}

std::string archive_of(Side& side) {
  std::string bytes;
  REQUIRE_OK(media::write_archive_of(side.place(), [&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  }));
  return bytes;
}

void on_each(const std::function<void(Side&)>& check) {
  const std::unique_ptr<Side> sides[] = {std::make_unique<VolumeSide>(), std::make_unique<BucketSide>()};
  for (const auto& side : sides) {
    CAPTURE(side->name());
    check(*side);
  }
}

const Tree some{{"a b/ü+%.txt", "1"}, {"a b/two", "22"}, {"empty", ""}, {"large", tests::noise(std::size_t{9} << 20, 1)},
                {"long/" + std::string(150, 'n') + "/" + std::string(150, 'm'), "3"}};

}  // namespace

TEST_CASE("what is pushed is there and comes back as it was; then nothing travels, and one changed file is one file") {
  on_each([](Side& side) {
    const Folder folder;
    for (const auto& [path, bytes] : some) folder.write(path, bytes);
    CHECK(push(side, folder).files == some.size());
    const auto listed = media::list_of(side.place());
    REQUIRE_OK(listed);
    CHECK(listed->files.size() == some.size());
    CHECK((files_of(side) == some));
    CHECK(push(side, folder).plan.unchanged == some.size());
    CHECK(pull(side, folder).plan.unchanged == some.size());
    folder.write("a b/two", "33");
    const auto one = push(side, folder);
    CHECK(one.files == 1);
    CHECK(one.bytes == 2);
    side.store("from/there", "theirs");
    const auto back = pull(side, folder);
    CHECK(back.files == 1);
    CHECK(push(side, folder).files == 0);
  });
}

TEST_CASE("what only the target has stays unless its removal is asked for, and a dry run changes nothing") {
  on_each([](Side& side) {
    const Folder folder;
    folder.write("kept", "1");
    side.store("theirs/deep/file", "2");
    CHECK(push(side, folder).plan.remove.empty());
    CHECK(push(side, folder, {.remove = true, .dry_run = true}).plan.remove == std::vector<std::string>{"theirs/deep/file"});
    CHECK(files_of(side).size() == 2);
    push(side, folder, {.remove = true});
    CHECK((files_of(side) == Tree{{"kept", "1"}}));
    folder.write("mine", "3");
    pull(side, folder, {.remove = true, .dry_run = true});
    CHECK(folder.files().size() == 2);
    pull(side, folder, {.remove = true});
    CHECK((folder.files() == Tree{{"kept", "1"}}));
  });
}

TEST_CASE("a file where the other side has a folder is refused before anything is copied") {
  on_each([](Side& side) {
    const Folder folder;
    folder.write("other", "1");
    folder.write("name/file", "2");
    side.store("name", "3");
    CHECK_CODE(ErrorCode::invalid, media::push_to(side.place(), folder.place.path(), {}));
    CHECK_CODE(ErrorCode::invalid, media::pull_from(side.place(), folder.place.path(), {}));
    CHECK((files_of(side) == Tree{{"name", "3"}}));
  });
}

TEST_CASE("cancelled, it ends, and the next one goes on with what is left") {
  on_each([](Side& side) {
    const Folder folder;
    for (int i = 0; i < 100; ++i) folder.write(std::to_string(i), tests::noise(50'000, static_cast<unsigned>(i)));
    std::stop_source stop;
    media::SyncOptions options;
    options.moved = [&](auto, auto bytes) {
      if (bytes > 3'000'000) stop.request_stop();
    };
    CHECK_CODE(ErrorCode::cancelled, media::push_to(side.place(stop.get_token()), folder.place.path(), options));
    const auto rest = push(side, folder);
    CHECK(rest.plan.unchanged > 0);
    CHECK(rest.files + rest.plan.unchanged == 100);
    CHECK((files_of(side) == folder.files()));
    CHECK(side.own().empty());
  });
}

TEST_CASE("an archive of either goes into either, in the place of what was there or beside it") {
  VolumeSide volume;
  BucketSide bucket;
  const Folder folder;
  for (const auto& [path, bytes] : some) folder.write(path, bytes);
  for (Side* from : {static_cast<Side*>(&volume), static_cast<Side*>(&bucket)}) {
    push(*from, folder, {.remove = true});
    const auto archive = archive_of(*from);
    for (Side* to : {static_cast<Side*>(&volume), static_cast<Side*>(&bucket)}) {
      CAPTURE(from->name());
      CAPTURE(to->name());
      to->store("theirs", "4");
      to->store("empty", "5");
      REQUIRE_OK(media::read_archive_into(to->place(), Existing::keep, tests::writer_of(archive)));
      auto wanted = some;
      wanted["theirs"] = "4";
      CHECK((files_of(*to) == wanted));
      REQUIRE_OK(media::read_archive_into(to->place(), Existing::replace, tests::writer_of(archive)));
      CHECK((files_of(*to) == some));
      CHECK(push(*to, folder).plan.unchanged == some.size());
      CHECK(to->own().empty());
    }
  }
}

TEST_CASE("an archive that breaks off, is damaged or cancelled changes nothing and leaves nothing") {
  on_each([](Side& side) {
    side.store("a/one", "1");
    side.store("a/two", "2");
    const auto before = files_of(side);
    const auto archive = archive_of(side);
    auto other = media::tar_header({"a/one", 2'000'000, 0}) + std::string(2'000'000, 'x') + tar::padding(2'000'000) +
                 media::tar_header({"b", 1, 0}) + "x" + tar::padding(1) + tar::end();
    for (const auto existing : {Existing::replace, Existing::keep}) {
      const auto read = [&](const ports::ArchiveWriter& writer, std::stop_token stop = {}) { return media::read_archive_into(side.place(std::move(stop)), existing, writer); };
      const auto half = other.substr(0, other.size() / 2);
      CHECK_CODE(ErrorCode::conflict, read([&](const ports::ByteSink& sink) -> Result<void> {
        REQUIRE(sink(half));
        return fail(ErrorCode::conflict, "the backup was changed");
      }));
      CHECK_CODE(ErrorCode::failed, read(tests::writer_of(half)));
      CHECK_CODE(ErrorCode::failed, read(tests::writer_of(std::string(200'000, 'x'))));
      std::stop_source stop;
      CHECK_CODE(ErrorCode::cancelled, read([&](const ports::ByteSink& sink) -> Result<void> {
        REQUIRE(sink(half));
        stop.request_stop();
        return sink(std::string_view(other).substr(half.size()));
      }, stop.get_token()));
      CHECK((files_of(side) == before));
    }
    REQUIRE_OK(media::read_archive_into(side.place(), Existing::replace, tests::writer_of(archive)));
    CHECK((files_of(side) == before));
    CHECK(side.own().empty());
  });
}
