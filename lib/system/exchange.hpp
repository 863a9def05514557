// One request as libcurl carries it out. Used by HttpClient.
#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <thread>

#include "system/byte_pipe.hpp"
#include "system/curl_handle.hpp"
#include "system/http.hpp"

namespace divio::system {

using CurlWords = std::array<char, CURL_ERROR_SIZE>;  // libcurl's account of what went wrong

// One connection at a time: an easy handle, and the multi handle that keeps its connection and can be woken up.
struct Line {
  CurlHandle easy;
  CurlMulti multi;
};

[[nodiscard]] Result<Line> open_line();

// The body of a request that is streamed: its writer has a thread of its own and is held up by the pipe.
class Upload {
 public:
  explicit Upload(const BodyWriter& writer) {
    if (!writer) return;
    thread_ = std::jthread([this, &writer] {
      pipe_.close_writing(writer([this](std::string_view bytes) { return pipe_.write(bytes); }));
    });
  }
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() { pipe_.close_reading(); }

  [[nodiscard]] BytePipe& pipe() { return pipe_; }

 private:
  BytePipe pipe_;
  std::jthread thread_;  // ends before the pipe does
};

// One request while it is carried out: what libcurl's callbacks work on.
struct Exchange {
  const HttpRequest& request;
  const BodySink& sink;
  std::stop_token stop;
  BytePipe& upload;
  CURL* handle = nullptr;
  int sent = 0;            // how often
  bool passed_on = false;  // a part of the answer's body has gone to the sink
  HttpResponse response = {};
  Result<void> outcome = {};  // the sink's or the writer's own error

  [[nodiscard]] Repeat repeat() const { return request.writer ? Repeat::if_unsent : request.repeat; }
};

// The handle's callbacks work on `exchange` from now on.
void set_callbacks(const CurlLibrary& curl, Exchange& exchange);

// Carries out the transfer that is set up in `line`; false when it was stopped.
[[nodiscard]] bool transfer(const Line& line, const std::stop_token& stop, CURLcode& code);

// Why libcurl ended with `code`; what was sent is for the caller to add.
[[nodiscard]] TransportFailure failure(const HttpTarget& target, const CurlHandle& handle, CURLcode code,
                                       const CurlWords& words);

}  // namespace divio::system
