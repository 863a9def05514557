#include "connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace hello {
namespace {

constexpr std::size_t largest_head = 64 * 1024;

const char* reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 301: return "Moved Permanently";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 411: return "Length Required";
    default: return "Status";
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void parse_query(std::string_view text, std::map<std::string, std::string>& out) {
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    out[std::string(pair.substr(0, equals))] = value;
  }
}

std::optional<Request> parse(std::string head) {
  Request request;
  const auto line_end = std::min(head.find("\r\n"), head.size());
  const std::string line = head.substr(0, line_end);
  const auto first = line.find(' ');
  const auto second = line.rfind(' ');
  if (first == std::string::npos || second == first || line.compare(second + 1, 5, "HTTP/") != 0) return std::nullopt;
  request.method = line.substr(0, first);
  const std::string target = line.substr(first + 1, second - first - 1);
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) parse_query(std::string_view(target).substr(question + 1), request.query);
  for (std::size_t at = line_end + 2; at < head.size();) {
    const auto end = std::min(head.find("\r\n", at), head.size());
    const auto colon = head.find(':', at);
    if (colon < end) {
      const auto value = std::min(head.find_first_not_of(" \t", colon + 1), end);
      request.headers[lower(head.substr(at, colon - at))] = head.substr(value, end - value);
    }
    at = end + 2;
  }
  const std::string connection = lower(request.header("connection"));
  request.keep_alive = line.ends_with("HTTP/1.1") ? connection != "close" : connection == "keep-alive";
  request.head = std::move(head);
  return request;
}

}  // namespace

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Connection::~Connection() { close(socket_); }

bool Connection::stopping() const {
  pollfd stop{stop_, POLLIN, 0};
  return poll(&stop, 1, 0) == 1;
}

bool Connection::fill() {
  char piece[16 * 1024];
  const auto size = recv(socket_, piece, sizeof piece, 0);
  if (size <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(size));
  return true;
}

bool Connection::arrives() {
  if (!buffer_.empty()) return true;
  pollfd either[] = {{socket_, POLLIN, 0}, {stop_, POLLIN, 0}};
  return poll(either, 2, -1) > 0 && either[0].revents != 0;
}

std::optional<Request> Connection::next() {
  if (!arrives()) return std::nullopt;
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (buffer_.size() > largest_head || !fill()) return std::nullopt;
  }
  auto request = parse(buffer_.substr(0, end));
  buffer_.erase(0, end + 4);
  return request;
}

bool Connection::read_body(const Request& request, const std::function<void(std::string_view)>& piece) {
  if (!request.header("transfer-encoding").empty()) return false;
  std::size_t left = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
  if (left > 0 && lower(request.header("expect")) == "100-continue" && !write("HTTP/1.1 100 Continue\r\n\r\n")) return false;
  while (left > 0) {
    if (buffer_.empty() && !fill()) return false;
    const auto size = std::min(left, buffer_.size());
    piece(std::string_view(buffer_).substr(0, size));
    buffer_.erase(0, size);
    left -= size;
  }
  return true;
}

bool Connection::read_exactly(std::size_t size, std::string& out) {
  while (buffer_.size() < size) {
    if (!fill()) return false;
  }
  out = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return true;
}

bool Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

bool Connection::answer(const Request& request, const Answer& answer) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " " + reason(answer.status) + "\r\nContent-Type: " + answer.type +
                    "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n" + answer.headers +
                    (request.keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
  if (request.method != "HEAD") out += answer.body;
  return write(out);
}

}  // namespace hello
