// A process of a project: a kind of container, how many of it, and how one sees that it is well.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/names.hpp"

namespace divio::model {

struct Resources {
  std::uint64_t memory_bytes = 0;  // 0: no limit
  std::uint32_t cpu_millis = 0;    // thousandths of a core; 0: no limit

  friend bool operator==(const Resources&, const Resources&) = default;
};

// How the ingress tells that an instance of a process with a port can serve: GET `path` answers 200 to 299 within
// `timeout`. Without a path a TCP connection is enough.
struct HealthCheck {
  std::string path;
  std::chrono::milliseconds interval{2000};
  std::chrono::milliseconds timeout{2000};
  std::chrono::seconds start_timeout{60};  // how long a new instance may take until its first success

  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

// A folder that outlives containers: a named volume of the environment, mounted at `path`.
struct Mount {
  std::string volume;  // name within the environment, a DNS label
  std::string path;

  friend bool operator==(const Mount&, const Mount&) = default;
};

struct Process {
  ProcessName name;
  std::vector<std::string> command;    // empty: what the image says
  std::optional<std::uint16_t> port;   // absent: gets no traffic
  int replicas = 1;
  HealthCheck health;
  Resources resources;
  std::chrono::seconds stop_grace{10};      // from SIGTERM to SIGKILL
  std::chrono::seconds drain_timeout{30};   // for requests in flight when traffic has moved away

  friend bool operator==(const Process&, const Process&) = default;
};

}  // namespace divio::model
