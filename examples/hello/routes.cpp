#include "routes.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "sha1.hpp"

namespace hello {
namespace {

std::atomic<bool> hung{false};

std::string variable(const char* name, const char* otherwise = "") {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

std::string parameter(const Request& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

unsigned long number(const Request& request, const std::string& name) {
  return std::strtoul(parameter(request, name).c_str(), nullptr, 10);
}

Answer greeting() {
  return {.body = "hello name=" + variable("HELLO_NAME", "hello") + " release=" + variable("DIVIO_RELEASE") + " instance=" + host_name() + "\n"};
}

[[noreturn]] void crash() {
  std::fputs("crashing because /crash was asked for\n", stderr);
  _exit(1);
}

[[noreturn]] void sleep_forever() {
  for (;;) pause();
}

Answer health() {
  if (variable("HELLO_FAIL") != "notfound") return {.body = "well\n"};
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  return {.status = 404, .body = "no such page\n"};
}

Answer route(const Request& request) {
  if (request.path == "/") return greeting();
  if (request.path == "/healthz") return health();
  if (request.path == "/slow") {
    std::this_thread::sleep_for(std::chrono::milliseconds(number(request, "ms")));
    return greeting();
  }
  if (request.path == "/crash") crash();
  if (request.path == "/hang") hung = true;
  if (request.path == "/bytes") return {.body = std::string(number(request, "n"), 'x'), .type = "application/octet-stream"};
  if (request.path == "/status") return {.status = static_cast<int>(number(request, "code")), .body = "as you asked\n"};
  if (request.path == "/headers") return {.body = request.head + "\r\n"};
  if (request.path == "/variable") return {.body = variable(parameter(request, "name").c_str()) + "\n"};
  if (request.path == "/log") {
    std::printf("%s\n", parameter(request, "text").c_str());
    return {.body = "logged\n"};
  }
  return {.status = 404, .body = "no such page\n"};
}

// Sends back what it gets, frame by frame (RFC 6455). A frame longer than 64 kB ends the conversation, and so does the
// server's end, which the client is told ("going away", 1001).
void echo_frames(Connection& connection) {
  std::string head, mask, payload;
  for (;;) {
    if (!connection.arrives()) {
      connection.write("\x88\x02\x03\xE9");
      return;
    }
    if (!connection.read_exactly(2, head)) return;
    std::size_t size = static_cast<std::uint8_t>(head[1]) & 127U;
    std::string extended;
    if (size == 127 || (size == 126 && !connection.read_exactly(2, extended))) return;
    if (size == 126) size = static_cast<std::size_t>(static_cast<std::uint8_t>(extended[0])) << 8 | static_cast<std::uint8_t>(extended[1]);
    if (!connection.read_exactly(4, mask) || !connection.read_exactly(size, payload)) return;
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    const int kind = head[0] & 15;
    if (kind == 9) head[0] = static_cast<char>(0x8A);  // a ping is answered with a pong
    head[1] = static_cast<char>(head[1] & 127);         // the server's frames are not masked
    if (!connection.write(head + extended + payload) || kind == 8) return;
  }
}

bool serve_websocket(Connection& connection, const Request& request) {
  Sha1 sha;
  sha.add(request.header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  if (connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                       base64(sha.finish()) + "\r\n\r\n")) {
    echo_frames(connection);
  }
  return false;
}

bool serve_echo(Connection& connection, const Request& request) {
  Sha1 sha;
  std::size_t length = 0;
  const bool whole = connection.read_body(request, [&](std::string_view piece) {
    sha.add(piece);
    length += piece.size();
  });
  if (!whole) return connection.answer(request, {.status = 411, .body = "send a Content-Length\n"}) && false;
  return connection.answer(request, {.body = "length=" + std::to_string(length) + " sha1=" + hex(sha.finish()) + "\n"});
}

}  // namespace

bool hanging() { return hung || variable("HELLO_FAIL") == "hang"; }

bool serve(Connection& connection, const Request& request) {
  if (hanging()) sleep_forever();
  if (request.path == "/ws" && !request.header("sec-websocket-key").empty()) return serve_websocket(connection, request);
  if (request.path == "/echo") return serve_echo(connection, request);
  if (!connection.read_body(request, [](std::string_view) {})) return false;
  if (variable("HELLO_FAIL") == "redirect") {
    return connection.answer(request, {.status = 301, .headers = "Location: https://" + request.header("host") + request.path + "\r\n"});
  }
  const Answer answer = route(request);
  if (hanging()) sleep_forever();
  return connection.answer(request, answer);
}

}  // namespace hello
