#include "system/http.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <thread>

#include "support/try.hpp"
#include "system/broken_pipe_guard.hpp"
#include "system/byte_pipe.hpp"
#include "system/curl_options.hpp"
#include "system/http_head.hpp"

namespace divio::system {
namespace {

using CurlWords = std::array<char, CURL_ERROR_SIZE>;  // libcurl's account of what went wrong

// One connection at a time: an easy handle, and the multi handle that keeps its connection and can be woken up.
struct Line {
  CurlHandle easy;
  CurlMulti multi;
};

Result<Line> open_line() {
  DIVIO_TRY(curl, curl_library());
  DIVIO_TRY(easy, make_handle(*curl));
  CurlMulti multi(curl->multi_init(), CloseMulti{curl});
  if (!multi) return fail(ErrorCode::failed, "libcurl gave no handle", "the machine may be out of memory");
  return Line{std::move(easy), std::move(multi)};
}

// One request while it is carried out: what libcurl's callbacks work on.
struct Exchange {
  CURL* handle;
  const BodySink& sink;
  std::stop_token stop;
  BytePipe* upload = nullptr;
  HttpResponse response = {};
  Result<void> outcome = {};  // the sink's or the writer's own error

  void read_status(const CurlLibrary& curl) {
    long status = 0;
    curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
  }
};

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) exchange.response.status = status_of(line);
  add_header(exchange.response.headers, line);
  return count;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  if (!exchange.sink || exchange.response.status / 100 != 2) {
    exchange.response.body.append(bytes, count);
    return count;
  }
  exchange.outcome = exchange.sink({bytes, count});
  return exchange.outcome ? count : CURL_WRITEFUNC_ERROR;
}

std::size_t give_body(char* place, std::size_t, std::size_t size, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  auto count = exchange.upload->read(place, size, exchange.stop);
  if (count) return *count;
  exchange.outcome = Failure(std::move(count).error());
  return CURL_READFUNC_ABORT;
}

// Carries out the transfer that is set up in `line`; false when it was stopped.
bool transfer(const Line& line, const std::stop_token& stop, CURLcode& code) {
  const auto& curl = *line.easy.get_deleter().curl;
  const std::stop_callback waker(stop, [&] { curl.multi_wakeup(line.multi.get()); });
  curl.multi_add_handle(line.multi.get(), line.easy.get());
  int running = 1;
  while (running != 0 && !stop.stop_requested()) {
    if (curl.multi_perform(line.multi.get(), &running) != CURLM_OK) break;
    if (running != 0) curl.multi_poll(line.multi.get(), nullptr, 0, 60'000, nullptr);
  }
  int left = 0;
  code = CURLE_FAILED_INIT;
  if (const CURLMsg* message = curl.multi_info_read(line.multi.get(), &left)) code = message->data.result;
  curl.multi_remove_handle(line.multi.get(), line.easy.get());
  return running == 0;
}

Error failure(const HttpTarget& target, const CurlHandle& handle, CURLcode code, const CurlWords& words) {
  const auto& curl = *handle.get_deleter().curl;
  TransportFailure what;
  what.text = words[0] != '\0' ? words.data() : curl.easy_strerror(code);
  // A server that does not accept the client's certificate says so only when it is read from.
  what.certificates = !target.tls.authority.empty() && (what.text.find("SSL") != std::string::npos ||
                                                        what.text.find("certificate") != std::string::npos);
  what.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  curl_off_t ready_after = 0;  // microseconds until the request could be sent; 0 when it never could
  curl.easy_getinfo(handle.get(), CURLINFO_PRETRANSFER_TIME_T, &ready_after);
  what.connected = ready_after > 0;
  long os_error = 0;
  curl.easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &os_error);
  what.os_error = what.connected ? 0 : static_cast<int>(os_error);
  if (target.describe) return target.describe(what);
  return {ErrorCode::unreachable, fmt::format("nothing answers at {}: {}", target.authority, what.text)};
}

}  // namespace

struct HttpClient::State {
  static constexpr std::size_t idle_limit = 32;
  HttpTarget target;
  std::mutex mutex = {};
  std::vector<Line> idle = {};  // the most recently used last

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

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop) {
  DIVIO_TRY(line, state_->take());
  const auto& curl = *line.easy.get_deleter().curl;
  const BrokenPipeGuard guard;
  CurlWords words{};
  BytePipe pipe;
  Exchange exchange{line.easy.get(), sink, stop, request.writer ? &pipe : nullptr};
  DIVIO_TRY(headers, set_request(line.easy, state_->target, request));
  curl.easy_setopt(line.easy.get(), CURLOPT_ERRORBUFFER, words.data());
  curl.easy_setopt(line.easy.get(), CURLOPT_HEADERFUNCTION, &take_header);
  curl.easy_setopt(line.easy.get(), CURLOPT_HEADERDATA, &exchange);
  curl.easy_setopt(line.easy.get(), CURLOPT_WRITEFUNCTION, &take_body);
  curl.easy_setopt(line.easy.get(), CURLOPT_WRITEDATA, &exchange);

  std::jthread writer;
  if (request.writer) {
    curl.easy_setopt(line.easy.get(), CURLOPT_READFUNCTION, &give_body);
    curl.easy_setopt(line.easy.get(), CURLOPT_READDATA, &exchange);
    writer = std::jthread(
        [&] { pipe.close_writing(request.writer([&](std::string_view bytes) { return pipe.write(bytes); })); });
  }
  CURLcode code = CURLE_OK;
  const bool finished = transfer(line, stop, code);
  curl.easy_setopt(line.easy.get(), CURLOPT_ERRORBUFFER, nullptr);
  pipe.close_reading();
  if (writer.joinable()) writer.join();

  if (!finished && stop.stop_requested()) return fail(ErrorCode::cancelled, "the request was cancelled");
  if (!exchange.outcome) return Failure(std::move(exchange.outcome).error());
  // A server that refuses a long body may answer and close before it has read it all: its answer is worth more than
  // that.
  const bool answered = code == CURLE_SEND_ERROR && exchange.response.status >= 400;
  if (code != CURLE_OK && !answered) return Failure(failure(state_->target, line.easy, code, words));
  if (code == CURLE_OK) state_->give_back(std::move(line));
  return std::move(exchange.response);
}

Result<HttpClient::Upgraded> HttpClient::upgrade(const HttpRequest& request) {
  DIVIO_TRY(curl, curl_library());
  DIVIO_TRY(easy, make_handle(*curl));
  const BrokenPipeGuard guard;
  DIVIO_TRY(headers, set_request(easy, state_->target, request));
  CurlWords words{};
  curl->easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, words.data());
  curl->easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  const auto code = curl->easy_perform(easy.get());
  curl->easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) return Failure(failure(state_->target, easy, code, words));

  Upgraded upgraded{{}, std::make_unique<RawConnection>(std::move(easy))};
  DIVIO_CHECK(upgraded.connection->send(upgrade_request_text(request, state_->target.authority)));
  DIVIO_ASSIGN(upgraded.response, receive_head(*upgraded.connection));
  if (upgraded.response.status == 101 || upgraded.response.status == 200) return upgraded;
  DIVIO_ASSIGN(upgraded.response.body, receive_body(*upgraded.connection, upgraded.response.headers));
  upgraded.connection.reset();
  return upgraded;
}

}  // namespace divio::system
