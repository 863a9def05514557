#include <doctest/doctest.h>

#include <map>
#include <random>

#include "media/manifest.hpp"
#include "media/values.hpp"

using namespace divio;
using namespace divio::media;
using tests::second_ns;

namespace {

using Folder = std::map<std::string, MediaFile>;

Manifest manifest_of(const Folder& folder) {
  std::vector<MediaFile> files;
  for (const auto& [path, file] : folder) files.push_back(file);
  const auto made = make_manifest(std::move(files));
  REQUIRE(made);
  return *made;
}

// Files below two folders and above none of them, so that no path is a folder of another.
Folder random_folder(std::mt19937& random) {
  Folder folder;
  for (auto count = random() % 12; count > 0; --count) {
    const auto path = std::string(1, "ab"[random() % 2]) + "/" + std::string(1, "xyz"[random() % 3]) + "." + std::to_string(random() % 3);
    folder[path] = {path, random() % 3, static_cast<std::int64_t>(random() % 3) * second_ns};
  }
  return folder;
}

Folder carried_out(const SyncPlan& plan, Folder folder) {
  for (const auto& path : plan.remove) folder.erase(path);
  for (const auto& file : plan.copy) folder[file.path] = file;
  return folder;
}

}  // namespace

TEST_CASE("a folder with one changed file moves one file") {
  Folder here;
  for (int i = 0; i < 1000; ++i) here["f" + std::to_string(i)] = {"f" + std::to_string(i), 5'000'000, i * second_ns};
  auto there = here;
  there["f7"].changed_ns += second_ns;
  const auto plan = plan_sync(manifest_of(here), manifest_of(there), true);
  REQUIRE(plan);
  REQUIRE(plan->copy.size() == 1);
  CHECK(plan->copy[0].path == "f7");
  CHECK(plan->bytes == 5'000'000);
  CHECK(plan->unchanged == 999);
  CHECK(plan->remove.empty());
}

TEST_CASE("plans reach their goal, remove only when asked, and are empty once carried out") {
  const unsigned seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    const auto from = random_folder(random);
    const auto to = random_folder(random);
    const auto mirrored = plan_sync(manifest_of(from), manifest_of(to), true);
    REQUIRE(mirrored);
    REQUIRE(carried_out(*mirrored, to) == from);
    const auto added = plan_sync(manifest_of(from), manifest_of(to), false);
    REQUIRE(added);
    REQUIRE(added->remove.empty());
    const auto sum = carried_out(*added, to);
    for (const auto& [path, file] : from) REQUIRE(sum.at(path) == file);
    for (const auto& [path, file] : to) REQUIRE(sum.contains(path));
    const auto again = plan_sync(manifest_of(from), manifest_of(sum), false);
    REQUIRE(again);
    REQUIRE(again->copy.empty());
    REQUIRE(again->unchanged == from.size());
  }
}

TEST_CASE("a plan cut short anywhere leaves only the rest to be done") {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    const auto from = random_folder(random);
    auto to = random_folder(random);
    const auto plan = plan_sync(manifest_of(from), manifest_of(to), false);
    REQUIRE(plan);
    const auto done = plan->copy.empty() ? 0 : random() % plan->copy.size();
    for (std::size_t i = 0; i < done; ++i) to[plan->copy[i].path] = plan->copy[i];
    const auto rest = plan_sync(manifest_of(from), manifest_of(to), false);
    REQUIRE(rest);
    REQUIRE(rest->copy == std::vector<MediaFile>(plan->copy.begin() + static_cast<std::ptrdiff_t>(done), plan->copy.end()));
  }
}

TEST_CASE("times that one side kept in whole seconds are the same, others have to be exact") {
  const auto copies = [](std::int64_t here, std::int64_t there) {
    const auto plan = plan_sync({{"a", 1, here}}, {{"a", 1, there}}, false);
    return plan && !plan->copy.empty();
  };
  CHECK_FALSE(copies(5 * second_ns + 7, 5 * second_ns));
  CHECK_FALSE(copies(5 * second_ns, 5 * second_ns + 7));
  CHECK(copies(5 * second_ns + 7, 5 * second_ns + 8));
  CHECK(copies(5 * second_ns + 7, 6 * second_ns));
  CHECK_FALSE(copies(-second_ns / 2, -second_ns));
  CHECK(copies(-second_ns / 2, 0));
}

TEST_CASE("the largest files go first") {
  const auto plan = plan_sync({{"a", 1, 0}, {"b", 9, 0}, {"c", 5, 0}}, {}, false);
  REQUIRE(plan);
  CHECK(plan->copy[0].path == "b");
  CHECK(plan->copy[1].path == "c");
}

TEST_CASE("a file where the other side has a folder is refused") {
  for (const bool swapped : {false, true}) {
    const Manifest a{{"x", 1, 0}}, b{{"x/y/z", 1, 0}};
    const auto plan = swapped ? plan_sync(a, b, true) : plan_sync(b, a, false);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().message.find("x is a file on one side") != std::string::npos);
  }
}

TEST_CASE("paths that lead elsewhere are refused, odd ones are not") {
  for (const std::string path : {"", "/etc/passwd", "..", "../a", "a/../b", "a/./b", "a//b", "a/", ".divioctl-part-1", "a/.divioctl-part-x"}) {
    CAPTURE(path);
    CHECK_FALSE(check_path(path));
    CHECK_FALSE(make_manifest({{path, 1, 0}}));
  }
  CHECK_FALSE(check_path(std::string("a\0b", 3)));
  for (const std::string path : {"a", "...", "..a", "a\nb", "\xff\xfe", "-rf", "a b/*", ".divio"}) {
    CAPTURE(path);
    CHECK(check_path(path));
  }
  CHECK_FALSE(make_manifest({{"a", 1, 0}, {"a", 2, 0}}));
}

TEST_CASE("any name can be printed in one line") {
  CHECK(printable("a\nb") == "a\\nb");
  CHECK(printable("über") == "über");
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("\xc3") == "\\xc3");
  CHECK(printable("a\x1b[31m") == "a\\x1b[31m");
}
