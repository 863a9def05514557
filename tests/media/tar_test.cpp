// Archives of media: what is written is read, whatever pieces it comes in.
#include "media/tar.hpp"

#include <doctest/doctest.h>

#include <random>

#include "media/values.hpp"

using namespace divio;
using media::MediaFile;
using tests::second_ns;

namespace {

struct Read {
  std::vector<MediaFile> files;
  std::vector<std::string> contents;
  int ends = 0;
  Result<void> outcome;
};

Read read_archive(std::string_view archive, std::size_t piece) {
  Read read;
  auto reader = media::tar_reader({[&](const tar::Entry& entry) -> Result<void> {
                           read.files.push_back(media::media_file(entry));
                           read.contents.emplace_back();
                           return {};
                         },
                         [&](std::string_view bytes) -> Result<void> {
                           read.contents.back() += bytes;
                           return {};
                         },
                         [&]() -> Result<void> {
                           ++read.ends;
                           return {};
                         }});
  for (std::size_t at = 0; at < archive.size() && read.outcome; at += piece) read.outcome = reader.add(archive.substr(at, piece));
  if (read.outcome) read.outcome = reader.finish();
  return read;
}

}  // namespace

TEST_CASE("files of any size, name and time come out as they were put in, whatever the pieces") {
  const auto seed = std::random_device()();
  MESSAGE("seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<MediaFile> files;
  std::vector<std::string> contents;
  std::string archive;
  for (const std::size_t length : {1, 97, 98, 99, 100, 101, 511, 513, 899}) {
    for (const std::size_t size : {0, 1, 511, 512, 513, 3000}) {
      std::string name(length, 'a');
      for (auto& c : name) c = static_cast<char>('a' + random() % 26);
      const auto time = static_cast<std::int64_t>(random() % 18'000'000'000) - 9'000'000'000;
      std::string content(size, '\0');
      for (auto& c : content) c = static_cast<char>(random());
      files.push_back({name, size, time * second_ns + 5});
      archive += media::tar_header(files.back()) + content + tar::padding(size);
      contents.push_back(std::move(content));
      files.back().changed_ns -= 5;
    }
  }
  archive += tar::end();
  CHECK(media::is_without_owners(archive));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{511}, std::size_t{512}, std::size_t{777}, archive.size()}) {
    const auto got = read_archive(archive, piece);
    REQUIRE(got.outcome);
    REQUIRE(got.files.size() == files.size());
    CHECK(got.ends == static_cast<int>(files.size()));
    for (std::size_t i = 0; i < files.size(); ++i) {
      CHECK(got.files[i] == files[i]);
      CHECK((got.contents[i] == contents[i]));
    }
  }
}

TEST_CASE("a file of more than 8 GiB has its size") {
  const std::uint64_t large = std::uint64_t{9} << 30;
  const auto got = read_archive(media::tar_header({"film", large, 0}), 512);
  REQUIRE(got.files.size() == 1);
  CHECK(got.files.front().bytes == large);
}

TEST_CASE("what breaks off or is no archive is refused") {
  const auto archive = media::tar_header({"a", 1000, 0}) + std::string(1000, 'x') + tar::padding(1000) + tar::end();
  REQUIRE(read_archive(archive, 512).outcome);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{512}, std::size_t{900}, archive.size() - 1024})
    CHECK(read_archive(archive.substr(0, size), 100).outcome.error().code == ErrorCode::failed);
  auto damaged = archive;
  damaged[3] = 'y';
  CHECK(read_archive(damaged, 100).outcome.error().message == "this is no archive of media files");
  CHECK_FALSE(read_archive(std::string(5000, 'x'), 100).outcome);
}
