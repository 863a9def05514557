// Why an instance cannot serve, in words: evidence in, cause and remedy out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/process.hpp"

namespace divio::planning {

// What was found when an instance did not become healthy. Absent or empty: not known.
struct Evidence {
  std::string instance;
  model::Process process;
  bool ended = false;       // it is not running any more, or it is between two restarts
  int exit_code = 0;
  int restarts = 0;
  bool out_of_memory = false;
  std::string engine_error;             // what the engine said when it could not start it
  std::string image_architecture;      // "arm64"
  std::string engine_architecture;     // "amd64"
  std::string check;                   // the ingress's word for the last health check: "L7STS", "L4CON", ...
  int http_status = 0;
  std::string redirect_target;         // Location of a redirect, if known
  std::optional<std::vector<std::uint16_t>> listening;  // TCP ports open inside
  std::vector<std::uint16_t> loopback_only;             // of those, the ones bound to 127.0.0.1 alone
  std::vector<std::string> last_lines;  // of its log
};

// ErrorCode::failed with the most telling cause first: wrong architecture, out of memory, crash, redirect, other status,
// nothing listening, another port, too slow.
[[nodiscard]] Error explain(const Evidence& evidence);

// TCP ports in state LISTEN from the text of /proc/net/tcp and tcp6 (proc(5)): local address in hexadecimal, state 0A.
struct ListeningPorts {
  std::vector<std::uint16_t> all;            // ascending
  std::vector<std::uint16_t> loopback_only;  // ascending
};
[[nodiscard]] ListeningPorts parse_listening_ports(const std::string& proc_net_tcp);

}  // namespace divio::planning
