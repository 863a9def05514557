#include "wire/release_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

model::Process full_process() {
  return {.name = *model::ProcessName::parse("web"),
          .command = {"gunicorn", "--bind", "0.0.0.0:8000", "\u00e9 \"quoted\"\n"},
          .port = 8000,
          .replicas = 3,
          .health = {"/healthz?x=1", std::chrono::milliseconds(1500), std::chrono::milliseconds(250),
                     std::chrono::seconds(90)},
          .resources = {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint32_t>::max()},
          .stop_grace = std::chrono::seconds(7),
          .drain_timeout = std::chrono::seconds(0)};
}

model::ReleaseConfig full_config() {
  model::Process worker{
      .name = *model::ProcessName::parse("worker"), .command = {}, .port = {}, .health = {}, .resources = {}};
  return {
      .processes = {full_process(), worker},
      .release_commands = {"python3 manage.py migrate", "true"},
      .volumes = {{"data", "/data"}},
      .hosts = {"shop.localhost", "shop.example.com"},
      .variables = {
          {"SITE_NAME", {Secret("Shop"), false}}, {"TOKEN", {Secret("s3cr3t"), true}}, {"EMPTY", {Secret(), true}}},
      .services = {"default", "media"}};
}

}  // namespace

TEST_CASE("what is written is read back the same") {
  CHECK(must(wire::read_release_config(must(wire::write_release_config(full_config())).reveal())) == full_config());
  CHECK(must(wire::read_release_config(must(wire::write_release_config({})).reveal())) == model::ReleaseConfig());
  CHECK(must(wire::read_process(must(wire::write_process(full_process())))) == full_process());
  const model::Revision revision{std::string(40, 'b'), "main", "Sell \"more\"\t\u2603", true};
  CHECK(must(wire::read_revision(wire::write_revision(revision))) == revision);
  CHECK(must(wire::read_revision(wire::write_revision({}))) == model::Revision());
}

TEST_CASE("unknown keys are ignored, and missing ones have the model's default") {
  const auto config = must(wire::read_release_config(
      R"({"version":1,"colour":"blue","processes":[{"name":"web","mood":[1]}],"variables":{"A":{"value":"1","later":2}}})"));
  const model::Process plain{
      .name = *model::ProcessName::parse("web"), .command = {}, .port = {}, .health = {}, .resources = {}};
  CHECK(config.processes == std::vector{plain});
  CHECK(config.hosts.empty());
  CHECK(config.variables.at("A").value.reveal() == "1");
  CHECK(config.variables.at("A").secret);  // what does not say that it may be shown may not
}

TEST_CASE("text of a newer version is refused") {
  const Error error = must_fail(wire::read_release_config(R"({"version":2})"));
  CHECK(error.message == "the release configuration was written by a newer divioctl (format 2)");
  CHECK(error.hint == "update divioctl");
}

TEST_CASE("a value that does not fit is named by its key and never shown") {
  struct Example {
    std::string text, message;
  };
  for (const auto& [text, message] : {
           Example{R"({"hosts":"plain-secret"})", "hosts is not a list of texts"},
           Example{R"({"hosts":["a",7]})", "hosts is not a list of texts"},
           Example{R"({"processes":{}})", "processes is not a list of objects"},
           Example{R"({"processes":[7]})", "processes[0] is not an object"},
           Example{R"({"processes":[{"name":"a"},{"name":"b","port":65536}]})",
                   "processes[1].port is not a whole number from 0 to 65535"},
           Example{R"({"processes":[{"name":"a","port":-1}]})",
                   "processes[0].port is not a whole number from 0 to 65535"},
           Example{R"({"processes":[{"name":"a","port":80.5}]})",
                   "processes[0].port is not a whole number from 0 to 65535"},
           Example{R"({"processes":[{"name":"a","memory_bytes":-1}]})",
                   "processes[0].memory_bytes is not a whole number from 0"},
           Example{R"({"processes":[{"name":"a","replicas":99999999999999999999}]})",
                   "processes[0].replicas is not a whole number from -2147483648 to 2147483647"},
           Example{R"({"processes":[{"name":"a","health":{"path":7}}]})", "processes[0].health.path is not a text"},
           Example{R"({"processes":[{"name":"a","stop_grace_s":9223372036854775807}]})",
                   "processes[0].stop_grace_s is not a whole number from 0 to 946708560"},
           Example{R"({"variables":{"TOKEN":"plain-secret"}})", "variables.TOKEN is not an object"},
           Example{R"({"variables":{"TOKEN":{"value":"plain-secret","secret":"yes"}}})",
                   "variables.TOKEN.secret is not true or false"},
       }) {
    INFO(text);
    const Error error = must_fail(wire::read_release_config(text));
    CHECK(error.code == ErrorCode::invalid);
    CHECK(error.message == message);
    CHECK_FALSE(contains(error.message + error.hint, "plain-secret"));
  }
  CHECK(must_fail(wire::read_process(R"({"name":"Not A Name"})")).code == ErrorCode::invalid);
  CHECK(must_fail(wire::read_process("{}")).code == ErrorCode::invalid);  // a process has to have a name
}

TEST_CASE("text that is not a JSON object is an error that shows nothing of it") {
  for (const std::string text :
       {"", "plain-secret", "[]", "null", "{\"variables\":{\"TOKEN\":\"plain-secret", "{} {}", "\xff\xfe"}) {
    INFO(text);
    const Error error = must_fail(wire::read_release_config(text));
    CHECK(error.code == ErrorCode::invalid);
    CHECK(error.message == "the release configuration is not a JSON object");
  }
  // Deeper than a stack is deep.
  CHECK_FALSE(wire::read_release_config(std::string(200'000, '[')).has_value());
  CHECK_FALSE(
      wire::read_release_config(R"({"a":)" + std::string(200'000, '[') + std::string(200'000, ']')).has_value());
}

TEST_CASE("bytes that are not UTF-8 are an error that names them, and are replaced in a commit's subject") {
  model::ReleaseConfig config = full_config();
  config.variables["BINARY"] = {Secret("plain-secret\xff"), true};
  const Error error = must_fail(wire::write_release_config(config));
  CHECK(error.code == ErrorCode::invalid);
  CHECK(error.message == "the variable BINARY holds bytes that are not UTF-8");
  CHECK_FALSE(contains(error.hint, "plain-secret"));

  model::Process process = full_process();
  process.command = {"\xff"};
  CHECK(must_fail(wire::write_process(process)).message == "the process web holds bytes that are not UTF-8");

  CHECK(must(wire::read_revision(wire::write_revision({.commit = {}, .branch = {}, .subject = "caf\xe9"}))).subject ==
        "caf\uFFFD");
}
