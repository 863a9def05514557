#include "config/divio_config.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::config;

namespace {
Result<DivioConfig> parse_config(std::string_view text) {
  return parse_divio_config(text, ".divio/config.json");
}
}  // namespace

TEST_CASE("Divio's own configuration gives the project its name and identity") {
  const auto config =
      parse_config("{\n\t\"application_uuid\": \"5a7c\",\n\t\"slug\": \"my-shop\",\n\t\"other\": {\"x\": [1]}\n}\n").value();
  CHECK(config.application_uuid == "5a7c");
  CHECK(config.project == model::ProjectName::parse("my-shop").value());
}

TEST_CASE("what Divio's configuration lacks stays open") {
  CHECK(parse_config("{}").value() == DivioConfig{});
  CHECK(parse_config("{\"slug\": null, \"application_uuid\": null}").value() == DivioConfig{});
  CHECK(parse_config("{\"slug\": \"Old_Name\"}").value().project->str() == "old-name");
}

TEST_CASE("a broken Divio configuration is refused with its place") {
  const auto unclosed = parse_config("{\"slug\": \"x\"").error();
  CHECK(unclosed.code == ErrorCode::invalid);
  CHECK(unclosed.where == ".divio/config.json:1:1");
  CHECK(parse_config("[1]").error().message == "the file must be a JSON object");
  CHECK(parse_config("").error().message == "the file must be a JSON object");
  CHECK(parse_config("{\"slug\": [1]}").error().message == "slug must be a text, not a list");
}
