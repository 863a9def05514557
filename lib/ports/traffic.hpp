// What a move of an environment to another region does with its requests at the ingress. Safe from several threads and
// from several processes at once; nothing here waits for somebody else's change of routes. Every call can be made
// again. An environment that the ingress has no routes of, and a region without ingress, are not_found.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/names.hpp"

namespace divio::ports {

struct HoldBounds {
  std::chrono::milliseconds until{30000};  // from now on; 1 ms to 10 min
  int waiting = 10000;                     // requests at once, at least 1; further ones get a 503 with Retry-After
  std::string attempt = {};                // whose hold it is: an id of decisions(); empty: nobody's
};

enum class ForwardTo {
  elsewhere,  // another region's ingress
  beside,     // the environment's second set of instances in the same ingress (ports/ingress.hpp)
  own,        // its first set again
};

// Where an environment's requests go instead of its own instances.
struct Forward {
  std::string address = {};  // IPv4
  std::uint16_t port = 0;  // of the other region's ingress
  Secret token = {};       // with which that ingress knows them, see trust(); letters and digits, 16 to 128
  // From when on they lead nowhere, by the clock of the ingress's host, in seconds since 1970; 0: they go on until unforward().
  std::int64_t until_s = 0;
  ForwardTo to = ForwardTo::elsewhere;  // else the other fields mean nothing

  friend bool operator==(const Forward&, const Forward&) = default;
};

struct TrafficState {
  bool holds = false;
  int waiting = 0;                    // held requests
  int in_flight = 0;                  // requests that instances are at work on, those that were upgraded among them
  int upgraded = 0;                   // of these, connections that left HTTP (101): WebSockets
  std::chrono::milliseconds held{0};  // since the hold began
  std::chrono::milliseconds left{0};  // until it ends by itself
  std::optional<Forward> forward;     // none where they go to the environment's own
};

class Decisions;

class Traffic {
 public:
  virtual ~Traffic() = default;

  // New requests for every host name that the environment has now wait from the moment this returns; none is answered
  // or failed. Those that are with instances go on. The hold ends by itself at its time, even if nobody comes back;
  // calling again sets its bounds anew. It outlives a reload of the ingress, not a restart of its container. A conflict:
  // the attempt is decided, or was never opened here; so a call that comes late holds nothing.
  [[nodiscard]] virtual Result<void> hold(const model::EnvironmentKey& key, const HoldBounds& bounds) = 0;

  // Those that wait go on, to where the environment leads now. Without a hold it does nothing, and with an attempt it
  // lets another attempt's hold be.
  [[nodiscard]] virtual Result<void> release(const model::EnvironmentKey& key, const std::string& attempt) = 0;

  // in_flight of 0 under a hold means that no request reaches an instance until the hold ends.
  [[nodiscard]] virtual Result<TrafficState> state(const model::EnvironmentKey& key) = 0;

  // Requests for every host name of the environment go to the other ingress from now on, until unforward() or until_s and across
  // restarts, whatever happens to its routes meanwhile. No request fails because of it. They keep their host and the
  // visitor's address. Or they go to the second set of its instances, or to the first again, as `to` says.
  [[nodiscard]] virtual Result<void> forward(const model::EnvironmentKey& key, const Forward& where) = 0;
  [[nodiscard]] virtual Result<void> unforward(const model::EnvironmentKey& key) = 0;

  // Makes this ingress believe what requests for the environment that carry the token say of their visitor; it
  // remembers a hash of the token. Everybody else's say-so is nothing to it.
  [[nodiscard]] virtual Result<void> trust(const model::EnvironmentKey& key, const Secret& token) = 0;
  [[nodiscard]] virtual Result<void> distrust(const model::EnvironmentKey& key) = 0;

  // What the region knows of migrations (ports/decisions.hpp). The reference stays valid as long as this lives.
  [[nodiscard]] virtual Decisions& decisions() = 0;
};

}  // namespace divio::ports
