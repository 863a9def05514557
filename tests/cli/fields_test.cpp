// One description of a field serves the command line and JSON.
#include <doctest/doctest.h>

#include <set>

#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "wire/duration.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

using namespace divio;
using namespace std::chrono_literals;

TEST_CASE("a request comes back from its JSON") {
  const DeployRequest deploy{{"v1", false}, BuildMode::adopt};
  CHECK(wire::from_json<DeployRequest>(wire::to_json(deploy))->mode == BuildMode::adopt);
  CHECK(wire::from_json<DeployRequest>(wire::to_json(deploy))->code.reference == "v1");
  CHECK(wire::from_json<ScaleRequest>(R"({"replicas":{"web":3}})")->replicas == std::map<std::string, int>{{"web", 3}});
  CHECK(wire::from_json<ScaleRequest>(R"({"replicas":{"web":-1}})")->replicas.at("web") == -1);
  CHECK(wire::from_json<RollbackRequest>("{}")->release == std::nullopt);
  CHECK(wire::from_json<RollbackRequest>(R"({"release":7})")->release == 7);
  CHECK(wire::from_json<LogsRequest>(R"({"tail":-1})")->tail == -1);
  CHECK(wire::from_json<ExecRequest>(R"({"command":["ls","-l"]})")->command == std::vector<std::string>{"ls", "-l"});
  CHECK(wire::from_json<Target>(R"({"environment":"live"})")->environment == "live");
}

TEST_CASE("a secret goes into a request by JSON and never comes out") {
  const auto request = wire::from_json<VariableSetRequest>(R"({"name":"KEY","value":"open sesame","secret":true})");
  REQUIRE(request);
  CHECK(request->value.reveal() == "open sesame");
  CHECK(wire::to_json(*request) == R"({"name":"KEY","value":"********","secret":true})");
}

TEST_CASE("wrong JSON is refused with the member's name and without its value") {
  struct Wrong {
    std::string text;
    std::string message;
  };
  const auto check = [](const auto& read, const Wrong& wrong) {
    CAPTURE(wrong.text);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::invalid);
    CHECK(read.error().message == wrong.message);
  };
  for (const Wrong& wrong : {Wrong{"[]", "the request is not a JSON object"}, Wrong{"{", "the request is not a JSON object"},
                             Wrong{R"({"reff":"x"})", "unknown member 'reff'"},
                             Wrong{R"({"ref":4})", "'ref' must be a text"},
                             Wrong{R"({"worktree":"yes"})", "'worktree' must be true or false"},
                             Wrong{R"({"build_mode":"no"})", "'build_mode' must be one of auto, adopt, force"}})
    check(wire::from_json<DeployRequest>(wrong.text), wrong);
  for (const Wrong& wrong :
       {Wrong{R"({"replicas":[1]})", "'replicas' must be an object of whole numbers"},
        Wrong{R"({"replicas":{"web":-2}})", "'replicas' must be a whole number from -1 to 1000"},
        Wrong{R"({"replicas":{"web":18446744073709551615}})", "'replicas' must be a whole number from -1 to 1000"},
        Wrong{R"({"replicas":{"web":1.5}})", "'replicas' must be a whole number from -1 to 1000"}})
    check(wire::from_json<ScaleRequest>(wrong.text), wrong);
  check(wire::from_json<VariableSetRequest>(R"({"value":["open sesame"]})"), {"", "'value' must be a text"});
  check(wire::from_json<ExecRequest>(R"({"command":"ls"})"), {"", "'command' must be a list of texts"});
  check(wire::from_json<InitRequest>(R"({"port":0})"), {"", "'port' must be a whole number from 1 to 65535"});
}

TEST_CASE("every command says what it is, and its fields can be told apart") {
  for (const auto& command : cli::commands()) {
    CAPTURE(command.name);
    CHECK(static_cast<bool>(command.carry_out));
    CHECK_FALSE(command.summary.empty());
    CHECK_FALSE(command.summary.ends_with('.'));
    if (!command.hidden) CHECK_FALSE(command.description.empty());
    if (!command.hidden) CHECK_FALSE(command.examples.empty());
    std::set<std::string_view> names;
    std::set<char> letters;
    auto tables = command.fields;
    for (const auto& table : cli::common_fields()) tables.push_back(table);
    for (const auto& table : tables)
      for (const auto& field : table) {
        CAPTURE(field.name);
        CHECK(names.insert(field.name).second);
        if (field.letter != 0) CHECK(letters.insert(field.letter).second);
        CHECK_FALSE(field.help.empty());
        CHECK_FALSE(field.help.ends_with('.'));
        CHECK((field.access.kind == wire::Kind::flag || field.access.kind == wire::Kind::secret) == field.value.empty());
      }
  }
}

TEST_CASE("lengths of time are read and written as people write them") {
  CHECK(wire::parse_duration("90") == 90s);
  CHECK(wire::parse_duration("500ms") == 500ms);
  CHECK(wire::parse_duration("5m") == 5min);
  CHECK(wire::parse_duration("1h30m") == 90min);
  CHECK(wire::parse_duration("1d") == 24h);
  CHECK(wire::parse_duration("0") == 0s);
  CHECK(wire::to_text(90min) == "1h30m");
  CHECK(wire::to_text(0ms) == "0s");
  CHECK(wire::to_text(1500ms) == "1s500ms");
  for (const auto* wrong : {"", "s", "-1s", "5 m", "1.5h", "10x", "1h30", "99999999999999999999s", "9223372036854775807d", "4000d"})
    CHECK_FALSE(wire::parse_duration(wrong));
}
