// The load balancer of a region. One per region; safe from several threads and from several divioctl processes at once
// (an implementation serialises its changes).
//
// An environment may have a second set of instances, under the key of EnvironmentKey::beside(), by which they are applied, looked at
// and forgotten. Their health is checked as that of others, with the environment's first host. No request reaches them
// but where Traffic::forward() leads those of the environment there. What else is asked of traffic() is asked by the
// environment's own key, but for state(), whose requests in flight are those of the set that the key names.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/names.hpp"
#include "model/routes.hpp"
#include "model/time.hpp"
#include "ports/traffic.hpp"

namespace divio::ports {

struct IngressState {
  bool present = false;  // its container exists
  bool running = false;
  bool current = false;  // it has the configuration this version of divioctl would give it
};

// A request as the access log has it.
struct LoggedRequest {
  model::TimePoint at;                // when its first byte came
  std::chrono::milliseconds took{0};  // until its answer was sent, waiting included
  int status = 0;                     // below 100: none was sent
  std::string id = {};                // X-Request-Id; the same where one ingress forwards to another

  friend bool operator==(const LoggedRequest&, const LoggedRequest&) = default;
};

class Ingress {
 public:
  virtual ~Ingress() = default;

  // Begins in the background what the first question would have to wait for. It changes nothing; what went wrong is told
  // by that question.
  virtual void prepare() = 0;

  [[nodiscard]] virtual Result<IngressState> state() = 0;

  // Makes it exist, run and be current. `line` gets the log of getting its image where that is needed. Existing
  // connections survive where it ran before. A port that is taken is a conflict that names the port.
  [[nodiscard]] virtual Result<void> ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) = 0;

  // The routes that are in force for an environment, as last applied; nullopt if it has none.
  [[nodiscard]] virtual Result<std::optional<model::Routes>> routes(const model::EnvironmentKey& key) = 0;

  // Makes the environment's routes be exactly these, in the running proxy and in what survives its restart. Applying
  // what is in force repairs what differs and is otherwise nothing. No request fails because of it.
  [[nodiscard]] virtual Result<void> apply(const model::Routes& routes) = 0;
  [[nodiscard]] virtual Result<void> forget(const model::EnvironmentKey& key) = 0;

  // Targets as the proxy sees them now; empty if the environment has no routes.
  [[nodiscard]] virtual Result<std::vector<model::TargetStatus>> targets(const model::EnvironmentKey& key) = 0;

  // The requests for these host names that came since then and have ended, as far back as the access log goes. A line that was
  // never written is missing.
  [[nodiscard]] virtual Result<std::vector<LoggedRequest>> requests(const std::vector<std::string>& hosts, model::TimePoint since) = 0;

  // What a move to another region needs. The reference stays valid as long as this lives.
  [[nodiscard]] virtual Traffic& traffic() = 0;

  // Removes the ingress from the region.
  [[nodiscard]] virtual Result<void> remove() = 0;
};

}  // namespace divio::ports
