#include "load/websocket.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e/program.hpp"

namespace divio::live {
namespace {

constexpr char text_frame = static_cast<char>(0x81);
constexpr char mask_bit = static_cast<char>(0x80);
constexpr char close_frame = static_cast<char>(0x88);

}  // namespace

WebSocket::WebSocket(std::uint16_t port, const std::string& host, const std::string& path)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  REQUIRE(inet_pton(AF_INET, needed_variable("DIVIO_TEST_ADDRESS").c_str(), &address.sin_addr) == 1);
  const timeval patience{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const auto request = "GET " + path + " HTTP/1.1\r\nHost: " + host +
                       "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  REQUIRE(send(socket_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const auto byte = receive(1);
    REQUIRE_MESSAGE(byte.size() == 1, head);
    head += byte;
  }
  REQUIRE_MESSAGE(head.starts_with("HTTP/1.1 101 "), head);
}

WebSocket::~WebSocket() { close(socket_); }

std::string WebSocket::receive(std::size_t count) {
  std::string bytes(count, '\0');
  const auto got = recv(socket_, bytes.data(), count, MSG_WAITALL);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool WebSocket::echoes(const std::string& text) {
  // With a mask of zeros the text stays as it is.
  const std::string size(1, static_cast<char>(text.size()));
  const auto frame = text_frame + std::string(1, static_cast<char>(size[0] | mask_bit)) + std::string(4, '\0') + text;
  if (send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frame.size())) return false;
  return receive(2 + text.size()) == text_frame + size + text;
}

std::optional<int> WebSocket::farewell() {
  const auto head = receive(2);
  if (head.size() != 2 || head[0] != close_frame) return std::nullopt;
  const auto why = receive(static_cast<std::size_t>(head[1]));
  if (why.size() < 2) return std::nullopt;
  char byte = 0;
  const auto got = recv(socket_, &byte, 1, 0);
  const bool has_ended = got == 0 || (got < 0 && errno == ECONNRESET);
  return has_ended ? std::optional(static_cast<std::uint8_t>(why[0]) << 8 | static_cast<std::uint8_t>(why[1])) : std::nullopt;
}

}  // namespace divio::live
