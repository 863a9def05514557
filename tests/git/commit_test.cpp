// A commit becomes a build context without being checked out.
#include <doctest/doctest.h>

#include <algorithm>

#include "git/sandbox.hpp"

using namespace divio;
using namespace divio::tests;

using Files = std::map<std::string, std::string>;

TEST_CASE("a commit's context holds its files, modes and links, and nothing that is not committed") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "FROM scratch\n"}, {"run.sh", "#!/bin/sh\n"}, {"app/views.py", "x = 1\n"}});
  box.run("shop",
          "chmod +x run.sh && ln -s app/views.py link && ln -s /nowhere broken && git add -A && git commit -qm two");
  box.write("shop/app/views.py", "changed");
  box.write("shop/new", "untracked");
  const auto context = context_of(box / "shop", reference("main"));
  CHECK(unpacked(archive_of(context)) == Files{{"Dockerfile", "file FROM scratch\n"},
                                               {"run.sh", "executable #!/bin/sh\n"},
                                               {"app", "folder"},
                                               {"app/views.py", "file x = 1\n"},
                                               {"link", "link app/views.py"},
                                               {"broken", "link /nowhere"}});
  CHECK(context.files == 5);
  CHECK(context.bytes == 13 + 10 + 6);
  CHECK(context.warnings.empty());
  CHECK(context.revision.commit == box.run("shop", "git rev-parse HEAD"));
  CHECK(context.revision.branch == "main");
  CHECK(context.revision.subject == "two");
  CHECK(!context.revision.working_tree);
}

TEST_CASE("the same commit gives the same bytes, from any clone and any number of times") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"a-b", "1"}, {"a/c", "2"}, {"a.d", "3"}, {"Z", "4"}});
  box.run("", "git clone -q shop copy");
  const auto context = context_of(box / "shop");
  const auto archive = archive_of(context);
  CHECK(archive == archive_of(context));
  const auto other = context_of(box / "copy");
  CHECK(archive == archive_of(other));
  CHECK(context.digest == other.digest);
  CHECK(context.digest.size() == 64);
}

TEST_CASE("every member of the archive has owner 0, time 0 and its place in the order of paths") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"b/c", "1"}, {"b-c", "2"}, {"a", "3"}});
  box.write("archive.tar", archive_of(context_of(box / "shop")));
  CHECK(box.run("", "TZ=UTC tar -tvf archive.tar --numeric-owner --full-time | tr -s ' '") ==
        "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 Dockerfile\n"
        "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 a\n"
        "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 b/\n"
        "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 b-c\n"
        "-rw-r--r-- 0/0 1 1970-01-01 00:00:00 b/c");
}

TEST_CASE("a context outlives the source it came from") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}});
  auto source = open(box / "shop");
  const auto context = source->context({});
  REQUIRE(context.has_value());
  source.reset();
  CHECK(unpacked(archive_of(*context)) == Files{{"Dockerfile", "file x"}});
}

TEST_CASE("the digest changes with contents, modes, names and the Dockerfile, and with nothing else") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"Other", "x"}, {"a", "1"}, {".dockerignore", "*.log\n"}});
  const auto digest = [&](const std::string& dockerfile = "Dockerfile") {
    ports::SourceSelection selection = working_tree();
    selection.dockerfile = dockerfile;
    return context_of(box / "shop", selection).digest;
  };
  const auto before = digest();
  CHECK(digest("Other") != before);
  box.write("shop/debug.log", "left out");
  CHECK(digest() == before);
  box.run("shop", "touch -d '2001-01-01' a && chmod 600 a");
  CHECK(digest() == before);
  box.run("shop", "chmod 755 a");
  CHECK(digest() != before);
  box.run("shop", "chmod 644 a && printf 2 > a");
  CHECK(digest() != before);
  box.run("shop", "printf 1 > a && mv a b");
  CHECK(digest() != before);
  box.run("shop", "mv b a");
  CHECK(digest() == before);
}

TEST_CASE("a project in a folder of a larger repository is sent without the rest") {
  const Sandbox box;
  box.repository("mono", {{"apps/shop/Dockerfile", "x"},
                          {"apps/shop/src/a", "1"},
                          {"apps/shop2/Dockerfile", "no"},
                          {".dockerignore", "**"},
                          {"top", "no"}});
  CHECK(files_in(context_of(box / "mono/apps/shop")) == std::vector<std::string>{"Dockerfile", "src/a"});
  CHECK(files_in(context_of(box / "mono/apps/shop", working_tree())) ==
        std::vector<std::string>{"Dockerfile", "src/a"});
  CHECK(context_of(box / "mono/apps/shop").digest == context_of(box / "mono/apps/shop", working_tree()).digest);
  box.write("mono/apps/late/Dockerfile", "x");
  for (const auto& selection : {branch("main"), reference("main")}) {
    const auto absent = open(box / "mono/apps/late")->context(selection);
    REQUIRE(!absent.has_value());
    CHECK(absent.error().code == ErrorCode::not_found);
    CHECK(absent.error().message == "there is no folder apps/late in branch main of the git repository");
    CHECK(absent.error().hint.find("--worktree") != std::string::npos);
  }
  CHECK(files_in(context_of(box / "mono/apps/late", working_tree())) == std::vector<std::string>{"Dockerfile"});
}

