#include "haproxy/visitor.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace divio::tests {
namespace {

int connect_to(std::uint16_t port) {
  const char* host = std::getenv("DIVIO_TEST_ADDRESS");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (host == nullptr || inet_pton(AF_INET, host, &address.sin_addr) != 1) {
    throw std::runtime_error("DIVIO_TEST_ADDRESS is not set to an address: run this with tests/run.sh");
  }
  const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return peer;
  close(peer);
  return -1;
}

// How long an answer is once its head is there; 0 while it is not.
std::size_t length_of(const std::string& text) {
  const auto head_end = text.find("\r\n\r\n");
  if (head_end == std::string::npos) return 0;
  for (const char* name : {"content-length: ", "Content-Length: "}) {
    const auto at = text.find(name);
    if (at < head_end) return head_end + 4 + std::strtoul(text.c_str() + at + 16, nullptr, 10);
  }
  return head_end + 4;
}

}  // namespace

Visitor::~Visitor() {
  leave();
}

void Visitor::leave() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

void Visitor::bring(std::uint16_t port, std::string_view bytes) {
  if (socket_ < 0) socket_ = connect_to(port);
  while (socket_ >= 0 && !bytes.empty()) {
    const auto size = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string Visitor::ask(std::uint16_t port, const std::string& head) {
  if (socket_ < 0) socket_ = connect_to(port);
  if (socket_ < 0) return {};
  std::string text;
  if (send(socket_, head.data(), head.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(head.size())) return {};
  std::size_t length = 0;
  while (length == 0 || text.size() < length) {
    char piece[8192];
    const auto size = recv(socket_, piece, sizeof piece, 0);
    if (size <= 0) return {};
    text.append(piece, static_cast<std::size_t>(size));
    length = length_of(text);
  }
  sent_away_ = text.find("connection: close") < length || text.find("Connection: close") < length;
  return text;
}

std::string get(std::uint16_t port, const std::string& host, const std::string& path,
                const std::string& further_headers) {
  Visitor visitor;
  return visitor.ask(
      port, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + further_headers + "\r\n");
}

std::string post_chunks(std::uint16_t port, const std::string& host, const std::string& path, std::uint64_t bytes) {
  const std::string zeros(1 << 20, '0');
  Visitor visitor;
  visitor.bring(port, "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (auto left = bytes; left > 0;) {
    const auto size = std::min<std::uint64_t>(left, zeros.size());
    visitor.bring(port, fmt::format("{:x}\r\n{}\r\n", size, std::string_view(zeros).substr(0, size)));
    left -= size;
  }
  return visitor.ask(port, "0\r\n\r\n");
}

int status_of(const std::string& answer) {
  return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : 0;
}

std::string body_of(const std::string& answer) {
  const auto head_end = answer.find("\r\n\r\n");
  return head_end == std::string::npos ? std::string() : answer.substr(head_end + 4);
}

}  // namespace divio::tests
