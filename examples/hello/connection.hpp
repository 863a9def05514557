// One HTTP/1.1 connection: reads requests and writes answers, blocking.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hello {

struct Request {
  std::string method;
  std::string path;                            // "/slow"
  std::map<std::string, std::string> query;    // "ms" -> "500"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string head;                            // as it arrived, without the empty line
  bool keep_alive = true;

  [[nodiscard]] std::string header(const std::string& name) const;
};

struct Answer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
  std::string headers;  // further lines, each with its "\r\n"
};

class Connection {
 public:
  // Owns `socket`. `stop` becomes readable when the server is asked to end.
  Connection(int socket, int stop) : socket_(socket), stop_(stop) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Waits until the client sent something, which is true even when the server is ending; false when it ends and nothing
  // has come.
  bool arrives();

  // The next request's head; nothing when the client closed, sent nonsense, or the server ends and none has begun.
  std::optional<Request> next();

  // Hands the request's body over in pieces; false when it broke off or has no stated length.
  bool read_body(const Request& request, const std::function<void(std::string_view)>& piece);

  bool read_exactly(std::size_t size, std::string& out);
  bool write(std::string_view bytes);
  bool answer(const Request& request, const Answer& answer);
  [[nodiscard]] bool stopping() const;

 private:
  bool fill();

  int socket_;
  int stop_;
  std::string buffer_;  // received and not used yet
};

}  // namespace hello
