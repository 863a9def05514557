// What a running HAProxy says about itself, read from the answers of its command line (management guide, chapter 9).
// Pure.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/routes.hpp"

namespace divio::ingress {

struct RunningServer {
  std::string name;     // the instance, with ":2" and so on where HAProxy still holds an older server of that name
  std::string address;  // "10.201.5.3:8000"
  int weight = 0;
  bool maintenance = false;           // taken out for good, to be deleted
  int sessions = 0;                   // requests in flight
  std::chrono::seconds unchanged{0};  // since it went up, down or into maintenance
  std::string check;                  // HAProxy's word for the last check; "INI" before the first
  int http_status = 0;

  friend bool operator==(const RunningServer&, const RunningServer&) = default;
};

// backend -> its servers.
using RunningBackends = std::map<std::string, std::vector<RunningServer>>;

struct Running {
  std::string fingerprint;  // of the configuration it has read
  RunningBackends backends;
  std::map<std::string, std::string> hosts;

  friend bool operator==(const Running&, const Running&) = default;
};

struct Worker {
  int process = 0;
  bool old = false;  // replaced by a reload, finishing its requests

  friend bool operator==(const Worker&, const Worker&) = default;
};

struct Workers {
  std::vector<Worker> all;
  int failed_reloads = 0;  // since the last that succeeded
};

// Of `show stat -1 6 -1`. Something else is ErrorCode::failed.
[[nodiscard]] Result<RunningBackends> parse_stat(std::string_view csv);
// Of `show map`.
[[nodiscard]] std::map<std::string, std::string> parse_map(std::string_view text);
// The description of `show info`, empty if there is none.
[[nodiscard]] std::string parse_description(std::string_view text);
// Of the master's `show proc`.
[[nodiscard]] Workers parse_processes(std::string_view text);

// "shop-live-web-r4-1" of "shop-live-web-r4-1:2".
[[nodiscard]] std::string_view instance_of(std::string_view server);

// A check that has really been made counts, not that HAProxy takes a new server to be well.
[[nodiscard]] model::TargetStatus::Health health_of(std::string_view check);

}  // namespace divio::ingress