TEST_CASE("a missing Dockerfile is named with where it was looked for, and a similar one suggested") {
  const Sandbox box;
  box.repository("shop", {{"dockerfile", "x"}, {"prod/Dockerfile.prod", "x"}});
  const auto error = [&](std::string dockerfile, ports::SourceSelection selection = {}) {
    selection.dockerfile = std::move(dockerfile);
    const auto context = open(box / "shop")->context(selection);
    REQUIRE(!context.has_value());
    return context.error();
  };
  CHECK(error("Dockerfile").code == ErrorCode::not_found);
  CHECK(error("Dockerfile").message == "there is no Dockerfile in branch main of shop");
  CHECK(error("Dockerfile").hint.find("did you mean dockerfile?") == 0);
  CHECK(error("prod/Dockerfile").hint.find("did you mean prod/Dockerfile.prod?") == 0);
  CHECK(error("elsewhere/Web").hint.find("divioctl init") != std::string::npos);
  CHECK(error("Dockerfile", working_tree()).message == "there is no Dockerfile in the working tree of shop");
  CHECK(error("Dockerfile", reference("HEAD")).message == "there is no Dockerfile in branch main of shop");
  const auto commit = box.run("shop", "git rev-parse HEAD");
  CHECK(error("Dockerfile", reference(commit)).message ==
        "there is no Dockerfile in commit " + commit.substr(0, 7) + " of shop");
  CHECK(error("../Dockerfile").code == ErrorCode::invalid);
  CHECK(error("/etc/passwd").code == ErrorCode::invalid);
}

TEST_CASE("the Dockerfile and .dockerignore are sent whatever is left out, and folders that lost their files stay") {
  const Sandbox box;
  box.repository("shop", {{"docker/Dockerfile", "x"},
                          {"docker/other", "1"},
                          {"logs/today", "2"},
                          {"kept", "3"},
                          {".dockerignore", "docker\nlogs/*\n.dockerignore\n"}});
  ports::SourceSelection selection;
  selection.dockerfile = "./docker//Dockerfile";
  CHECK(unpacked(archive_of(context_of(box / "shop", selection))) ==
        Files{{".dockerignore", "file docker\nlogs/*\n.dockerignore\n"},
              {"docker", "folder"},
              {"docker/Dockerfile", "file x"},
              {"kept", "file 3"},
              {"logs", "folder"}});
}

TEST_CASE("a folder that only holds a folder left out is in every kind of context") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"web/node_modules/a/b", "1"}, {".dockerignore", "**/node_modules"}});
  const auto commit = context_of(box / "shop");
  CHECK(unpacked(archive_of(commit)).contains("web"));
  CHECK(context_of(box / "shop", working_tree()).digest == commit.digest);
  box.run("shop", "rm -rf .git");
  CHECK(context_of(box / "shop").digest == commit.digest);
}

TEST_CASE("the ignore file of the Dockerfile's own goes before the general one") {
  const Sandbox box;
  box.repository("shop", {{"web.Dockerfile", "x"},
                          {"web.Dockerfile.dockerignore", "a"},
                          {"Dockerfile", "x"},
                          {".dockerignore", "b"},
                          {"a", "1"},
                          {"b", "2"}});
  ports::SourceSelection selection;
  selection.dockerfile = "web.Dockerfile";
  auto files = files_in(context_of(box / "shop", selection));
  CHECK(std::ranges::count(files, "a") == 0);
  CHECK(std::ranges::count(files, "b") == 1);
  files = files_in(context_of(box / "shop"));
  CHECK(std::ranges::count(files, "a") == 1);
  CHECK(std::ranges::count(files, "b") == 0);
}

TEST_CASE("a malformed .dockerignore is an invalid file with its line") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {".dockerignore", "ok\n[oops\n"}});
  const auto context = open(box / "shop")->context({});
  REQUIRE(!context.has_value());
  CHECK(context.error().code == ErrorCode::invalid);
  CHECK(context.error().where == ".dockerignore:2");
}

