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
#include "divio/secret.hpp"
#include "system/raw_connection.hpp"
#include "system/repeat.hpp"
#include "system/transport_failure.hpp"

namespace divio::system {

struct TlsFiles {
  std::string authority;    // PEM; empty: TLS is not used
  std::string certificate;  // the client's own; empty: none
  std::string key;
};

// Signs each request as AWS does (signature version 4, by libcurl). Header lines and the query are signed as they are
// given, so the query has to be in the order and encoding of the signature.
struct Signature {
  std::string scope;  // "aws:amz:REGION:SERVICE"; empty: requests are not signed
  std::string key;
  Secret secret;
};

// A unix socket that leads to the server over a connection which was made for that and may break.
struct Way {
  std::string socket;
  std::function<bool()> intact;  // false once it has broken; safe from several threads
};

struct HttpTarget {
  std::string unix_socket;  // path of the socket; empty: TCP
  // Instead of unix_socket: makes the way, or makes it anew if it has broken, and otherwise gives the one that is
  // there. Called before each attempt, from several threads at once.
  std::function<Result<Way>(const std::stop_token&)> open_way;
  std::string authority;  // "host:port"; for a unix socket only what the Host header says
  TlsFiles tls;
  bool public_tls = false;  // TLS to a server that the machine's authorities vouch for
  std::string authorities = {};  // or else these, with public_tls: certificates as PEM text
  Signature signature = {};
  std::chrono::seconds stall_timeout{0};  // ends a transfer in which nothing has moved for so long; 0: none does
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
  std::chrono::milliseconds timeout{0};  // until the answer is complete, each time it is sent; 0: none
  Repeat repeat = Repeat::if_unsent;     // a streamed body is never sent twice, whatever this says
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool repeated = false;  // the request was sent more than once, so an earlier one may have had its effect already
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
  // Where the request says so, it is repeated after the pauses of repeat.hpp. Requesting `stop` closes the connection;
  // cancelled.
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request, const BodySink& sink = {},
                                          const std::stop_token& stop = {});

  // Sends, once, a request that asks for the connection to be taken over. The answer's status is 101 or 200 when the
  // connection is now a plain stream of bytes; otherwise `connection` is closed and the body tells why.
  struct Upgraded {
    HttpResponse response;
    std::unique_ptr<RawConnection> connection;
  };
  [[nodiscard]] Result<Upgraded> upgrade(const HttpRequest& request);

  // The unix socket that leads to the server, for other programs; empty for TCP.
  [[nodiscard]] Result<std::string> socket(const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace divio::system
