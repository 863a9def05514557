// Containers of an engine. All calls are safe from several threads at once. `id` is an id or a name. A thing that is not
// there is ErrorCode::not_found, a name that is taken ErrorCode::conflict, a dead engine ErrorCode::unreachable.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "model/process.hpp"
#include "model/time.hpp"
#include "model/variables.hpp"

namespace divio::ports {

struct VolumeMount {
  std::string volume;  // name in the engine
  std::string path;
  bool read_only = false;
  // An empty volume stays as it is. Otherwise it gets what the image has in that place, and the owner of that folder.
  bool as_it_is = false;
};

struct NetworkAttachment {
  std::string name;                  // "host" for the host's own network; "none"; empty: the engine's default
  std::string address;               // fixed IPv4 address; empty: the engine chooses
  std::vector<std::string> aliases;  // further DNS names within the network
};

// A TCP port of the host that leads to one of the container's.
struct PublishedPort {
  std::uint16_t host = 0;
  std::uint16_t container = 0;
  std::string address = {};  // IPv4 of the host; empty: all of them
};

enum class RestartPolicy { never, unless_stopped };

struct ContainerSpec {
  std::string name;  // empty: the engine chooses
  std::string image;
  std::vector<std::string> entrypoint;  // empty: the image's
  std::vector<std::string> command;     // empty: the image's
  model::Variables environment;
  model::Labels labels;
  NetworkAttachment network;
  std::string join_network_of;  // share the network of this container instead of `network`
  std::vector<PublishedPort> published;  // in a network of the engine's, neither the host's nor another container's
  std::vector<VolumeMount> mounts;
  model::Resources resources;
  RestartPolicy restart = RestartPolicy::never;
  std::chrono::seconds stop_grace{10};
  std::string user;          // empty: the image's
  bool terminal = false;     // allocate a terminal
  bool open_input = false;   // keep standard input open for attach
  bool transient = false;    // the engine removes it when it ends, and keeps no log of it
};

enum class ContainerState { created, running, paused, restarting, exited, removing, dead };

struct Container {
  std::string id;
  std::string name;
  std::string image;     // as it was given at creation
  std::string image_id;
  model::Labels labels;
  ContainerState state = ContainerState::created;
  std::map<std::string, std::string> addresses;  // network -> IPv4 address (the fixed one also when not running)
  // Only from inspect():
  int exit_code = 0;
  bool out_of_memory = false;
  int restarts = 0;
  std::string error;  // what the engine said when a start failed
  // Network -> further DNS names there; one entry for each network that it is in.
  std::map<std::string, std::vector<std::string>> aliases = {};
  std::map<std::string, std::string> gateways = {};  // network -> IPv4 address of the host there; while it runs
  std::optional<model::TimePoint> started_at;
  std::optional<model::TimePoint> finished_at;
};

class Containers {
 public:
  virtual ~Containers() = default;

  // Returns the id. An image that is not there is not_found; nothing is pulled.
  [[nodiscard]] virtual Result<std::string> create(const ContainerSpec& spec) = 0;

  // Starting what runs and stopping what is stopped succeed. A published port that is taken is a conflict; the container
  // is then there as before.
  [[nodiscard]] virtual Result<void> start(const std::string& id) = 0;
  [[nodiscard]] virtual Result<void> stop(const std::string& id, std::chrono::seconds grace) = 0;
  [[nodiscard]] virtual Result<void> kill(const std::string& id, const std::string& signal) = 0;

  // Ends it if it runs and removes it with its anonymous volumes. Removing what is gone succeeds.
  [[nodiscard]] virtual Result<void> remove(const std::string& id) = 0;

  // Those that carry every one of `labels` (an empty value: the key is enough), in any state, ordered by name.
  [[nodiscard]] virtual Result<std::vector<Container>> list(const model::Labels& labels) = 0;
  [[nodiscard]] virtual Result<Container> inspect(const std::string& id) = 0;

  // Waits until it has exited; its exit code, or cancelled when `stop` was requested.
  [[nodiscard]] virtual Result<int> wait(const std::string& id, std::stop_token stop) = 0;
};

}  // namespace divio::ports
