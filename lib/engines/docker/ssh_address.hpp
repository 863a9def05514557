// ssh://[user@]host[:port][/path/of/docker.sock]: a Docker engine's socket on another machine. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"

namespace divio::engines {

inline constexpr std::string_view ssh_scheme = "ssh://";

struct SshAddress {
  std::string user;  // empty: as ssh's configuration says
  std::string host;  // a name, an address (an IPv6 one without its brackets), or an alias of ssh's configuration
  int port = 0;      // 0: as ssh's configuration says
  std::string socket = "/var/run/docker.sock";

  friend bool operator==(const SshAddress&, const SshAddress&) = default;
};

// invalid: no such address; also one with a password in it, which is not shown then, and one whose user or host could
// be taken for an option by ssh or for more than a name by a shell that ssh starts.
[[nodiscard]] Result<SshAddress> parse_ssh_address(std::string_view address);

// "eve@host", as ssh takes it and as people know it.
[[nodiscard]] std::string destination_of(const SshAddress& address);

// "ssh -p 2222 eve@host": what to type to get there.
[[nodiscard]] std::string ssh_by_hand(const SshAddress& address);

// ssh's arguments for a connection that does nothing but lead from the socket `local` to the engine's. Host keys are
// checked and the user is known as ssh's configuration says; what there is of other forwards is left as it is, except
// that the agent and the display stay here.
[[nodiscard]] std::vector<std::string> forward_arguments(const SshAddress& address, const std::string& local);

}  // namespace divio::engines