TEST_CASE("one file can be read at the selected state, through links inside the repository") {
  const Sandbox box;
  box.repository("mono", {{"shop/Dockerfile", "x"}, {"shop/divio.yaml", "old"}, {"shared.yaml", "shared"}});
  box.run(
      "mono/shop",
      "ln -s ../shared.yaml linked.yaml && ln -s loop loop && ln -s ../../out out && git add . && git commit -qm 2");
  box.write("mono/shop/divio.yaml", "new");
  const auto read = [&](const ports::SourceSelection& selection, const std::string& path) {
    const auto text = open(box / "mono/shop")->file(selection, path);
    REQUIRE_MESSAGE(text.has_value(), text.error().message);
    return text->value_or("(none)");
  };
  CHECK(read({}, "divio.yaml") == "old");
  CHECK(read(working_tree(), "divio.yaml") == "new");
  CHECK(read({}, "linked.yaml") == "shared");
  CHECK(read(working_tree(), "linked.yaml") == "shared");
  CHECK(read({}, "loop") == "(none)");
  CHECK(read({}, "out") == "(none)");
  CHECK(read({}, "none.yaml") == "(none)");
  CHECK(read(working_tree(), "none.yaml") == "(none)");
  const auto outside = open(box / "mono/shop")->file({}, "../shared.yaml");
  REQUIRE(!outside.has_value());
  CHECK(outside.error().code == ErrorCode::invalid);
}

TEST_CASE("bare repositories, shallow clones and linked worktrees are codebases too") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"a", "1"}});
  box.run("shop", "printf 2 > a && git commit -qam two && git branch side HEAD~1");
  const std::vector<std::string> files{"Dockerfile", "a"};
  const auto digest = context_of(box / "shop").digest;

  box.run("", "git clone -q --bare shop shop.git");
  CHECK(context_of(box / "shop.git").digest == digest);
  CHECK(context_of(box / "shop.git", branch("side")).digest != digest);
  const auto bare = open(box / "shop.git")->context(working_tree());
  REQUIRE(!bare.has_value());
  CHECK(bare.error().message == "shop.git is a bare git repository: it has no working tree");

  box.run("", "git clone -q --depth 1 file://$PWD/shop shallow");
  CHECK(context_of(box / "shallow").digest == digest);

  box.run("shop", "git worktree add -q ../linked side");
  CHECK(context_of(box / "linked").revision.branch == "side");
  CHECK(context_of(box / "linked").digest == context_of(box / "shop", branch("side")).digest);
}

TEST_CASE("an object that is missing is an error that names the file") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"lost", "a content of its own"}});
  const auto context = context_of(box / "shop");
  box.run("shop", "id=$(git rev-parse HEAD:lost); rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)");
  const auto again = open(box / "shop")->context(reference("main"));
  REQUIRE(!again.has_value());
  CHECK(again.error().message.find("git cannot read lost") == 0);
  const auto written = context.write([](std::string_view) { return Result<void>{}; });
  REQUIRE(!written.has_value());
  CHECK(written.error().code == ErrorCode::failed);
}

TEST_CASE("what the receiver of an archive says ends the writing") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}, {"big", std::string(3'000'000, 'b')}});
  int calls = 0;
  const auto written = context_of(box / "shop").write([&](std::string_view bytes) -> Result<void> {
    CHECK(bytes.size() <= 1'000'000);
    if (++calls == 2) return fail(ErrorCode::unreachable, "the engine went away");
    return {};
  });
  REQUIRE(!written.has_value());
  CHECK(written.error().message == "the engine went away");
  CHECK(calls == 2);
}

TEST_CASE("long names, names in any script and names that are no text at all arrive as they are") {
  const Sandbox box;
  const std::string deep = std::string(120, 'd') + "/" + std::string(150, 'e') + "/" + std::string(40, 'f');
  box.repository("shop", {{"Dockerfile", "x"},
                          {deep, "deep"},
                          {"caf\xC3\xA9/\xE6\x97\xA5", "utf-8"},
                          {"latin\xE9", "latin-1"},
                          {"with space\nand newline", "odd"}});
  box.run("shop", "ln -s " + deep + " link && git add -A && git commit -qm 2");
  const auto context = context_of(box / "shop");
  const auto files = unpacked(archive_of(context));
  CHECK(files.at(deep) == "file deep");
  CHECK(files.at("caf\xC3\xA9/\xE6\x97\xA5") == "file utf-8");
  CHECK(files.at("latin\xE9") == "file latin-1");
  CHECK(files.at("with space\nand newline") == "file odd");
  CHECK(files.at("link") == "link " + deep);
  CHECK(context.digest == context_of(box / "shop", working_tree()).digest);
}
