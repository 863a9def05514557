// Git LFS: pointers in git, contents beside it.
#include <doctest/doctest.h>

#include "git/sandbox.hpp"
#include "sources/lfs.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

const std::string content = std::string(5000, 'v') + "ideo";

std::string pointer_to(const std::string& text) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + sha256_hex(text) + "\nsize " +
         std::to_string(text.size()) + "\n";
}

// As a clone with git-lfs has it: a pointer in git, the content in the store and in the working tree.
void make_shop_with_video(const Sandbox& box) {
  box.repository("shop",
                 {{"Dockerfile", "x"}, {"video.mp4", pointer_to(content)}, {".gitattributes", "*.mp4 filter=lfs\n"}});
  const auto id = sha256_hex(content);
  box.write("shop/.git/lfs/objects/" + id.substr(0, 2) + "/" + id.substr(2, 2) + "/" + id, content);
}

}  // namespace

TEST_CASE("a Git LFS file is sent with its content, and counts by it") {
  const Sandbox box;
  make_shop_with_video(box);
  const auto commit = context_of(box / "shop");
  CHECK(unpacked(archive_of(commit)).at("video.mp4") == "file " + content);
  CHECK(commit.warnings.empty());
  CHECK(commit.bytes == 1 + content.size() + 17);
  // The pointer in the working tree, then the content itself there.
  CHECK(context_of(box / "shop", working_tree()).digest == commit.digest);
  box.write("shop/video.mp4", content);
  const auto tree = context_of(box / "shop", working_tree());
  CHECK(tree.digest == commit.digest);
  CHECK(archive_of(tree) == archive_of(commit));
}

TEST_CASE("a working tree with the content of its pointers is clean, one with another content is not") {
  const Sandbox box;
  make_shop_with_video(box);
  box.write("shop/video.mp4", content);
  CHECK(open(box / "shop")->resolve({}).has_value());
  box.write("shop/video.mp4", std::string(content.size(), 'o'));
  const auto refused = open(box / "shop")->resolve({});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().message == "shop has changes that are not committed: video.mp4");
  CHECK(context_of(box / "shop", working_tree()).digest != context_of(box / "shop", reference("main")).digest);
}

TEST_CASE("a Git LFS content that is not there is sent as its pointer and named") {
  const Sandbox box;
  make_shop_with_video(box);
  const auto whole = context_of(box / "shop").digest;
  const std::string warning =
      "only the Git LFS pointers of these files are here, not their contents: video.mp4; run `git lfs pull`";
  const auto check = [&](const ports::SourceSelection& selection) {
    const auto context = context_of(box / "shop", selection);
    CHECK(unpacked(archive_of(context)).at("video.mp4") == "file " + pointer_to(content));
    CHECK(context.warnings == std::vector<std::string>{warning});
    CHECK(context.digest != whole);
  };
  box.run("shop", "find .git/lfs -type f -exec truncate -s 10 {} +");
  check({});
  box.run("shop", "rm -rf .git/lfs");
  check({});
  check(working_tree());
  box.run("shop", "rm -rf .git");
  check({});
}

TEST_CASE("a pointer is recognised by its whole form") {
  const auto good = pointer_to("x");
  REQUIRE(sources::parse_lfs_pointer(good).has_value());
  CHECK(sources::parse_lfs_pointer(pointer_to(""))->bytes == 0);
  CHECK(sources::parse_lfs_pointer(good)->bytes == 1);
  CHECK(sources::parse_lfs_pointer(good)->id == sha256_hex("x"));
  CHECK(!sources::parse_lfs_pointer("").has_value());
  CHECK(!sources::parse_lfs_pointer("x" + good).has_value());
  CHECK(!sources::parse_lfs_pointer("version https://git-lfs.github.com/spec/v1\nsize 1\n").has_value());
  CHECK(!sources::parse_lfs_pointer("version https://git-lfs.github.com/spec/v1\noid sha256:../../x\nsize 1\n")
             .has_value());
  CHECK(!sources::parse_lfs_pointer(good.substr(0, good.size() - 2) + "many\n").has_value());
  CHECK(!sources::parse_lfs_pointer(good + std::string(1024, 'x')).has_value());
}
