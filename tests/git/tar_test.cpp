#include <doctest/doctest.h>

#include "git/sandbox.hpp"
#include "sources/tar.hpp"
#include "support/tar.hpp"

using namespace divio;
using namespace divio::sources;

namespace {

// What GNU tar reads of a header alone, whose content is a hole.
std::string listed(const Entry& entry) {
  const tests::Sandbox box;
  box.write("archive.tar", tar_header(entry));
  const auto total = tar_header(entry).size() + entry.bytes + tar::padding(entry.bytes).size() + 1024;
  return box.run("", "truncate -s " + std::to_string(total) +
                         " archive.tar && TZ=UTC tar -tvf archive.tar --numeric-owner | tr -s ' '");
}

}  // namespace

TEST_CASE("a header is read back by tar, up to sizes and lengths that ustar has no room for") {
  CHECK(listed({.path = "a", .bytes = 7}) == "-rw-r--r-- 0/0 7 1970-01-01 00:00 a");
  CHECK(listed({.path = "a", .kind = EntryKind::executable, .bytes = 0}) == "-rwxr-xr-x 0/0 0 1970-01-01 00:00 a");
  CHECK(listed({.path = "a", .kind = EntryKind::folder}) == "drwxr-xr-x 0/0 0 1970-01-01 00:00 a/");
  CHECK(listed({.path = "a", .kind = EntryKind::link, .target = "b"}) == "lrwxrwxrwx 0/0 0 1970-01-01 00:00 a -> b");
  for (const std::size_t length : {99, 100, 101, 155, 256, 257, 980, 990, 1000}) {
    const std::string path(length, 'p');
    CHECK(listed({.path = path, .bytes = 7}) == "-rw-r--r-- 0/0 7 1970-01-01 00:00 " + path);
    CHECK(listed({.path = "a", .kind = EntryKind::link, .target = path}) ==
          "lrwxrwxrwx 0/0 0 1970-01-01 00:00 a -> " + path);
  }
  CHECK(listed({.path = "big", .bytes = 8589934591}) == "-rw-r--r-- 0/0 8589934591 1970-01-01 00:00 big");
  CHECK(listed({.path = "bigger", .bytes = 8589934592}) == "-rw-r--r-- 0/0 8589934592 1970-01-01 00:00 bigger");
}

TEST_CASE("contents are padded to whole blocks") {
  CHECK(tar::padding(0).empty());
  CHECK(tar::padding(1).size() == 511);
  CHECK(tar::padding(512).empty());
  CHECK(tar::padding(513).size() == 511);
}

TEST_CASE("a content of another size than counted is an error, not a broken archive") {
  for (const auto* text : {"", "12", "1234"}) {
    Entry entry{.path = "data", .bytes = 3};
    entry.content = [text](const ports::ByteSink& sink) { return sink(text); };
    const auto written = write_tar({&entry, 1}, [](std::string_view) { return Result<void>{}; });
    REQUIRE(!written.has_value());
    CHECK(written.error().message == "data changed while it was read");
  }
}

TEST_CASE("an archive is sent in pieces of a useful size") {
  std::vector<Entry> entries;
  for (int n = 0; n < 1000; ++n) entries.push_back({.path = "f" + std::to_string(n), .kind = EntryKind::folder});
  std::size_t total = 0;
  std::size_t pieces = 0;
  REQUIRE(write_tar(entries, [&](std::string_view bytes) {
            total += bytes.size();
            ++pieces;
            return Result<void>{};
          }).has_value());
  CHECK(total == 1000 * 512 + 1024);
  CHECK(pieces <= total / 65536 + 1);
}
