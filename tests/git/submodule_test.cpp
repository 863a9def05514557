// Submodules are sent with their files, or named.
#include <doctest/doctest.h>

#include "git/sandbox.hpp"
#include "sources/git/submodules.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

const std::string allow = "git -c protocol.file.allow=always ";

// shop with the submodule theme (itself with the submodule icons) at lib/theme, named "the theme".
void make_shop_with_theme(const Sandbox& box) {
  box.repository("icons", {{"icon.svg", "<svg/>"}});
  box.repository("theme", {{"style.css", "a{}"}, {"run", "#!"}});
  box.run("theme", allow + "submodule -q add ../icons icons && chmod +x run && git add . && git commit -qm icons");
  box.repository("shop", {{"Dockerfile", "x"}});
  box.run("shop", allow + "submodule -q add --name 'the theme' ../theme lib/theme && " + allow +
                      "submodule -q update --init --recursive && git add . && git commit -qm theme");
}

const std::vector<std::string> all{".gitmodules",           "Dockerfile",
                                   "lib/theme/.gitmodules", "lib/theme/icons/icon.svg",
                                   "lib/theme/run",         "lib/theme/style.css"};

}  // namespace

TEST_CASE("a submodule's commit is read from its checkout, and a clean working tree has the same digest") {
  const Sandbox box;
  make_shop_with_theme(box);
  const auto commit = context_of(box / "shop");
  CHECK(files_in(commit) == all);
  CHECK(commit.warnings.empty());
  const auto tree = context_of(box / "shop", working_tree());
  CHECK(tree.digest == commit.digest);
  CHECK(archive_of(tree) == archive_of(commit));
}

TEST_CASE("a submodule's commit is read from what git keeps of it where it is not checked out") {
  const Sandbox box;
  make_shop_with_theme(box);
  const auto digest = context_of(box / "shop").digest;
  box.run("shop", "git submodule -q deinit -f --all && rm -rf lib");
  const auto context = context_of(box / "shop", reference("main"));
  CHECK(files_in(context) == all);
  CHECK(context.digest == digest);
}

TEST_CASE("the commit that is pinned is sent, not the one the submodule happens to be at") {
  const Sandbox box;
  make_shop_with_theme(box);
  box.run("shop/lib/theme", "printf b > style.css && git commit -qam later");
  CHECK(unpacked(archive_of(context_of(box / "shop", reference("main")))).at("lib/theme/style.css") == "file a{}");
  CHECK(unpacked(archive_of(context_of(box / "shop", working_tree()))).at("lib/theme/style.css") == "file b");
  const auto refused = open(box / "shop")->resolve({});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().message == "shop has changes that are not committed: lib/theme");
}

TEST_CASE("a submodule that is not there is an empty folder and a warning that says what to do") {
  const Sandbox box;
  make_shop_with_theme(box);
  box.run("", "git clone -q shop clone");
  for (const auto& selection : {ports::SourceSelection{}, working_tree()}) {
    const auto context = context_of(box / "clone", selection);
    CHECK(files_in(context) == std::vector<std::string>{".gitmodules", "Dockerfile"});
    CHECK(unpacked(archive_of(context)).at("lib/theme") == "folder");
    CHECK(context.warnings == std::vector<std::string>{"these submodules are not in this clone and are sent as empty "
                                                       "folders: lib/theme; run `git submodule update --init`"});
  }
  box.write("clone/.dockerignore", "lib");
  CHECK(context_of(box / "clone", working_tree()).warnings.empty());
}

TEST_CASE(
    "submodules of a project in a folder of a larger repository are found, and excluded by paths of the project") {
  const Sandbox box;
  box.repository("theme", {{"style.css", "a{}"}, {"README", "r"}});
  box.repository("mono", {{"shop/Dockerfile", "x"}, {"shop/.dockerignore", "lib/README"}});
  box.run("mono", allow + "submodule -q add ../theme shop/lib && git commit -qm theme");
  const auto context = context_of(box / "mono/shop");
  CHECK(files_in(context) == std::vector<std::string>{".dockerignore", "Dockerfile", "lib/style.css"});
  CHECK(context_of(box / "mono/shop", working_tree()).digest == context.digest);
}

TEST_CASE("a .gitmodules file gives names to paths, and no name leads out of .git/modules") {
  const auto names = sources::parse_gitmodules(
      "# comment\n[submodule \"the theme\"]\n\tpath = lib/theme\n\turl = x\n"
      "[submodule \"q\\\"uote\"]\nPATH=\"with space\"\r\n"
      "[submodule \"../../evil\"]\n\tpath = evil\n[submodule \"a/.git/b\"]\n\tpath = worse\n[submodule \"\"]\npath = "
      "none\n");
  CHECK(names == std::map<std::string, std::string>{{"lib/theme", "the theme"}, {"with space", "q\"uote"}});
}
