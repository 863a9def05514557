// Archives as the system's tar writes them, in each of its formats.
#include "support/tar.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "fakes/temporary_folder.hpp"

using namespace divio;

namespace {

using Files = std::map<std::string, std::string>;

// A short name, one that ustar splits, and one that only longer formats have.
Files some_files(bool long_ones) {
  Files files{{"a", ""}, {"b", std::string(513, 'b')}, {std::string(90, 'd') + "/" + std::string(60, 'e'), "two parts"}};
  if (long_ones) files[std::string(150, 'f') + "/" + std::string(200, 'g')] = std::string(5000, 'x');
  return files;
}

std::string archive_of(const Files& files, const std::string& format) {
  const tests::TemporaryFolder folder;
  for (const auto& [name, content] : files) {
    const auto path = folder.path() / "in" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }
  const auto command = "cd '" + folder.path().string() + "' && tar --format=" + format + " -cf out.tar -C in .";
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream archive(folder.path() / "out.tar");
  return {std::istreambuf_iterator<char>(archive), {}};
}

Result<Files> read(std::string_view archive, std::size_t piece) {
  Files files;
  std::string name;
  tar::Reader reader({[&](const tar::Entry& entry) -> Result<void> {
                        name = entry.name.substr(entry.name.starts_with("./") ? 2 : 0);
                        if (entry.type == '0') files[name];
                        return {};
                      },
                      [&](std::string_view bytes) -> Result<void> {
                        files[name] += bytes;
                        return {};
                      },
                      [] { return Result<void>{}; }},
                     "archive");
  for (std::size_t at = 0; at < archive.size(); at += piece)
    if (auto taken = reader.add(archive.substr(at, piece)); !taken) return Failure(taken.error());
  if (auto whole = reader.finish(); !whole) return Failure(whole.error());
  return files;
}

}  // namespace

TEST_CASE("names and contents are read in each format of the system's tar, whatever the pieces") {
  for (const std::string format : {"gnu", "pax", "posix", "ustar"}) {
    const auto files = some_files(format != "ustar");
    const auto archive = archive_of(files, format);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{512}, std::size_t{777}, archive.size()}) {
      CAPTURE(format);
      CAPTURE(piece);
      const auto got = read(archive, piece);
      REQUIRE(got);
      CHECK((*got == files));
    }
  }
}

TEST_CASE("an archive that was cut off or changed is refused") {
  const auto archive = archive_of(some_files(true), "gnu");
  CHECK(read(archive.substr(0, 700), 100).error().message == "the archive broke off");
  auto changed = archive;
  changed[1] = 'y';
  CHECK(read(changed, 100).error().message == "this is no archive");
}
