// The files of a volume as objects.
#include <doctest/doctest.h>

#include "media/volume_objects.hpp"

using namespace divio::media;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t now = 1'700'000'000 * second;

Tree tree_with(std::vector<Entry> entries) { return {std::move(entries), now}; }

}  // namespace

TEST_CASE("files are objects by their paths; folders are none, and links and what is no key are left out") {
  const auto objects = objects_of(tree_with({{.path = "", .type = 'd'},
                                             {.path = "a/b", .bytes = 3, .changed_ns = now - 9 * second, .touched_ns = now - 8 * second},
                                             {.path = "bad\n", .bytes = 1},
                                             {.path = "link", .type = 'l'}}), true);
  REQUIRE(objects.listing.files.size() == 1);
  CHECK(objects.listing.files[0] == MediaFile{"a/b", 3, now - 9 * second});
  CHECK(objects.tags[0] == tag_of(3, now - 9 * second, now - 8 * second));
  CHECK(objects.listing.left_out == std::vector<std::string>{"bad\n", "link"});
}

TEST_CASE("a file stands still a tick after its change, or two seconds where changes have whole seconds") {
  const auto is_settled = [](std::int64_t touched_ns) {
    const Entry file{.path = "a", .bytes = 3, .changed_ns = touched_ns, .touched_ns = touched_ns};
    return objects_of(tree_with({file}), true).tags == objects_of(tree_with({file}), false).tags;
  };
  CHECK(is_settled(now - 30'000'001));
  CHECK_FALSE(is_settled(now - 10'000'001));
  CHECK(is_settled(now - 3 * second));
  CHECK_FALSE(is_settled(now - second));
}

TEST_CASE("a file whose next change may have the same times has a tag that no other list gives it, where programs write") {
  const Entry recent{.path = "a", .bytes = 3, .changed_ns = now - 9 * second, .touched_ns = now - 10'000'001};
  const auto first = objects_of(tree_with({recent}), true);
  const auto later = objects_of(Tree{{recent}, now + 5'000'000}, true);
  const auto settled = objects_of(Tree{{recent}, now + 9 * second}, true);
  CHECK(first.tags[0] != later.tags[0]);
  CHECK(first.tags[0] != settled.tags[0]);
  CHECK(later.tags[0] != settled.tags[0]);
  CHECK(settled.tags == objects_of(tree_with({recent}), false).tags);
  auto touched = recent;
  ++touched.touched_ns;
  CHECK(objects_of(tree_with({touched}), false).tags != settled.tags);
}
