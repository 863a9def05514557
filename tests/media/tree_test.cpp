#include <doctest/doctest.h>

#include <map>
#include <random>

#include "fakes/seed.hpp"
#include "media/tree.hpp"
#include "media/tree_check.hpp"
#include "media/values.hpp"

using namespace divio;
using namespace divio::media;
using tests::zero;

namespace {

Result<Tree> read_tree(const std::string& bytes, std::size_t piece) {
  TreeReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (auto fed = reader.feed(std::string_view(bytes).substr(at, piece)); !fed) return Failure(fed.error());
  return reader.done("1700000000.5");
}

std::vector<std::string> paths(const std::vector<Entry>& entries) {
  std::vector<std::string> found;
  for (const auto& entry : entries) found.push_back(entry.path);
  return found;
}

Entry file(std::string path, std::int64_t changed = 5, std::uint64_t bytes = 3) {
  return {.path = std::move(path), .type = 'f', .bytes = bytes, .changed_ns = changed, .touched_ns = changed, .mode = "644"};
}
Entry folder(std::string path) { return {.path = std::move(path), .type = 'd', .bytes = 4096, .mode = "755"}; }

using Paths = std::vector<std::string>;

// What a plan makes of a tree, as the program does it: what is removed first has to be empty, and what is copied a place.
std::map<std::string, Entry> tree_after(const MirrorPlan& plan, const Tree& to) {
  std::map<std::string, Entry> there;
  for (const auto& entry : to.entries) there.emplace(entry.path, entry);
  for (const auto& path : plan.remove) {
    CHECK(there.erase(path) == 1);
    const auto next = there.lower_bound(path + "/");
    CHECK((next == there.end() || !next->first.starts_with(path + "/")));
  }
  for (const auto& entry : plan.copy) {
    const auto slash = entry.path.rfind('/');
    if (slash != std::string::npos) CHECK(there[entry.path.substr(0, slash)].type == 'd');
    there[entry.path] = entry;
  }
  return there;
}

}  // namespace

TEST_CASE("a tree is read whatever pieces it comes in, by path, and sockets are left out") {
  const auto bytes = "d 4096 1600000000.0 1600000001.0 0 0 755 " + zero + zero + "f 3 1600000001.0000000050 1600000002.5 33 44 4755 b c" + zero + zero +
                     "l 4 1.5 2.5 0 0 777 a/link" + zero + "b c" + zero + "s 0 1.5 2.5 0 0 755 a/socket" + zero + zero + "d 1 1.0 1.0 1 2 700 a" + zero + zero;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto tree = read_tree(bytes, piece);
    REQUIRE(tree);
    CHECK(tree->at_ns == 1'700'000'000'500'000'000);
    REQUIRE(paths(tree->entries) == Paths{"", "a", "a/link", "b c"});
    CHECK(tree->entries[2].link == "b c");
    CHECK(tree->entries[3] == Entry{.path = "b c", .type = 'f', .bytes = 3, .changed_ns = 1'600'000'001'000'000'005, .touched_ns = 1'600'000'002'500'000'000,
                                    .owner = 33, .group = 44, .mode = "4755"});
  }
  CHECK_FALSE(read_tree(bytes.substr(0, bytes.size() - 1), 7));
  CHECK_FALSE(read_tree("f x 1.0 1.0 0 0 644 a" + zero + zero, 100));
}

TEST_CASE("what is new, different, touched or of another kind is copied, and what is not there any more removed") {
  const Tree to{{folder(""), folder("a"), file("a/gone"), file("a/same"), file("b"), folder("c"), file("c/x")}, 0};
  auto from = to;
  CHECK(plan_mirror(from, to, {}).empty());
  from.entries = {folder(""), folder("a"), file("a/new"), file("a/same"), file("b", 6), file("c")};
  auto plan = plan_mirror(from, to, {});
  CHECK(paths(plan.copy) == Paths{"a/new", "b", "c"});
  CHECK(plan.remove == Paths{"c/x", "c", "a/gone"});
  CHECK(plan.bytes == 9);
  for (const auto change : {0, 1, 2, 3}) {
    from = to;
    auto& entry = from.entries[3];
    if (change == 0) entry.owner = 1;
    if (change == 1) entry.mode = "600";
    if (change == 2) entry.bytes = 4;
    if (change == 3) entry.group = 7;
    CHECK(paths(plan_mirror(from, to, {}).copy) == Paths{"a/same"});
  }
}

