#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/container_json.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/frames.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "engines/docker/session.hpp"
#include "model/time.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

// RFC 3339 as the seconds since 1970 that the engine wants, with milliseconds.
Result<std::string> engine_time(const std::string& rfc3339) {
  DIVIO_TRY(time, model::parse_rfc3339(rfc3339));
  const auto milliseconds = time.time_since_epoch().count();
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

class DockerStreams final : public ports::Streams {
 public:
  explicit DockerStreams(Api& api) : api_(api) {}

  Result<void> logs(const std::string& container, const ports::LogOptions& options, const ports::ChunkSink& sink,
                    std::stop_token stop) override {
    auto call = on(container, "GET", "/logs", "read the log of");
    call.timeout = std::chrono::seconds(0);
    call.query = {{"stdout", "1"},
                  {"stderr", "1"},
                  {"follow", options.follow ? "1" : "0"},
                  {"timestamps", options.timestamps ? "1" : "0"},
                  {"tail", options.tail < 0 ? "all" : std::to_string(options.tail)}};
    if (!options.since.empty()) {
      DIVIO_TRY(since, engine_time(options.since));
      call.query.emplace_back("since", since);
    }
    DIVIO_TRY(terminal, has_terminal(container));
    FrameReader frames(!terminal);
    auto read = api_.stream(
        call,
        [&](std::string_view bytes) -> Result<void> {
          frames.feed(bytes, sink);
          return {};
        },
        stop);
    // Stopping is how following a log is meant to end.
    if (!read && options.follow && read.error().code == ErrorCode::cancelled) return {};
    return read;
  }

  Result<std::unique_ptr<ports::Session>> exec(const std::string& container, const ports::ExecSpec& spec) override {
    auto create = on(container, "POST", "/exec", "run a command in");
    DIVIO_ASSIGN(create.body, dump(render_exec(spec), create.doing));
    DIVIO_TRY(body, api_.call(create));
    DIVIO_TRY(answer, parse_answer(body, create.doing));
    const auto id = text(answer, "Id");
    Call start{"POST", fmt::format("/exec/{}/start", in_path(id)), create.doing};
    start.body = nlohmann::json{{"Detach", false}, {"Tty", spec.terminal}}.dump();
    DIVIO_TRY(connection, api_.take_over(start));
    return make_session(api_, {SessionOf::Kind::command, id, spec.terminal}, std::move(connection));
  }

  Result<std::unique_ptr<ports::Session>> attach_and_start(const std::string& container, bool terminal) override {
    auto attach = on(container, "POST", "/attach", "attach to");
    attach.query = {{"stream", "1"}, {"stdin", "1"}, {"stdout", "1"}, {"stderr", "1"}};
    DIVIO_TRY(connection, api_.take_over(attach));
    auto start = on(container, "POST", "/start", "start");
    start.timeout = std::chrono::seconds(300);
    DIVIO_TRY(ignored, api_.call(start));
    return make_session(api_, {SessionOf::Kind::container, container, terminal}, std::move(connection));
  }

  Result<void> put_archive(const std::string& container, const std::string& folder, std::string_view tar) override {
    auto call = on(container, "PUT", "/archive", fmt::format("write files below {} of", folder));
    call.query = {{"path", folder}};
    call.body = tar;
    call.content_type = "application/x-tar";
    call.timeout = std::chrono::seconds(0);
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Result<std::string> get_archive(const std::string& container, const std::string& path) override {
    auto call = on(container, "GET", "/archive", fmt::format("read {} of", path));
    call.query = {{"path", path}};
    call.timeout = std::chrono::seconds(0);
    return api_.call(call);
  }

 private:
  static Call on(const std::string& id, const char* method, const char* what, const std::string& verb) {
    return {method, fmt::format("/containers/{}{}", in_path(id), what), fmt::format("{} container '{}'", verb, id)};
  }

  // Engines before API 1.42 do not say in the log's answer whether it is framed.
  Result<bool> has_terminal(const std::string& container) {
    const auto call = on(container, "GET", "/json", "look at");
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return truth(at(answer, {"Config"}), "Tty");
  }

  Api& api_;
};

}  // namespace

std::unique_ptr<ports::Streams> make_streams(Api& api) {
  return std::make_unique<DockerStreams>(api);
}

}  // namespace divio::engines
