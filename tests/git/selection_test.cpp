// Which commit is meant.
#include <doctest/doctest.h>

#include "git/sandbox.hpp"
#include "sources/git/libgit2.hpp"
#include "sources/source.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

Result<model::Revision> resolve(const std::filesystem::path& folder, const ports::SourceSelection& selection) {
  return open(folder)->resolve(selection);
}

std::string commit(const std::filesystem::path& folder, const ports::SourceSelection& selection) {
  const auto revision = resolve(folder, selection);
  REQUIRE_MESSAGE(revision.has_value(), revision.error().message);
  return revision->commit;
}

Error error(const std::filesystem::path& folder, const ports::SourceSelection& selection) {
  const auto revision = resolve(folder, selection);
  REQUIRE(!revision.has_value());
  return revision.error();
}

// main: one, two. develop: one, three. Tags: v1 (annotated) on one, light on two.
void make_shop_with_branches(const Sandbox& box) {
  box.repository("shop", {{"Dockerfile", "1"}});
  box.run("shop",
          "git tag -a -m release v1 && git checkout -q -b develop && printf 3 > Dockerfile && git commit -qam three && "
          "git checkout -q main && printf 2 > Dockerfile && git commit -qam 'two\n\nbody' && git tag light");
}

}  // namespace

TEST_CASE("commits, shortened commits, tags, branches and relative names are found") {
  const Sandbox box;
  make_shop_with_branches(box);
  const auto one = box.run("shop", "git rev-parse main~1");
  const auto two = box.run("shop", "git rev-parse main");
  const auto three = box.run("shop", "git rev-parse develop");
  const auto shop = box / "shop";
  CHECK(commit(shop, {}) == two);
  CHECK(commit(shop, branch("develop")) == three);
  CHECK(commit(shop, reference(one)) == one);
  CHECK(commit(shop, reference(three.substr(0, 8))) == three);
  CHECK(commit(shop, reference("v1")) == one);
  CHECK(commit(shop, reference("light")) == two);
  CHECK(commit(shop, reference("develop")) == three);
  CHECK(commit(shop, reference("HEAD~1")) == one);
  CHECK(resolve(shop, {})->subject == "two");
  CHECK(resolve(shop, {})->branch == "main");
  CHECK(resolve(shop, reference("develop"))->branch == "develop");
  CHECK(resolve(shop, reference("v1"))->branch.empty());
  CHECK(resolve(shop, working_tree())->commit == two);
  CHECK(resolve(shop, working_tree())->working_tree);
}

TEST_CASE("a reference goes before the environment's branch") {
  const Sandbox box;
  make_shop_with_branches(box);
  auto selection = branch("develop");
  selection.reference = "v1";
  CHECK(commit(box / "shop", selection) == box.run("shop", "git rev-parse main~1"));
}

TEST_CASE("a branch that only the remote has is found, as in a clone made by CI") {
  const Sandbox box;
  make_shop_with_branches(box);
  const auto three = box.run("shop", "git rev-parse develop");
  box.run("", "git clone -q shop clone && cd clone && git checkout -q --detach");
  CHECK(commit(box / "clone", branch("develop")) == three);
  CHECK(commit(box / "clone", branch("origin/develop")) == three);
  CHECK(commit(box / "clone", reference("develop")) == three);
  CHECK(commit(box / "clone", reference("origin/develop")) == three);
  CHECK(resolve(box / "clone", reference("origin/develop"))->branch == "develop");
  CHECK(resolve(box / "clone", branch("develop"))->branch == "develop");
}

TEST_CASE("a branch that several remotes have is origin's, else nobody's") {
  const Sandbox box;
  make_shop_with_branches(box);
  box.run("", "git clone -q -o one shop clone && cd clone && git remote add two ../shop && git fetch -q two");
  CHECK(error(box / "clone", branch("develop")).code == ErrorCode::not_found);
  box.run("clone", "git remote add origin ../shop && git fetch -q origin");
  CHECK(commit(box / "clone", branch("develop")) == box.run("shop", "git rev-parse develop"));
}

TEST_CASE("an unknown branch is named together with the one that is probably meant") {
  const Sandbox box;
  make_shop_with_branches(box);
  const auto failed = error(box / "shop", branch("develpo"));
  CHECK(failed.code == ErrorCode::not_found);
  CHECK(failed.message == "there is no branch 'develpo' in shop");
  CHECK(failed.hint == "did you mean 'develop'?");
  CHECK(error(box / "shop", branch("quite-other")).hint.find("git fetch") != std::string::npos);
  CHECK(error(box / "shop", reference("mai")).hint == "did you mean 'main'?");
  CHECK(error(box / "shop", reference("no such..name")).code == ErrorCode::not_found);
  CHECK(error(box / "shop", branch("bad name^")).code == ErrorCode::not_found);
  CHECK(error(box / "shop", reference("HEAD:Dockerfile")).code == ErrorCode::invalid);
}

TEST_CASE("a beginning that several commits share is refused") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "1"}});
  // Among 17 commits two begin with the same digit, but git wants four; so make many.
  box.run("shop",
          "tree=$(git rev-parse HEAD^{tree}); for n in $(seq 700); do echo $n | git commit-tree $tree; done > ../ids; "
          "cut -c1-4 ../ids | sort | uniq -d | head -1 > ../shared");
  const auto shared = box.run("", "cat shared");
  REQUIRE(shared.size() == 4);
  const auto failed = error(box / "shop", reference(shared));
  CHECK(failed.code == ErrorCode::invalid);
  CHECK(failed.hint == "give more digits");
}

