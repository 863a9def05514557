#include "docker/real_registry.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace divio::tests {
namespace {

// Of "correct horse", by bcrypt.
constexpr const char* login = "eve:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n";

sockaddr_in socket_address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) throw std::runtime_error(host + " is no address of an engine");
  return address;
}

// Nothing listens there now.
std::uint16_t free_port(const std::string& host) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = socket_address(host, 0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error(host + " is not an address of this machine");
  return ntohs(address.sin_port);
}

bool listens(const std::string& host, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = socket_address(host, port);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

// The engine is at 10.89.N.2, and this machine beside it at 10.89.N.1 (tests/testbed/network.sh).
RealRegistry::RealRegistry(const std::string& engine, bool wants_login)
    : address_(engine.substr(0, engine.rfind('.')) + ".1"), port_(free_port(address_)) {
  std::ofstream config(folder_ / "config.yml");
  config << "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
         << "storage: {filesystem: {rootdirectory: " << (folder_ / "data").string() << "}}\n"
         << "http: {addr: '" << host() << "', secret: none}\n";
  if (wants_login) {
    std::ofstream(folder_ / "htpasswd") << login;
    config << "auth: {htpasswd: {realm: tests, path: " << (folder_ / "htpasswd").string() << "}}\n";
  }
  config.close();
  resume();
}

void RealRegistry::resume() {
  const auto config = (folder_ / "config.yml").string(), log = (folder_ / "log").string();
  process_.emplace([&](int) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execlp("docker-registry", "docker-registry", "serve", config.c_str(), nullptr);
    return 127;
  });
  for (int tries = 0; tries < 1000; ++tries) {
    if (listens(address_, port_)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the registry did not start: it needs the package docker-registry");
}

}  // namespace divio::tests
