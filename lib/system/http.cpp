#include "system/http.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "support/try.hpp"
#include "system/broken_pipe_guard.hpp"
#include "system/curl_options.hpp"
#include "system/exchange.hpp"
#include "system/http_head.hpp"

namespace divio::system {
namespace {

Failure in_words(const HttpTarget& target, const TransportFailure& what) {
  if (target.describe) return Failure(target.describe(what));
  return fail(ErrorCode::unreachable, fmt::format("nothing answers at {}: {}", target.authority, what.text));
}

// false when it was told to stop meanwhile.
bool rest(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, pause, [] { return false; });
  return !stop.stop_requested();
}

Failure cancelled() {
  return fail(ErrorCode::cancelled, "the request was cancelled");
}

}  // namespace

struct HttpClient::State {
  static constexpr std::size_t idle_limit = 32;
  HttpTarget target;
  std::mutex mutex = {};
  std::vector<Line> idle = {};  // the most recently used last

  Result<Way> way(const std::stop_token& stop) const {
    if (target.open_way) return target.open_way(stop);
    return Way{target.unix_socket, {}};
  }
  // Sends the request once. Where no answer came, `why` tells what went wrong, and the error does so in words.
  Result<HttpResponse> attempt(Exchange& exchange, std::optional<TransportFailure>& why);
  // A connection of its own, before anything is sent on it.
  Result<std::unique_ptr<RawConnection>> connect(const HttpRequest& request,
                                                 std::optional<TransportFailure>& why) const;

  Result<Line> take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Line line = std::move(idle.back());
        idle.pop_back();
        return line;
      }
    }
    return open_line();
  }
  void give_back(Line line) {
    const std::lock_guard lock(mutex);
    if (idle.size() < idle_limit) idle.push_back(std::move(line));
  }
};

HttpClient::HttpClient(HttpTarget target) : state_(new State{std::move(target)}) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::State::attempt(Exchange& exchange, std::optional<TransportFailure>& why) {
  DIVIO_TRY(leading, way(exchange.stop));
  DIVIO_TRY(line, take());
  const auto& curl = *line.easy.get_deleter().curl;
  CurlWords words{};
  exchange.handle = line.easy.get();
  exchange.response = {};
  DIVIO_TRY(headers, set_request(line.easy, target, exchange.request, leading.socket));
  set_callbacks(curl, exchange);
  curl.easy_setopt(exchange.handle, CURLOPT_ERRORBUFFER, words.data());
  CURLcode code = CURLE_OK;
  const bool finished = transfer(line, exchange.stop, code);
  curl.easy_setopt(exchange.handle, CURLOPT_ERRORBUFFER, nullptr);

  if (!finished && exchange.stop.stop_requested()) return cancelled();
  if (!exchange.outcome) return Failure(std::move(exchange.outcome).error());
  // A server that refuses a long body may answer and close before it has read it all: its answer is worth more than
  // that.
  const bool answered = code == CURLE_SEND_ERROR && exchange.response.status >= 400;
  if (code != CURLE_OK && !answered) {
    why = failure(target, line.easy, code, words);
    why->sent = exchange.sent > 0;
    why->connected = why->connected || why->sent;
    why->passed_on = exchange.passed_on;
    return in_words(target, *why);
  }
  if (code == CURLE_OK) give_back(std::move(line));
  exchange.response.repeated = exchange.sent > 1;
  return std::move(exchange.response);
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop) {
  const BrokenPipeGuard guard;
  Upload upload(request.writer);
  Exchange exchange{request, sink, stop, upload.pipe()};
  const auto* pause = pauses_before_repeats.begin();
  while (true) {
    std::optional<TransportFailure> why;
    auto answer = state_->attempt(exchange, why);
    if (!why || pause == pauses_before_repeats.end() || !is_worth_repeating(exchange.repeat(), *why)) return answer;
    if (!rest(*pause++, stop)) return cancelled();
  }
}

Result<std::unique_ptr<RawConnection>> HttpClient::State::connect(const HttpRequest& request,
                                                                  std::optional<TransportFailure>& why) const {
  DIVIO_TRY(leading, way({}));
  DIVIO_TRY(curl, curl_library());
  DIVIO_TRY(easy, make_handle(*curl));
  DIVIO_TRY(headers, set_request(easy, target, request, leading.socket));
  CurlWords words{};
  curl->easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, words.data());
  curl->easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  const auto code = curl->easy_perform(easy.get());
  curl->easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_OK) return std::make_unique<RawConnection>(std::move(easy), std::move(leading.intact));
  why = failure(target, easy, code, words);
  return in_words(target, *why);
}

Result<HttpClient::Upgraded> HttpClient::upgrade(const HttpRequest& request) {
  const BrokenPipeGuard guard;
  Upgraded upgraded;
  for (const auto* pause = pauses_before_repeats.begin();; ++pause) {
    std::optional<TransportFailure> why;
    auto connected = state_->connect(request, why);
    if (connected) {
      upgraded.connection = std::move(*connected);
      break;
    }
    if (!why || pause == pauses_before_repeats.end() || !is_worth_repeating(Repeat::if_unsent, *why))
      return Failure(std::move(connected).error());
    rest(*pause, {});
  }
  DIVIO_CHECK(upgraded.connection->send(upgrade_request_text(request, state_->target.authority)));
  DIVIO_ASSIGN(upgraded.response, receive_head(*upgraded.connection));
  if (upgraded.response.status == 101 || upgraded.response.status == 200) return upgraded;
  DIVIO_ASSIGN(upgraded.response.body, receive_body(*upgraded.connection, upgraded.response.headers));
  upgraded.connection.reset();
  return upgraded;
}

Result<std::string> HttpClient::socket(const std::stop_token& stop) {
  DIVIO_TRY(leading, state_->way(stop));
  return std::move(leading.socket);
}

}  // namespace divio::system
