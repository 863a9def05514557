#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/builds.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/json.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

Result<Query> build_query(const ports::BuildSpec& spec, std::string_view doing) {
  DIVIO_TRY(labels, dump(spec.labels, doing));
  DIVIO_TRY(arguments, dump(spec.settings.arguments, doing));
  Query query{{"t", spec.name},   {"dockerfile", spec.settings.dockerfile},
              {"labels", labels}, {"buildargs", arguments},
              {"rm", "1"},        {"forcerm", "1"}};  // intermediate containers go, also after a failure
  if (!spec.settings.target.empty()) query.emplace_back("target", spec.settings.target);
  return query;
}

}  // namespace

Result<std::string> build_with_engine(Api& api, const ports::BuildSpec& spec, const LineSink& line,
                                      const std::stop_token& stop) {
  Call call{"POST", "/build", fmt::format("build image '{}'", spec.name)};
  DIVIO_ASSIGN(call.query, build_query(spec, call.doing));
  call.writer = spec.context;
  call.content_type = "application/x-tar";
  call.timeout = std::chrono::seconds(0);
  BuildLog log(line);
  DIVIO_CHECK(api.stream(
      call,
      [&](std::string_view bytes) -> Result<void> {
        log.feed(bytes);
        return {};
      },
      stop));
  log.finish();
  if (!log.error().empty()) {
    auto error = api.named(engine_error(0, log.error(), call.doing));
    if (error.hint.empty()) error.hint = log.last_lines().hint();
    return Failure(std::move(error));
  }
  if (!log.image_id().empty()) return log.image_id();
  return fail(ErrorCode::failed, fmt::format("cannot {}: the engine ended the build without an image", call.doing),
              log.last_lines().hint());
}

}  // namespace divio::engines
