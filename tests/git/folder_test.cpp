// A codebase that is in no git repository.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/sandbox.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// A folder with others in it too deep to be opened through a path: reading it fails, for root as well.
void make_unreadable_folder(const std::filesystem::path& path) {
  std::filesystem::create_directory(path);
  const std::string name(200, 'd');
  int folder = ::open(path.c_str(), O_DIRECTORY);
  for (int depth = 0; depth < 30; ++depth) {
    REQUIRE(::mkdirat(folder, name.c_str(), 0700) == 0);
    const int next = ::openat(folder, name.c_str(), O_DIRECTORY);
    REQUIRE(next >= 0);
    ::close(folder);
    folder = next;
  }
  ::close(folder);
}

}  // namespace

TEST_CASE("a plain folder is its working tree, without a commit and without .git") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.write("shop/src/a", "1");
  box.write("shop/src/.git/config", "not sent");
  box.write("shop/.gitignore", "src");
  box.run("shop", "mkdir empty && chmod +x src/a && ln -s src/a link");
  const auto context = context_of(box / "shop");
  CHECK(context.revision == model::Revision{"", "", "", true});
  CHECK(unpacked(archive_of(context)) == std::map<std::string, std::string>{{".gitignore", "file src"},
                                                                            {"Dockerfile", "file x"},
                                                                            {"link", "link src/a"},
                                                                            {"src", "folder"},
                                                                            {"src/a", "executable 1"}});
  CHECK(open(box / "shop")->branches()->empty());
  CHECK(**open(box / "shop")->file({}, "src/a") == "1");
  CHECK(!open(box / "shop")->file({}, "none")->has_value());
}

TEST_CASE("a plain folder has the digest it keeps when it becomes a repository") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.write("shop/a/b", "1");
  const auto before = context_of(box / "shop");
  const auto archive = archive_of(before);
  box.run("shop", "git init -q -b main . && git add . && git commit -qm one");
  CHECK(context_of(box / "shop").digest == before.digest);
  CHECK(archive_of(context_of(box / "shop")) == archive);
}

TEST_CASE("a reference makes no sense in a plain folder, a branch is the environment's and does no harm") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  const auto named = open(box / "shop")->resolve(reference("main"));
  REQUIRE(!named.has_value());
  CHECK(named.error().code == ErrorCode::invalid);
  CHECK(named.error().message == "'main' cannot be looked up: shop is not in a git repository");
  CHECK(open(box / "shop")->resolve(branch("main")).has_value());
}

TEST_CASE("sockets and pipes are left out and named, unless .dockerignore leaves them out anyway") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  REQUIRE(mkfifo((box / "shop/pipe").c_str(), 0600) == 0);
  REQUIRE(mkfifo((box / "shop/ignored").c_str(), 0600) == 0);
  box.write("shop/.dockerignore", "ignored");
  const auto context = context_of(box / "shop");
  CHECK(files_in(context) == std::vector<std::string>{".dockerignore", "Dockerfile"});
  CHECK(context.warnings ==
        std::vector<std::string>{"these are neither files, folders nor links and are left out: pipe"});
}

TEST_CASE("a folder that is left out is not even read") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.write("shop/.dockerignore", "node_modules\nDockerfile\n");
  make_unreadable_folder(box / "shop/node_modules");
  CHECK(files_in(context_of(box / "shop")) == std::vector<std::string>{".dockerignore", "Dockerfile"});
  box.write("shop/.dockerignore", "");
  CHECK(!open(box / "shop")->context({}).has_value());
}

TEST_CASE("a file that changes between counting and writing is an error that names it") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.write("shop/data", "12345");
  for (const auto* change : {"printf 123 > data", "printf 1234567 > data", "printf 54321 > data", "rm data",
                             "rm data; ln -s Dockerfile data", "rm data; mkfifo data"}) {
    box.run("shop", "rm -rf data && printf 12345 > data");
    const auto context = context_of(box / "shop");
    box.run("shop", std::string("sleep 0.02; ") + change);
    const auto written = context.write([](std::string_view) { return Result<void>{}; });
    REQUIRE_MESSAGE(!written.has_value(), change);
    CHECK_MESSAGE(written.error().message == (box / "shop/data").string() + " changed while it was read", change);
  }
}

TEST_CASE("a file that grows while it is being written is an error") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.write("shop/data", std::string(2'000'000, 'd'));
  bool grown = false;
  const auto written = context_of(box / "shop").write([&](std::string_view) {
    if (!grown) box.run("shop", "printf more >> data");
    grown = true;
    return Result<void>{};
  });
  REQUIRE(!written.has_value());
  CHECK(written.error().message.find("changed while it was read") != std::string::npos);
}
