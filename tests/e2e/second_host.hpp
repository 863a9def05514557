// Another machine with an engine and an address of its own, and the ways to it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/engine.hpp"

namespace divio::live {

// Runs as long as this lives.
class SecondHost {
 public:
  // With the images that every test needs, and these; with a size ("1400M") its disk is its own and has no more.
  explicit SecondHost(std::vector<std::string> further = {}, const std::string& size = {});
  ~SecondHost();
  SecondHost(const SecondHost&) = delete;
  SecondHost& operator=(const SecondHost&) = delete;

  [[nodiscard]] std::unique_ptr<ports::Engine> engine() const;

  // The folder of certificates for tcp://, and the command that is ssh with the keys for ssh://.
  [[nodiscard]] std::string certificates() const { return folder() + "/tls/client"; }
  [[nodiscard]] std::string ssh() const { return "ssh -F " + folder() + "/ssh/config"; }
  [[nodiscard]] std::string tcp_endpoint() const { return "tcp://" + address + ":2376"; }
  [[nodiscard]] std::string ssh_endpoint() const { return "ssh://root@" + address + ":2222" + folder() + "/docker.sock"; }

  void crash() const;  // as a power cut
  void resume() const;
  // Whether packets go between it and everything else; its socket can be reached all the same.
  void connect(bool yes) const;
  // What is between it and other hosts forgets all connections, as a router does that is started anew.
  void forget_connections() const;

  std::string endpoint;  // unix://
  std::string address;

 private:
  [[nodiscard]] std::string folder() const;

  std::string name_;
};

// What the application answers at an address such as "http://10.89.3.2:8088"; empty if nothing.
[[nodiscard]] std::string ask_at(const std::string& address, const std::string& host);

}  // namespace divio::live
