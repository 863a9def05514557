#include "load/client/scripted_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace divio::load {
namespace {

void read_head(int socket) {
  std::string head;
  char byte;
  while (!head.ends_with("\r\n\r\n") && recv(socket, &byte, 1, 0) == 1) head += byte;
}

void wait_for_close(int socket) {
  char byte;
  while (recv(socket, &byte, 1, 0) == 1) {
  }
}

void reset_on_close(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void play(int socket, const std::vector<Act>& script) {
  for (const auto& act : script) {
    switch (act.what) {
      case Act::What::read_request: read_head(socket); break;
      case Act::What::say: send(socket, act.words.data(), act.words.size(), MSG_NOSIGNAL); break;
      case Act::What::hold: wait_for_close(socket); break;
      case Act::What::reset: reset_on_close(socket); [[fallthrough]];
      case Act::What::close: close(socket); return;
    }
  }
  close(socket);
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<std::vector<Act>> scripts) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, all = std::move(scripts)] { serve(all); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);  // wakes an accept that nobody came to
  thread_.join();
  close(listener_);
}

void ScriptedServer::serve(const std::vector<std::vector<Act>>& scripts) const {
  for (const auto& script : scripts) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    play(socket, script);
  }
}

}  // namespace divio::load
