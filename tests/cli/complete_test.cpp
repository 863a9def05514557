// What can stand at the end of a command line.
#include "cli/complete.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "cli/branches.hpp"
#include "program.hpp"

using namespace divio;
using namespace divio::cli;

namespace {

using Words = std::vector<std::string>;

std::vector<std::string> names(wire::Completes kind, const Target& target) {
  switch (kind) {
    case wire::Completes::projects: return {"blog", "shop"};
    case wire::Completes::environments: return {"live", "test"};
    case wire::Completes::instances:
    case wire::Completes::processes: return target.environment == "live" ? Words{"web", "worker"} : Words{"web"};
    case wire::Completes::releases: return {"4", "3"};
    case wire::Completes::operations: return {"01op"};
    case wire::Completes::variables: return {"SITE_NAME"};
    case wire::Completes::branches: return {"main"};
    case wire::Completes::services: return {"default"};
    case wire::Completes::contents: return {"default", "volume-notes"};
    default: return {};
  }
}

Words values(const Words& words) {
  Words found;
  for (const auto& candidate : complete(words, names).list) found.push_back(candidate.value);
  return found;
}

bool has(const Words& values, const std::string& value) { return std::ranges::find(values, value) != values.end(); }

}  // namespace

TEST_CASE("commands are completed by their words, hidden ones are not") {
  CHECK(values({"de"}) == Words{"deploy", "destroy"});
  CHECK(values({"vari"}) == Words{"variable"});
  CHECK(values({"variable", ""}) == Words{"set", "get", "list", "unset"});
  CHECK(values({"operation", "re"}) == Words{"resume"});
  CHECK(values({"service", "mo"}) == Words{"move"});
  CHECK(values({"service", "up"}) == Words{"upgrade"});
  CHECK_FALSE(has(values({""}), "__complete"));
  CHECK(values({"-e", "live", "stat"}) == Words{"status"});
  CHECK(values({"nosuch", ""}).empty());
}

TEST_CASE("words that a value is one of are offered") {
  CHECK(values({"service", "move", "default", "--to", ""}) == Words{"shared", "dedicated", "s3"});
  CHECK(values({"service", "add", "reports", "--scope", "d"}) == Words{"dedicated"});
}

TEST_CASE("flags are completed, common ones too, and not a second time") {
  CHECK(values({"deploy", "--b"}) == Words{"--build-mode", "--builder"});
  CHECK(has(values({"deploy", "-"}), "--dry-run"));
  CHECK_FALSE(has(values({"status", "-"}), "--dry-run"));
  CHECK(values({"status", "--ch"}) == Words{"--check"});
  CHECK_FALSE(has(values({"deploy", "--worktree", "-"}), "--worktree"));
  CHECK(has(values({"--"}), "--env"));
}

TEST_CASE("values of flags are completed, behind a space and behind an equals sign") {
  CHECK(values({"deploy", "--build-mode", "a"}) == Words{"auto", "adopt"});
  CHECK(values({"deploy", "--build-mode=f"}) == Words{"--build-mode=force"});
  CHECK(values({"status", "-e", ""}) == Words{"live", "test"});
  CHECK(values({"status", "--project", "s"}) == Words{"shop"});
  CHECK(values({"deploy", "--ref", ""}) == Words{"main"});
  CHECK(values({"data", "pull", "--service", ""}) == Words{"default"});
  CHECK(values({"backup", "restore", "--service", ""}) == Words{"default", "volume-notes"});
  CHECK(values({"status", "-o", ""}) == Words{"text", "json"});
  CHECK(complete({"-C", ""}, names).native == Candidates::Native::directories);
}

TEST_CASE("arguments are completed by what they name, in the environment that was said") {
  CHECK(values({"scale", ""}) == Words{"web="});
  CHECK(values({"scale", "-e", "live", ""}) == Words{"web=", "worker="});
  CHECK(values({"scale", "--env=live", "web=2", "wo"}) == Words{"worker="});
  CHECK(values({"scale", "-e", "live", "worker=d"}) == Words{"worker=default"});
  CHECK(values({"scale", "-e", "live", "worker=2"}).empty());
  CHECK(values({"-elive", "logs", ""}) == Words{"web", "worker"});
  CHECK(values({"rollback", ""}) == Words{"4", "3"});
  CHECK(values({"rollback", "4", ""}).empty());
  CHECK(values({"operation", "resume", ""}) == Words{"01op"});
  CHECK(values({"project", "show", ""}) == Words{"blog", "shop"});
  CHECK(values({"variable", "unset", ""}) == Words{"SITE_NAME"});
  CHECK(values({"completion", ""}) == Words{"bash", "zsh", "fish"});
  CHECK(values({"help", "dep"}) == Words{"deploy"});
  CHECK(values({"help", "variable", ""}) == Words{"set", "get", "list", "unset"});
}

TEST_CASE("behind -- the shell completes the command to carry out") {
  CHECK(values({"exec", ""}) == Words{"web", "--"});
  CHECK(complete({"exec", "web", "--", ""}, names).native == Candidates::Native::files);
  CHECK(values({"exec", "web", "--", "--b"}).empty());
}

TEST_CASE("candidates are lines of value and description") {
  CHECK(candidates_text({.list = {{"a", "b"}, {"c", ""}}}) == "a\tb\nc\n");
  CHECK(candidates_text({.list = {}, .native = Candidates::Native::files}) == ":files\n");
}

TEST_CASE("branches and tags are read from the repository's files") {
  const test::Folder folder;
  const auto git = folder.path() / ".git";
  std::filesystem::create_directories(git / "refs/heads/feature");
  std::filesystem::create_directories(git / "refs/tags");
  std::filesystem::create_directories(folder.path() / "deep/er");
  std::ofstream(git / "refs/heads/main") << "0\n";
  std::ofstream(git / "refs/heads/feature/new") << "0\n";
  std::ofstream(git / "refs/tags/v1") << "0\n";
  std::ofstream(git / "packed-refs") << "# pack-refs\n0123 refs/heads/old\n0123 refs/tags/v0\n0123 refs/remotes/origin/x\n";
  CHECK(branch_names((folder.path() / "deep/er").string()) == Words{"feature/new", "main", "old", "v0", "v1"});
  CHECK(branch_names("/nowhere/at/all").empty());
}
