// HTTP/1.1 to one server over a unix socket or TCP, with TLS client certificates where asked for. Carried out by
// libcurl, which is loaded at the first request.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "system/raw_connection.hpp"

namespace divio::system {

// Why no answer came.
struct TransportFailure {
  int os_error = 0;           // errno of the connection attempt; 0: unknown or none
  bool connected = false;     // the connection was there, and the answer is what failed to come
  bool timed_out = false;     // within the time given
  bool certificates = false;  // one side does not accept the other's TLS certificate
  std::string text;           // libcurl's words
};

struct TlsFiles {
  std::string authority;    // PEM; empty: TLS is not used
  std::string certificate;  // the client's own; empty: none
  std::string key;
};

struct HttpTarget {
  std::string unix_socket;  // path of the socket; empty: TCP
  std::string authority;    // "host:port"; for a unix socket only what the Host header says
  TlsFiles tls;
  std::chrono::milliseconds connect_timeout{5000};
  // Turns a failure of the connection into the caller's words. Must be safe from several threads.
  std::function<Error(const TransportFailure&)> describe;
};

// Pushes a body piece by piece into a sink. Runs on another thread while the request is carried out, and is over when
// the request is.
using BodyWriter = std::function<Result<void>(const std::function<Result<void>(std::string_view)>&)>;
using BodySink = std::function<Result<void>(std::string_view)>;

struct HttpRequest {
  std::string method = "GET";
  std::string path;                  // begins with '/', query included, already encoded
  std::vector<std::string> headers;  // "Content-Type: application/json"
  std::string body;
  BodyWriter writer;                     // streams the body in chunks instead of `body`
  std::chrono::milliseconds timeout{0};  // until the answer is complete; 0: none
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Safe from several threads at once. Connections are kept open and used again.
class HttpClient {
 public:
  explicit HttpClient(HttpTarget target);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // Any status is a success here. With a `sink`, the body of a 2xx answer goes there as it arrives (a failing sink ends
  // the request with its error) and that of any other into the response. No answer: the target's description.
  // Requesting `stop` closes the connection; cancelled.
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request, const BodySink& sink = {},
                                          const std::stop_token& stop = {});

  // Sends a request that asks for the connection to be taken over. The answer's status is 101 or 200 when the
  // connection is now a plain stream of bytes; otherwise `connection` is closed and the body tells why.
  struct Upgraded {
    HttpResponse response;
    std::unique_ptr<RawConnection> connection;
  };
  [[nodiscard]] Result<Upgraded> upgrade(const HttpRequest& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace divio::system
