// A WebSocket conversation (RFC 6455) with an application that sends back what it gets.
#pragma once

#include <cstdint>
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
  // Whether the conversation is over, waiting for it some seconds.
  bool ends();

 private:
  std::string receive(std::size_t count);

  int socket_ = -1;
};

}  // namespace divio::live
