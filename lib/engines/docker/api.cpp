#include "engines/docker/api.hpp"

#include <fmt/format.h>

#include <charconv>

#include "engines/docker/errors.hpp"
#include "engines/docker/repeats.hpp"
#include "model/full_disk.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

// API versions are "1.N". 1.41 is Docker 20.10 (Debian 12) and what Podman 4 offers; what is used here has not changed
// up to 1.47. Docker 29 refuses what is older than 1.44.
constexpr int oldest_minor = 41;
constexpr int newest_minor = 47;

bool succeeded(int status) {
  return status / 100 == 2 || status == 304;
}

Error in_words(Error error, const Call& call) {
  if (error.code == ErrorCode::cancelled) error.message = fmt::format("cancelled: {}", call.doing);
  return error;
}

}  // namespace

Result<std::string> agree_on_version(const std::string& offered, const std::string& address) {
  const auto parts = split(offered, '.');
  int minor = 0;
  if (parts.size() == 2 && parts[0] == "1") std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), minor);
  if (minor >= oldest_minor) return fmt::format("1.{}", std::min(minor, newest_minor));
  return fail(
      ErrorCode::failed,
      fmt::format("the engine at {} speaks version '{}' of the Docker API, which divioctl does not", address, offered),
      fmt::format("use Docker 20.10 or newer (API 1.{})", oldest_minor));
}

Result<system::HttpResponse> Api::ping() {
  system::HttpRequest request;
  request.path = "/_ping";
  request.timeout = std::chrono::seconds(30);
  request.repeat = system::Repeat::if_unanswered;
  DIVIO_TRY(answer, http_.send(request));
  if (answer.status == 200) return answer;
  auto error =
      engine_error(answer.status, sentence_of(answer.body), fmt::format("talk to the engine at {}", endpoint_.address));
  error.code = ErrorCode::unreachable;
  return Failure(std::move(error));
}

Result<Greeting> Api::greeting() {
  const std::lock_guard lock(mutex_);
  if (greeting_) return *greeting_;
  DIVIO_TRY(answer, ping());
  DIVIO_TRY(version, agree_on_version(answer.headers["api-version"], endpoint_.address));
  greeting_ = Greeting{version, answer.headers.contains("libpod-api-version")};
  return *greeting_;
}

Result<void> Api::reach() {
  DIVIO_TRY(answer, ping());
  return {};
}

Error Api::named(Error error) const {
  const auto whose = endpoint_.region.empty() ? "the engine at " + endpoint_.address : "region " + endpoint_.region;
  return model::with_disk_of(std::move(error), whose);
}

Result<std::chrono::microseconds> Api::round_trip() {
  const auto before = std::chrono::steady_clock::now();
  DIVIO_TRY(answer, ping());
  return std::chrono::ceil<std::chrono::microseconds>(std::chrono::steady_clock::now() - before);
}

Result<Endpoint> Api::endpoint_for_programs(const std::stop_token& stop) {
  DIVIO_TRY(socket, http_.socket(stop));
  if (!socket.empty()) return Endpoint{"unix://" + socket, ""};
  return Endpoint{"tcp://" + authority_, endpoint_.certificates};  // with its port: others take other ones for granted
}

Result<system::HttpRequest> Api::request_of(const Call& call) {
  DIVIO_TRY(greeted, greeting());
  system::HttpRequest request;
  request.method = call.method;
  request.path = fmt::format("/v{}{}{}", greeted.api_version, call.path, query_text(call.query));
  if (!call.body.empty() || call.writer) request.headers.push_back("Content-Type: " + call.content_type);
  if (!call.registry_login.empty()) request.headers.push_back("X-Registry-Auth: " + call.registry_login.reveal());
  request.body = call.body;
  request.writer = call.writer;
  request.timeout = call.timeout;
  request.repeat = repeat_of(call);
  return request;
}

Result<std::string> Api::filters_for(const model::Labels& labels) {
  DIVIO_TRY(greeted, greeting());
  return label_filters(greeted.podman && !labels.empty() ? model::Labels{*labels.begin()} : labels);
}

Result<system::HttpResponse> Api::exchange(const Call& call, const system::BodySink& sink,
                                           const std::stop_token& stop) {
  DIVIO_TRY(request, request_of(call));
  auto answer = http_.send(request, sink, stop);
  if (!answer) return Failure(in_words(std::move(answer).error(), call));
  return answer;
}

Result<std::string> Api::call(const Call& call, const std::stop_token& stop) {
  DIVIO_TRY(answer, exchange(call, {}, stop));
  if (succeeded(answer.status)) return std::move(answer.body);
  return Failure(named(engine_error(answer.status, sentence_of(answer.body), call.doing)));
}

Result<void> Api::call_to_remove(const Call& call) {
  DIVIO_TRY(answer, exchange(call));
  if (succeeded(answer.status) || answer.status == 404) return {};
  return Failure(named(engine_error(answer.status, sentence_of(answer.body), call.doing)));
}

Result<void> Api::stream(const Call& call, const system::BodySink& sink, const std::stop_token& stop) {
  DIVIO_TRY(answer, exchange(call, sink, stop));
  if (succeeded(answer.status)) return {};
  return Failure(named(engine_error(answer.status, sentence_of(answer.body), call.doing)));
}

Result<std::unique_ptr<system::RawConnection>> Api::take_over(const Call& call) {
  DIVIO_TRY(request, request_of(call));
  DIVIO_TRY(upgraded, http_.upgrade(request));
  if (upgraded.connection) return std::move(upgraded.connection);
  return Failure(named(engine_error(upgraded.response.status, sentence_of(upgraded.response.body), call.doing)));
}

}  // namespace divio::engines
