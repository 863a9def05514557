#include "system/exchange.hpp"

#include "support/try.hpp"
#include "system/http_head.hpp"

namespace divio::system {
namespace {

// Called before each time the request is sent: libcurl itself sends one again that got no answer on a connection which
// had been kept open.
int before_sending(void* data, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(data);
  if (exchange.sent > 0 && exchange.repeat() == Repeat::if_unsent) return CURL_PREREQFUNC_ABORT;
  ++exchange.sent;
  return CURL_PREREQFUNC_OK;
}

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
  exchange.passed_on = true;
  exchange.outcome = exchange.sink({bytes, count});
  return exchange.outcome ? count : CURL_WRITEFUNC_ERROR;
}

std::size_t give_body(char* place, std::size_t, std::size_t size, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  auto count = exchange.upload.read(place, size, exchange.stop);
  if (count) return *count;
  exchange.outcome = Failure(std::move(count).error());
  return CURL_READFUNC_ABORT;
}

}  // namespace

Result<Line> open_line() {
  DIVIO_TRY(curl, curl_library());
  DIVIO_TRY(easy, make_handle(*curl));
  CurlMulti multi(curl->multi_init(), CloseMulti{curl});
  if (!multi) return fail(ErrorCode::failed, "libcurl gave no handle", "the machine may be out of memory");
  return Line{std::move(easy), std::move(multi)};
}

void set_callbacks(const CurlLibrary& curl, Exchange& exchange) {
  curl.easy_setopt(exchange.handle, CURLOPT_HEADERFUNCTION, &take_header);
  curl.easy_setopt(exchange.handle, CURLOPT_HEADERDATA, &exchange);
  curl.easy_setopt(exchange.handle, CURLOPT_WRITEFUNCTION, &take_body);
  curl.easy_setopt(exchange.handle, CURLOPT_WRITEDATA, &exchange);
  curl.easy_setopt(exchange.handle, CURLOPT_PREREQFUNCTION, &before_sending);
  curl.easy_setopt(exchange.handle, CURLOPT_PREREQDATA, &exchange);
  if (!exchange.request.writer) return;
  curl.easy_setopt(exchange.handle, CURLOPT_READFUNCTION, &give_body);
  curl.easy_setopt(exchange.handle, CURLOPT_READDATA, &exchange);
}

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

TransportFailure failure(const HttpTarget& target, const CurlHandle& handle, CURLcode code, const CurlWords& words) {
  const auto& curl = *handle.get_deleter().curl;
  TransportFailure what;
  what.text = words[0] != '\0' ? words.data() : curl.easy_strerror(code);
  // A server that does not accept the client's certificate says so only when it is read from.
  what.certificates = (target.public_tls || !target.tls.authority.empty()) && (what.text.find("SSL") != std::string::npos ||
                                                        what.text.find("certificate") != std::string::npos);
  what.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  curl_off_t ready_after = 0;  // microseconds until the request could be sent; 0 when it never could
  curl.easy_getinfo(handle.get(), CURLINFO_PRETRANSFER_TIME_T, &ready_after);
  what.connected = ready_after > 0;
  long os_error = 0;
  curl.easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &os_error);
  what.os_error = what.connected ? 0 : static_cast<int>(os_error);
  return what;
}

}  // namespace divio::system
