// How a running HAProxy comes to have another layout: by commands where it can, by reading its configuration anew where
// it cannot. Pure.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ingress/haproxy/agent.hpp"
#include "ingress/haproxy/layout.hpp"
#include "ingress/haproxy/running.hpp"

namespace divio::ingress {

struct AddServer {
  std::string backend;
  std::string server;
  std::string address;  // with port
  model::HealthCheck health;
  bool serving = false;
};
struct SetWeight {
  std::string backend;
  std::string server;
  int weight = 0;
};
struct TakeOut {  // into maintenance: no new requests, no checks
  std::string backend;
  std::string server;
};
struct DeleteServer {
  std::string backend;
  std::string server;
};
struct AddHost {
  std::string host;
  std::string backend;
};
struct SetHost {
  std::string host;
  std::string backend;
};
struct DeleteHost {
  std::string host;
};
using Change = std::variant<AddServer, SetWeight, TakeOut, DeleteServer, AddHost, SetHost, DeleteHost>;

struct Changes {
  bool reload = false;          // then there are no commands: the configuration says it all
  std::vector<Change> changes;  // in this order no request finds nobody serving on the way
};

// A server that was taken out is deleted when it has had no request for this long. HAProxy up to 2.6.15 can crash when
// a server is deleted while a request that has just left it is not quite over (haproxy/haproxy issue 2298).
inline constexpr std::chrono::seconds rest_before_deletion{60};

[[nodiscard]] Changes diff(const Running& running, const Layout& wanted, const std::string& fingerprint);

// Makes a worker that a reload has replaced hand every host over to the one that serves.
[[nodiscard]] std::vector<Change> hand_over(const std::map<std::string, std::string>& hosts_of_replaced,
                                            const Layout& wanted);

// What HAProxy's agent is asked to carry a change out, in order; `worker` is "@1" or "@!PROCESS".
[[nodiscard]] std::vector<Request> requests(const Change& change, std::string_view worker);

// Whether HAProxy's answer says that a request of the change was carried out. `del server` may be refused for now; that
// is fine.
[[nodiscard]] bool carried_out(const Change& change, std::string_view answer);

}  // namespace divio::ingress
