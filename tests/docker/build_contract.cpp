#include "docker/engine_contract.hpp"
#include "fakes/tar.hpp"

namespace divio::contract {

void check_build(Ground& ground, ports::Images& images) {
  auto spec = build_of(
      ground, "built",
      std::string("FROM ") + image + " AS first\nARG COLOUR\nCOPY hello.txt /hello.txt\n" +
          "RUN echo colour-is-$COLOUR && cat /hello.txt\nEXPOSE 8000 53/udp\nFROM first AS second\nRUN exit 9\n");
  spec.settings.target = "first";
  spec.labels["divio.kind"] = "built";
  spec.settings.arguments["COLOUR"] = "deep red";
  std::string log;
  const auto id = images.build(spec, [&](std::string_view line) { log.append(line).append("\n"); }, {});
  REQUIRE_OK(id);
  CHECK(id->starts_with("sha256:"));
  CHECK(log.find("colour-is-deep red") != std::string::npos);
  CHECK(log.find("hello to " + ground.name("all")) != std::string::npos);

  const auto seen = images.inspect(spec.name);
  REQUIRE_OK(seen);
  CHECK(seen->id == *id);
  CHECK(seen->names == std::vector<std::string>{spec.name});
  CHECK(seen->labels == spec.labels);
  CHECK(seen->exposed_ports == std::vector<int>{8000});
  CHECK_FALSE(seen->architecture.empty());
  const auto listed = images.list(spec.labels);
  REQUIRE_OK(listed);
  REQUIRE(listed->size() == 1);
  CHECK(listed->front().id == *id);
  CHECK(images.remove(spec.name));
}

void check_failing_build(Ground& ground, ports::Images& images) {
  const auto spec =
      build_of(ground, "failing", std::string("FROM ") + image + "\nRUN echo before-it-fails && exit 7\n");
  std::string log;
  const auto built = images.build(spec, [&](std::string_view line) { log.append(line).append("\n"); }, {});
  CHECK_CODE(ErrorCode::failed, built);
  CHECK(built.error().message.find(spec.name) != std::string::npos);
  CHECK(built.error().message.find("7") != std::string::npos);
  CHECK(built.error().hint.find("before-it-fails") != std::string::npos);
  CHECK(log.find("before-it-fails") != std::string::npos);
  CHECK_CODE(ErrorCode::not_found, images.inspect(spec.name));
}

void check_cancelled_build(Ground& ground, ports::Images& images) {
  const auto spec = build_of(ground, "endless", std::string("FROM ") + image + "\nRUN echo it-sleeps && sleep 300\n");
  std::stop_source source;
  const auto built = images.build(
      spec,
      [&](std::string_view line) {
        // The log repeats the command, so the line that says it is only that.
        if (line.ends_with("it-sleeps")) source.request_stop();
      },
      source.get_token());
  CHECK_CODE(ErrorCode::cancelled, built);
  CHECK_CODE(ErrorCode::not_found, images.inspect(spec.name));
}

void check_broken_context(Ground& ground, ports::Images& images) {
  auto spec = build_of(ground, "broken", "");
  // A whole file has been sent when the rest turns out to be missing: it must not be taken for the whole context.
  const auto whole = fakes::write_tar({{"Dockerfile", std::string("FROM ") + image + "\nENV BROKEN=1\n"}});
  spec.context = [&](const ports::ByteSink& sink) -> Result<void> {
    if (auto sent = sink(std::string_view(whole).substr(0, 1024)); !sent) return sent;
    return fail(ErrorCode::invalid, "the codebase cannot be read");
  };
  const auto built = images.build(spec, [](std::string_view) {}, {});
  CHECK_CODE(ErrorCode::invalid, built);
  CHECK(built.error().message == "the codebase cannot be read");
  CHECK_CODE(ErrorCode::not_found, images.inspect(spec.name));
}

}  // namespace divio::contract