TEST_CASE("a file that was touched since the pass before is copied, though nothing else tells that it was") {
  const Tree to{{file("a"), file("b")}, 0};
  auto from = to;
  from.entries[1].touched_ns = 100'000'000'000;
  CHECK(plan_mirror(from, to, {}).empty());
  CHECK(plan_mirror(from, to, 103'000'000'000).empty());
  CHECK(paths(plan_mirror(from, to, 101'000'000'000).copy) == Paths{"b"});  // whole seconds may be meant
  from.entries[1].touched_ns += 1;
  CHECK(plan_mirror(from, to, 101'000'000'000).empty());
  CHECK(paths(plan_mirror(from, to, 100'010'000'000).copy) == Paths{"b"});  // the tick in which it was touched
}

TEST_CASE("what a file system that knows whole seconds only says was touched just before may have come late") {
  const Tree from{{file("a", 100'000'000'000), file("b", 100'000'000'001), file("c", 99'000'000'000)}, 0};
  CHECK(paths(plan_late(from, {}, 101'500'000'000).bring.copy) == Paths{"a"});
}

TEST_CASE("whatever both are, the plan makes one of the other, and a second plan is empty") {
  std::mt19937_64 random(tests::seed());
  for (int round = 0; round < 2000; ++round) {
    const auto make = [&] {
      std::map<std::string, Entry> entries{{"", folder("")}};
      for (int i = 0; i < 12; ++i) {
        std::string path;
        for (auto depth = random() % 3 + 1; depth > 0; --depth) {
          if (!path.empty()) path += '/';
          path += std::string(1, "a-.b"[random() % 4]);
          if (entries.contains(path) && entries.at(path).type == 'f') break;
          if (depth == 1 && !entries.contains(path)) entries[path] = random() % 3 == 0 ? folder(path) : file(path, static_cast<std::int64_t>(random() % 2));
          else if (!entries.contains(path)) entries[path] = folder(path);
        }
      }
      Tree tree;
      for (auto& [path, entry] : entries) tree.entries.push_back(entry);
      return tree;
    };
    const auto from = make();
    const auto to = make();
    const auto there = tree_after(plan_mirror(from, to, {}), to);
    Tree became;
    for (const auto& [path, entry] : there) became.entries.push_back(entry);
    REQUIRE(paths(became.entries) == paths(from.entries));
    CHECK(plan_mirror(from, became, {}).empty());
  }
}

TEST_CASE("content is compared of what stood still and both have") {
  const Tree before{{folder(""), file("a"), file("b"), file("c"), file("d"), file("e")}, 0};
  auto after = before;
  after.entries[2].touched_ns = 9;  // b
  const auto still = still_files(before, after);
  CHECK(paths(still) == Paths{"a", "c", "d", "e"});
  auto to = before;
  to.entries.erase(to.entries.begin() + 3);  // c
  to.entries.back().bytes = 4;               // e is on its way
  const Sums sums{{"a", "1"}, {"c", "3"}, {"d", "4"}, {"e", "5"}};
  auto there = sums;
  CHECK(check_trees(still, sums, {to, there}, {}).missing.empty());
  auto checked = check_trees(still, sums, {to, there}, 6);
  CHECK(checked.files == 2);
  CHECK(checked.bytes == 6);
  CHECK(checked.different.empty());
  CHECK(checked.missing == Paths{"c", "e"});
  CHECK(check_trees(still, sums, {to, there}, 5).missing.empty());
  CHECK(checked.sums_from == checked.sums_to);
  there["d"] = "other";
  checked = check_trees(still, sums, {to, there}, {});
  CHECK(checked.different == Paths{"d"});
  CHECK(checked.sums_from != checked.sums_to);
}

TEST_CASE("what stood still and could not be read on one of the sides is another content") {
  const Tree both{{file("a"), file("b"), file("c")}, 0};
  const Sums sums{{"a", "1"}, {"b", "2"}, {"c", "3"}};
  auto fewer = sums;
  fewer.erase("b");
  CHECK(check_trees(still_files(both, both), fewer, {both, sums}, {}).different == Paths{"b"});
  CHECK(check_trees(still_files(both, both), sums, {both, fewer}, {}).different == Paths{"b"});
}

TEST_CASE("a disk that keeps whole seconds has the same files") {
  const Tree from{{file("a", 7'000'000'005), file("b", 8'000'000'005)}, 0};
  const Tree to{{file("a", 7'000'000'000), file("b", 9'000'000'000)}, 0};
  CHECK(paths(plan_mirror(from, to, {}).copy) == Paths{"b"});
}

TEST_CASE("what came late is brought where the target lacks it, and named where the target has an older one") {
  const std::int64_t since = 100'000'000'000;
  auto late = folder("late");
  late.touched_ns = since + 1;
  const Tree from{{folder("a"), file("a/late", since + 1), file("b", since + 1), file("c", since - 3'000'000'000), file("d", since + 1), file("e", since + 2),
                   late, file("late/f", since + 1, 7)}, 0};
  const Tree to{{folder("a"), file("b", since + 2), file("d", since + 1), file("e", since + 1), file("theirs")}, 0};
  const auto plan = plan_late(from, to, since);
  CHECK(paths(plan.bring.copy) == Paths{"a/late", "late", "late/f"});
  CHECK(plan.bring.remove.empty());
  CHECK(plan.bring.bytes == 10);
  CHECK(plan.left == Paths{"e"});
}

TEST_CASE("sums are read whatever pieces they come in") {
  const std::string sum(64, 'a');
  const auto bytes = sum + " *a\nb" + zero + sum + " *-c" + zero;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    SumsReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += piece) REQUIRE(reader.feed(std::string_view(bytes).substr(at, piece)));
    const auto sums = reader.done();
    REQUIRE(sums);
    CHECK(*sums == Sums{{"-c", sum}, {"a\nb", sum}});
  }
  SumsReader broken;
  CHECK_FALSE(broken.feed("half *a" + zero));
}
