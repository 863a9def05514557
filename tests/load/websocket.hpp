// A WebSocket conversation (RFC 6455) with an application that sends back what it gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace divio::live {

class WebSocket {
 public:
  // The test ends if the application does not agree to it.
  WebSocket(std::uint16_t port, const std::string& host, const std::string& path);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // Whether a message of at most 125 bytes comes back.
  bool echoes(const std::string& text);
  // Why the application ends the conversation (RFC 6455, 7.4: 1001 is "going away"), and then the connection, waiting for either some
  // seconds; nothing where the connection ends without a word, or something else comes.
  std::optional<int> farewell();

 private:
  std::string receive(std::size_t count);

  int socket_ = -1;
};

}  // namespace divio::live
