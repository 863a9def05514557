#include "storage/s3_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include "storage/s3_answers.hpp"
#include "storage/s3_errors.hpp"
#include "support/percent.hpp"
#include "support/try.hpp"

namespace divio::storage {
namespace {

using namespace std::chrono_literals;

constexpr std::array pauses{100ms, 400ms, 1600ms, 3200ms};
constexpr std::chrono::seconds stall_timeout{60};

system::HttpTarget target_of(const S3Settings& settings, const S3Place& place) {
  system::HttpTarget target;
  target.authority = place.host;
  target.public_tls = place.tls;
  target.authorities = settings.authority;
  target.signature = {"aws:amz:" + settings.region + ":s3", settings.access_key, settings.secret_key};
  target.stall_timeout = stall_timeout;
  target.describe = [settings](const system::TransportFailure& failure) { return error_of(settings, failure); };
  return target;
}

Result<void> rest(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, pause, [] { return false; });
  if (stop.stop_requested()) return fail(ErrorCode::cancelled, "the transfer was cancelled");
  return {};
}

// What its writer said of an object. "aws-chunked" is about how it came.
bool is_kept(std::string_view header) {
  constexpr std::array<std::string_view, 6> kept{"cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"};
  return header.starts_with("x-amz-meta-") || std::ranges::find(kept, header) != kept.end();
}

}  // namespace

S3Client::S3Client(S3Settings settings, S3Place place)
    : settings_(std::move(settings)), place_(std::move(place)), http_(target_of(settings_, place_)) {}

Result<system::HttpResponse> S3Client::call(S3Call call, const std::stop_token& stop, const system::BodySink& sink) {
  system::HttpRequest request;
  request.method = call.method;
  request.path = s3_path(place_, call.key, call.query);
  request.headers = s3_headers(call.body);
  for (auto& header : call.headers) {
    if (header.starts_with("content-type:")) std::erase_if(request.headers, [](const auto& usual) { return usual.starts_with("Content-Type:"); });
    request.headers.push_back(std::move(header));
  }
  request.body = std::move(call.body);
  request.repeat = system::Repeat::if_unanswered;
  for (const auto* pause = pauses.begin();; ++pause) {
    DIVIO_TRY(answer, http_.send(request, sink, stop));
    if (answer.status / 100 == 2) return answer;
    if (pause == pauses.end() || !is_passing(answer)) return Failure(error_of(settings_, answer, call.key));
    DIVIO_CHECK(rest(*pause, stop));
  }
}

Result<ports::ObjectInfo> S3Client::head(const std::string& key, const std::stop_token& stop) {
  DIVIO_TRY(answer, call({.method = "HEAD", .key = key}, stop));
  ports::ObjectInfo info;
  info.key = key;
  const auto length = answer.headers["content-length"];
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), info.bytes);
  if (error != std::errc{}) return fail(ErrorCode::failed, "the S3 storage does not say how large " + key + " is");
  DIVIO_ASSIGN(info.modified_at, read_http_date(answer.headers["last-modified"]));
  info.tag = bare_tag(answer.headers["etag"]);
  for (const auto& [name, value] : answer.headers)
    if (is_kept(name) && value != "aws-chunked") info.headers.emplace(name, value);
  return info;
}

std::string S3Client::source_of(std::string_view key) const { return "/" + settings_.bucket + "/" + percent_encode(key, "/"); }

}  // namespace divio::storage
