// Uncommitted work as a build context.
#include <doctest/doctest.h>

#include "git/sandbox.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("a working tree is what git sees: tracked or not ignored") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"},
                          {"tracked", "1"},
                          {"gone", "2"},
                          {"forced.log", "tracked though ignored"},
                          {".gitignore", "*.log\nbuild/\n"}});
  box.write("shop/tracked", "changed");
  box.write("shop/src/deep/new", "3");
  box.write("shop/debug.log", "ignored");
  box.write("shop/build/out", "ignored");
  box.run("shop", "rm gone && ln -s tracked link && chmod +x src/deep/new");
  const auto context = context_of(box / "shop", working_tree());
  CHECK(unpacked(archive_of(context)) ==
        std::map<std::string, std::string>{{".gitignore", "file *.log\nbuild/\n"},
                                           {"Dockerfile", "file x"},
                                           {"forced.log", "file tracked though ignored"},
                                           {"link", "link tracked"},
                                           {"src", "folder"},
                                           {"src/deep", "folder"},
                                           {"src/deep/new", "executable 3"},
                                           {"tracked", "file changed"}});
  CHECK(context.revision.working_tree);
  CHECK(context.revision.commit == box.run("shop", "git rev-parse HEAD"));
}

TEST_CASE("a clean working tree has the digest and the bytes of its commit") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"a/b/c", "1"}, {"a-b", "2"}, {".gitignore", "*.log"}, {"empty", ""}});
  box.run("shop", "chmod +x a-b && ln -s a/b link && git add . && git commit -qm 2 && touch x.log");
  const auto commit = context_of(box / "shop");
  const auto tree = context_of(box / "shop", working_tree());
  CHECK(commit.digest == tree.digest);
  CHECK(archive_of(commit) == archive_of(tree));
  CHECK(commit.files == tree.files);
  CHECK(commit.bytes == tree.bytes);
  box.write("shop/a/b/c", "2");
  CHECK(context_of(box / "shop", working_tree()).digest != commit.digest);
}

TEST_CASE("staged and removed files count by what is on disk") {
  const Sandbox box;
  box.repository("shop",
                 {{"Dockerfile", "x"}, {"moved", "1"}, {"kept", "2"}, {".gitignore", "secret\n"}, {"secret", "s"}});
  box.run("shop",
          "git mv moved renamed && git rm -q --cached kept && git rm -q --cached secret && printf 3 > staged && "
          "git add staged && printf 4 > staged");
  const auto files = unpacked(archive_of(context_of(box / "shop", working_tree())));
  CHECK(files == std::map<std::string, std::string>{{".gitignore", "file secret\n"},
                                                    {"Dockerfile", "file x"},
                                                    {"kept", "file 2"},
                                                    {"renamed", "file 1"},
                                                    {"staged", "file 4"}});
}

TEST_CASE("a repository inside the working tree that git does not know about is sent with its files") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}});
  box.repository("shop/inner", {{"a", "1"}, {".gitignore", "junk"}});
  box.write("shop/inner/junk", "ignored");
  CHECK(files_in(context_of(box / "shop", working_tree())) ==
        std::vector<std::string>{"Dockerfile", "inner/.gitignore", "inner/a"});
}

TEST_CASE("a tracked file replaced by a pipe is left out and named") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"data", "1"}});
  box.run("shop", "rm data && mkfifo data");
  const auto context = context_of(box / "shop", working_tree());
  CHECK(files_in(context) == std::vector<std::string>{"Dockerfile"});
}
