// What command lines mean, and what is said about those that mean nothing.
#include "cli/parse.hpp"

#include <doctest/doctest.h>

#include "cli/common_options.hpp"
#include "wire/request_json.hpp"

using namespace divio;
using namespace divio::cli;

namespace {

using Words = std::vector<std::string>;

Result<Invocation> parsed(const Words& words, const std::map<std::string, std::string>& variables = {}) {
  return parse(words, [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

template <class Request>
std::string request_of(const Words& words) {
  const auto invocation = parsed(words);
  if (!invocation) return "error: " + invocation.error().message;
  return wire::to_json(invocation->read<Request>());
}

Target target_of(const Words& words, const std::map<std::string, std::string>& variables = {}) {
  const auto invocation = parsed(words, variables);
  REQUIRE(invocation);
  return invocation->read<Target>();
}

struct Wrong {
  Words words;
  std::string message;
  std::string hint;
};

}  // namespace

TEST_CASE("flags and words become the request") {
  CHECK(request_of<DeployRequest>({"deploy"}) == R"({"ref":"","worktree":false,"build_mode":"auto","builder":""})");
  CHECK(request_of<DeployRequest>({"deploy", "--ref", "v1", "--build-mode=force"}) ==
        R"({"ref":"v1","worktree":false,"build_mode":"force","builder":""})");
  CHECK(request_of<BuildRequest>({"build", "--worktree"}) == R"({"ref":"","worktree":true,"build_mode":"auto","builder":""})");
  CHECK(request_of<ScaleRequest>({"scale", "web=default", "worker=0"}) == R"({"replicas":{"web":-1,"worker":0}})");
  CHECK(request_of<ScaleRequest>({"scale", "web=3", "worker=0"}) == R"({"replicas":{"web":3,"worker":0}})");
  CHECK(request_of<RollbackRequest>({"rollback"}) == "{}");
  CHECK(request_of<RollbackRequest>({"rollback", "12"}) == R"({"release":12})");
  CHECK(request_of<DestroyRequest>({"destroy", "--keep-volumes", "--without", "eu"}) == R"({"whole_project":false,"keep_volumes":true,"without":"eu"})");
  CHECK(request_of<LogsRequest>({"logs", "web", "-ft", "--tail", "all", "--since", "10m"}) ==
        R"({"process":"web","follow":true,"tail":-1,"since":"10m","timestamps":true,"ingress":false})");
  CHECK(request_of<RunRequest>({"run", "--release", "3", "--", "env", "-i"}) == R"({"release":3,"command":["env","-i"]})");
  CHECK(request_of<InitRequest>({"init", "--port", "8000", "--health-path", "/up"}) ==
        R"({"name":"","port":8000,"health_path":"/up","overwrite":false})");
}

TEST_CASE("everything behind -- is the command to carry out") {
  CHECK(request_of<ExecRequest>({"exec", "--", "ls"}) == R"({"instance":"","user":"","command":["ls"]})");
  CHECK(request_of<ExecRequest>({"exec", "web", "--", "sh", "-c", "a -- b"}) ==
        R"({"instance":"web","user":"","command":["sh","-c","a -- b"]})");
  CHECK(request_of<ExecRequest>({"exec", "-e", "live", "web", "--", "deploy", "--help", "-e"}) ==
        R"({"instance":"web","user":"","command":["deploy","--help","-e"]})");
}

TEST_CASE("a process may have the name of a command") {
  CHECK(request_of<ExecRequest>({"exec", "build", "--", "ls"}) == R"({"instance":"build","user":"","command":["ls"]})");
  CHECK(parsed({"logs", "status"})->command->name == "logs");
  CHECK(parsed({"-e", "deploy", "status"})->command->name == "status");
}

TEST_CASE("common options stand before and after the command") {
  for (const auto& words : {Words{"-C", "/srv", "-e", "live", "--project", "shop", "status"},
                            Words{"status", "-C", "/srv", "-elive", "--project=shop"},
                            Words{"--env=live", "status", "--directory", "/srv", "--project", "shop"}}) {
    const auto target = target_of(words);
    CHECK(target.directory == "/srv");
    CHECK(target.environment == "live");
    CHECK(target.project == "shop");
  }
  const auto options = parsed({"-o", "json", "deploy", "-nyq", "--no-color", "--timeout", "5m", "--lock-wait", "90"})->read<CommonOptions>();
  CHECK(options.output == OutputFormat::json);
  CHECK(options.dry_run);
  CHECK(options.yes);
  CHECK(options.quiet);
  CHECK(options.no_color);
  CHECK(options.timeout == std::chrono::minutes(5));
  CHECK(options.lock_wait == std::chrono::seconds(90));
}

TEST_CASE("the environment is test, or what DIVIOCTL_ENV says, or what the command line says") {
  CHECK(target_of({"status"}).environment == "test");
  CHECK(target_of({"status"}, {{"DIVIOCTL_ENV", "live"}}).environment == "live");
  CHECK(target_of({"status", "-e", "qa"}, {{"DIVIOCTL_ENV", "live"}}).environment == "qa");
}

TEST_CASE("the last one counts of an option given twice") {
  CHECK(target_of({"-e", "live", "status", "-e", "qa"}).environment == "qa");
}

TEST_CASE("two-word commands are found, also by their group alone") {
  CHECK(parsed({"variable", "set", "A=1"})->command->name == "variable set");
  CHECK(parsed({"operation", "-e", "live", "list", "--limit", "3"})->command->name == "operation list");
  const auto help = parsed({"variable", "--help"});
  CHECK(help->command == nullptr);
  CHECK(help->group == "variable");
}

TEST_CASE("help needs nothing else") {
  CHECK(parsed({"scale", "--help"})->command->name == "scale");
  CHECK(parsed({"exec", "-h"})->read<CommonOptions>().help);
  CHECK(parsed({})->command == nullptr);
  CHECK(parsed({"-e", "live"})->command == nullptr);
}

TEST_CASE("wrong command lines are refused with our own words, and with the nearest known name") {
  const std::vector<Wrong> table{
      {{"deplyo"}, "there is no command 'deplyo'", "did you mean 'divioctl deploy'?"},
      {{"xyzzy"}, "there is no command 'xyzzy'", "'divioctl help' lists the commands"},
      {{"deplyo", "-e", "live", "--foo"}, "there is no command 'deplyo'", "did you mean 'divioctl deploy'?"},
      {{"variable"}, "'divioctl variable' needs one of set, get, list, unset", "see 'divioctl help variable'"},
      {{"variable", "unst", "A"}, "'unst' is none of set, get, list, unset", "did you mean 'divioctl variable unset'?"},
      {{"deploy", "--reff", "x"}, "'divioctl deploy' has no flag --reff", "did you mean --ref?"},
      {{"--outptu"}, "there is no flag --outptu", "did you mean --output?"},
      {{"status", "--ref", "x"}, "'divioctl status' has no flag --ref", ""},
      {{"--outptu", "json", "status"}, "'divioctl status' has no flag --outptu", "did you mean --output?"},
      {{"--ref", "x", "deploy"}, "--ref comes behind the command that it is of", "write: divioctl deploy --ref"},
      {{"status", "-z"}, "'divioctl status' has no flag -z", ""},
      {{"status", "web"}, "'web' is one word too many for 'divioctl status'", "see 'divioctl help status'"},
      {{"run", "python3", "manage.py"}, "'python3' is one word too many for 'divioctl run'",
       "write -- before the command: divioctl run -- python3"},
      {{"run"}, "'divioctl run' needs a command", "write it behind --, for example: divioctl run -- ls"},
      {{"scale"}, "'divioctl scale' needs PROCESS=COUNT", "see 'divioctl help scale'"},
      {{"scale", "web"}, "PROCESS=COUNT: 'web' is not of the form NAME=NUMBER", "write for example web=3"},
      {{"scale", "web=-1"}, "PROCESS=COUNT: -1 is less than 0", ""},
      {{"scale", "web=many"}, "PROCESS=COUNT: 'many' is not a whole number, nor 'default'", ""},
      {{"scale", "web=99999999999"}, "PROCESS=COUNT: '99999999999' is not a whole number, nor 'default'", ""},
      {{"scale", "web=1", "web=2"}, "PROCESS=COUNT: 'web' is given twice", ""},
      {{"rollback", "0"}, "RELEASE: 0 is less than 1", ""},
      {{"rollback", "v3"}, "RELEASE: 'v3' is not a whole number", ""},
      {{"init", "--port", "70000"}, "--port: 70000 is more than 65535", ""},
      {{"deploy", "--build-mode", "fource"}, "--build-mode: 'fource' is none of auto, adopt, force", "did you mean 'force'?"},
      {{"status", "--output", "yaml"}, "--output: 'yaml' is none of text, json", ""},
      {{"deploy", "--timeout", "soon"}, "--timeout: 'soon' is not a length of time", ""},
      {{"reconcile", "--watch", "--interval", "10ms"}, "--interval: 10ms is less than 1s", ""},
      {{"status", "--dry-run"}, "'divioctl status' has no --dry-run", ""},
      {{"status", "-e"}, "--env needs a value", ""},
      {{"--env=", "status"}, "--env needs a value", ""},
      {{"status", "--quiet=perhaps"}, "", ""},
  };
  for (const auto& wrong : table) {
    CAPTURE(wrong.words);
    const auto invocation = parsed(wrong.words);
    REQUIRE_FALSE(invocation);
    CHECK(invocation.error().code == ErrorCode::invalid);
    if (!wrong.message.empty()) CHECK(invocation.error().message == wrong.message);
    if (!wrong.hint.empty()) CHECK(invocation.error().hint == wrong.hint);
  }
}

TEST_CASE("words behind -- are plain words where a command takes no command") {
  const auto invocation = parsed({"variable", "set", "--", "-A=1"});
  REQUIRE(invocation);
  CHECK(std::get<Words>(invocation->given.at("variables")) == Words{"-A=1"});
}

TEST_CASE("JSON is asked for before the words are understood, but not by the command to carry out") {
  CHECK(wants_json({"deplyo", "-o", "json"}));
  CHECK(wants_json({"--output=json", "x"}));
  CHECK_FALSE(wants_json({"exec", "--", "x", "-o", "json"}));
  CHECK_FALSE(wants_json({"status", "-o", "text"}));
}
