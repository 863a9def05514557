// The way to an engine on another machine: the system's ssh, with the user's own configuration and agent, leads from a
// unix socket in a folder of ours to the engine's. One connection serves everything that is said to the engine. (A
// connection that outlived the command would make the next one quicker, but also be left over, in CI jobs for one.)
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "engines/docker/ssh_address.hpp"
#include "system/http.hpp"

namespace divio::engines {

// Safe from several threads at once. Nothing happens before the first open(); at the end, also that of a killed
// process, ssh and the folder are gone.
class SshForward : public std::enable_shared_from_this<SshForward> {
 public:
  // `program` as a shell takes it: "ssh -F /path".
  SshForward(SshAddress address, std::string program);
  ~SshForward();

  // Connects, again if the connection broke, and otherwise gives what is there. What cannot be connected to is
  // unreachable; threads that waited for the same attempt get its error.
  [[nodiscard]] Result<system::Way> open(const std::stop_token& stop);

  // The error for an exchange over the socket that failed.
  [[nodiscard]] Error explain(const system::TransportFailure& failure);

 private:
  struct State;
  SshAddress address_;
  std::string program_;
  std::unique_ptr<State> state_;
};

}  // namespace divio::engines
