#include "fakes/scripted_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "support/text.hpp"

namespace divio::fakes {
namespace {

// Adds what arrives; false at the end of the connection.
bool receive(int socket, std::string& pending) {
  std::array<char, 65536> buffer;
  const auto count = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  pending.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Waits until `pending` has `size` bytes and takes them.
bool take(int socket, std::string& pending, std::size_t size, std::string& place) {
  while (pending.size() < size)
    if (!receive(socket, pending)) return false;
  place += pending.substr(0, size);
  pending.erase(0, size);
  return true;
}

bool take_line(int socket, std::string& pending, std::string& line) {
  std::size_t end = 0;
  while ((end = pending.find("\r\n")) == std::string::npos)
    if (!receive(socket, pending)) return false;
  line = pending.substr(0, end);
  pending.erase(0, end + 2);
  return true;
}

bool take_chunks(int socket, std::string& pending, std::string& body) {
  while (true) {
    std::string line;
    if (!take_line(socket, pending, line)) return false;
    const auto size = std::stoul(line, nullptr, 16);
    if (size > 0 && !take(socket, pending, size, body)) return false;
    if (!take_line(socket, pending, line)) return false;
    if (size == 0) return true;
  }
}

bool take_body(int socket, std::string& pending, SeenRequest& request) {
  const auto head = to_lower(request.head);
  if (head.find("transfer-encoding: chunked") != std::string::npos) return take_chunks(socket, pending, request.body);
  const std::string field = "content-length: ";
  const auto length = head.find(field);
  return length == std::string::npos ||
         take(socket, pending, std::stoul(head.substr(length + field.size())), request.body);
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body);
}

ScriptedServer::ScriptedServer(Answer answer) : answer_(std::move(answer)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 64) != 0)
    throw std::runtime_error("the test's server cannot listen at " + socket_path());
  accepting_ = std::jthread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  serving_.clear();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::vector<SeenRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    serving_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  std::string pending;
  while (serve_one(socket, pending)) {
  }
  ::shutdown(socket, SHUT_RDWR);
}

bool ScriptedServer::serve_one(int socket, std::string& pending) {
  SeenRequest request;
  std::string line;
  if (!take_line(socket, pending, request.line)) return false;
  while (take_line(socket, pending, line) && !line.empty()) request.head += line + "\r\n";
  if (!take_body(socket, pending, request)) return false;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const auto answer = answer_(request);
  if (answer.empty()) return false;
  if (answer == "hold") {
    while (receive(socket, pending)) {
    }
    return false;
  }
  send_all(socket, answer);
  if (!answer.starts_with("HTTP/1.1 101")) return answer.find("Connection: close\r\n") == std::string::npos;
  do {
    send_all(socket, pending);
    pending.clear();
  } while (receive(socket, pending));
  return false;
}

}  // namespace divio::fakes
