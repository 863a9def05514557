// The decision of every change of an environment: what is wanted + what is there = what to do. Deploy, scale, rollback,
// restart, stop, start and reconcile differ in what they want; how to get there is decided here alone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/names.hpp"
#include "model/process.hpp"
#include "model/routes.hpp"
#include "model/time.hpp"
#include "planning/plan.hpp"

namespace divio::planning {

struct WantedProcess {
  model::Process process;  // a port means that the ingress routes to it
  int replicas = 0;        // 0 when the environment is stopped
  friend bool operator==(const WantedProcess&, const WantedProcess&) = default;
};

// A service instance that the release's containers use.
struct WantedService {
  std::string prefix;
  model::ServiceType type{};
  std::string version;
  std::string server;      // empty for media, which is a volume among the others
  std::string host;        // by which containers find it
  bool made = false;       // it is on its server, as far as the catalogue knows
  bool dedicated = false;  // the server is its own
  bool rotate = false;     // gets new credentials: instances have to be replaced by ones of another generation
  friend bool operator==(const WantedService&, const WantedService&) = default;
};

struct Wanted {
  model::EnvironmentKey key;
  int release = 0;     // 0: nothing at all, for undoing a first deployment
  int generation = 0;
  std::vector<WantedProcess> processes;
  std::vector<std::string> release_commands;  // to be run before anything of this release starts; empty: none
  std::vector<std::string> hosts;
  std::vector<std::string> volumes;  // names in the engine
  bool commit = false;  // whether reaching it changes what is wanted (not so for reconcile and undo)
  std::vector<WantedService> services = {};
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

struct SeenInstance {
  enum class State { starting, running, restarting, ended };
  enum class Health { unknown, passing, failing };
  std::string name;
  std::string process;
  int release = 0;
  int generation = 0;
  int slot = 0;
  std::string address;
  State state = State::running;
  Health health = Health::unknown;
  model::TimePoint started_at{};
  std::chrono::seconds stop_grace{10};
  friend bool operator==(const SeenInstance&, const SeenInstance&) = default;
};

struct SeenReleaseCommand {
  std::string container;
  bool succeeded = false;  // ended with 0
  friend bool operator==(const SeenReleaseCommand&, const SeenReleaseCommand&) = default;
};

struct SeenServer {
  std::string name;
  bool present = false;            // its container exists
  bool serving = false;            // runs and can serve
  bool current = false;            // with the image and limits that are wanted
  bool connected = false;          // to the environment's network
  std::vector<std::string> hosts;  // names in that network
};

struct Seen {
  std::optional<std::string> subnet;        // of the environment's network, if it exists
  std::vector<std::string> taken_subnets;   // of every network of the engine
  std::vector<std::string> volumes;
  bool ingress_ready = false;
  std::vector<SeenInstance> instances;
  std::vector<SeenReleaseCommand> release_commands;
  std::vector<std::string> one_offs;  // containers of `run`; only a destroy touches them
  std::optional<model::Routes> routes;
  std::vector<std::string> other_addresses = {};  // of instances that are not this rollout's to change
  std::vector<SeenServer> servers = {};  // of the environment's services; not looked at for an undo, which leaves them
};

// Pure. The plan for a state that is reached already is empty. What it promises, whatever is seen: while any step is
// carried out, or after a crash between two steps, no healthy instance loses its traffic before its successors have
// answered a health check, and no instance is removed while it is routed to. Refused when the environment's network has
// no room for the old and the new instances side by side.
[[nodiscard]] Result<Plan> plan_rollout(const Wanted& wanted, const Seen& seen, model::TimePoint now);

// Takes an environment away: routes, containers, its servers of services, network and, unless kept, data.
[[nodiscard]] Plan plan_destroy(const model::EnvironmentKey& key, const Seen& seen, bool keep_volumes,
                                const std::vector<WantedService>& services = {});

// Names of what an environment owns in an engine.
[[nodiscard]] std::string network_name(const model::EnvironmentKey& key);
[[nodiscard]] std::string volume_name(const model::EnvironmentKey& key, const std::string& volume);
[[nodiscard]] std::string instance_name(const model::EnvironmentKey& key, const std::string& process, int release,
                                        int generation, int slot);
[[nodiscard]] std::string release_command_name(const model::EnvironmentKey& key, int release, std::size_t ordinal);

}  // namespace divio::planning