TEST_CASE("a detached HEAD is deployed as the commit it is") {
  const Sandbox box;
  make_shop_with_branches(box);
  box.run("shop", "git checkout -q v1");
  CHECK(commit(box / "shop", {}) == box.run("shop", "git rev-parse HEAD"));
  CHECK(resolve(box / "shop", {})->branch.empty());
  box.write("shop/new", "x");
  CHECK(error(box / "shop", {}).code == ErrorCode::refused);
}

TEST_CASE("a repository without a commit says so and points to --worktree") {
  const Sandbox box;
  box.write("shop/Dockerfile", "x");
  box.run("shop", "git init -q -b main .");
  for (const auto& selection : {ports::SourceSelection{}, branch("main")}) {
    const auto failed = error(box / "shop", selection);
    CHECK(failed.code == ErrorCode::not_found);
    CHECK(failed.message == "the git repository of shop has no commit yet");
    CHECK(failed.hint.find("--worktree") != std::string::npos);
  }
  CHECK(error(box / "shop", branch("other")).message == "there is no branch 'other' in shop");
  const auto context = context_of(box / "shop", working_tree());
  CHECK(context.revision.commit.empty());
  CHECK(context.revision.branch == "main");
  CHECK(files_in(context) == std::vector<std::string>{"Dockerfile"});
}

TEST_CASE("uncommitted work is refused only when the branch checked out is meant") {
  const Sandbox box;
  make_shop_with_branches(box);
  const auto shop = box / "shop";
  box.write("shop/.gitignore", "*.log\n");
  box.run("shop", "git add . && git commit -qm ignore");
  box.write("shop/debug.log", "ignored");
  CHECK(resolve(shop, {}).has_value());

  box.write("shop/new", "untracked");
  auto failed = error(shop, {});
  CHECK(failed.code == ErrorCode::refused);
  CHECK(failed.message == "shop has changes that are not committed: new");
  CHECK(failed.hint == "commit them, or deploy them as they are with --worktree");
  CHECK(error(shop, branch("main")).code == ErrorCode::refused);
  CHECK(!open(shop)->context({}).has_value());
  CHECK(resolve(shop, branch("develop")).has_value());
  CHECK(resolve(shop, reference("main")).has_value());
  CHECK(resolve(shop, working_tree()).has_value());

  box.run("shop", "rm new && printf changed > Dockerfile");
  CHECK(error(shop, {}).message == "shop has changes that are not committed: Dockerfile");
  box.run("shop", "git add Dockerfile");
  CHECK(error(shop, {}).message == "shop has changes that are not committed: Dockerfile");
  box.run("shop", "git reset -q --hard && git rm -q Dockerfile");
  CHECK(error(shop, {}).message == "shop has changes that are not committed: Dockerfile");
  box.run("shop", "git reset -q --hard && for n in 1 2 3 4 5 6 7; do touch f$n; done");
  CHECK(error(shop, {}).message == "shop has changes that are not committed: f1, f2, f3, f4, f5 and 2 more");
}

TEST_CASE("uncommitted work elsewhere in the repository does not concern the project") {
  const Sandbox box;
  box.repository("mono", {{"shop/Dockerfile", "x"}, {"shop2/Dockerfile", "x"}});
  box.write("mono/shop2/new", "x");
  box.write("mono/top", "x");
  CHECK(resolve(box / "mono/shop", {}).has_value());
  box.write("mono/shop/src/new", "x");
  CHECK(error(box / "mono/shop", {}).message == "shop has changes that are not committed: src/");
}

TEST_CASE("a reference together with the working tree is a contradiction") {
  const Sandbox box;
  make_shop_with_branches(box);
  auto selection = working_tree();
  selection.reference = "main";
  CHECK(error(box / "shop", selection).code == ErrorCode::invalid);
}

TEST_CASE("branches are listed once each, those of remotes without the remote's name") {
  const Sandbox box;
  make_shop_with_branches(box);
  box.run("", "git clone -q shop clone && cd clone && git branch feature/x");
  CHECK(*open(box / "clone")->branches() == std::vector<std::string>{"develop", "feature/x", "main"});
}

TEST_CASE("a message that is not UTF-8 is made fit for JSON") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}});
  // `git commit` would convert it; older commits and other tools did not.
  box.run("shop",
          "git cat-file commit HEAD | sed 's/first/caf\\xe9/' > ../commit && "
          "git update-ref refs/heads/main $(git hash-object -t commit -w ../commit)");
  CHECK(resolve(box / "shop", {})->subject == "caf\xEF\xBF\xBD");
}

TEST_CASE("a repository of another user is read: libgit2 runs nothing that its settings name") {
  REQUIRE(sources::load_libgit2().has_value());
  int validates = -1;
  sources::git().libgit2_opts(GIT_OPT_GET_OWNER_VALIDATION, &validates);
  CHECK(validates == 0);
}

TEST_CASE("a folder that is not there, or is a file, is not found") {
  const Sandbox box;
  box.write("file", "x");
  for (const auto* path : {"none", "file"}) {
    const auto source = sources::open_source(box / path);
    REQUIRE(!source.has_value());
    CHECK(source.error().code == ErrorCode::not_found);
    CHECK(source.error().message == "there is no folder " + (box / path).string());
  }
}

TEST_CASE("a damaged repository is an error, not a plain folder") {
  const Sandbox box;
  box.repository("shop", {{"Dockerfile", "x"}});
  box.write("shop/.git/config", "[core\nbroken");
  const auto source = sources::open_source(box / "shop");
  REQUIRE(!source.has_value());
  CHECK(source.error().code == ErrorCode::failed);
}
