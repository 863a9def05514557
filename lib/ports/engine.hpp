// A container engine: what application runners run on. Implementations: engines/docker, and tests/fakes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "model/time.hpp"
#include "ports/containers.hpp"
#include "ports/images.hpp"
#include "ports/streams.hpp"

namespace divio::ports {

struct EngineInfo {
  std::string name;          // "docker", "podman"
  std::string version;       // "20.10.24"
  std::string api_version;   // the one in use
  std::string architecture;  // "amd64"
  std::string operating_system;
  std::string data_folder;
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  std::optional<model::TimePoint> clock = {};  // its time of day when it was asked
  // How far that is ahead of this computer's, by half of the time that asking took; 0 where the clock is not known.
  std::chrono::milliseconds clock_ahead{0};
  std::chrono::microseconds round_trip{0};  // from a question that needs no thought to its answer
};

struct NetworkSpec {
  std::string name;
  std::string subnet;         // "10.201.5.0/24"; empty: the engine chooses, and fixed addresses cannot be given
  std::string dynamic_range;  // where the engine takes addresses that are not fixed from; empty: the whole subnet
  model::Labels labels;
};

struct Network {
  std::string id;
  std::string name;
  std::string subnet;
  model::Labels labels;
};

struct Connection {
  std::string network;
  std::string container;             // id or name
  std::vector<std::string> aliases;  // DNS names of the container within the network, beside its own
};

// Safe from several threads at once. Creating what is there with the same name succeeds and leaves it as it is;
// removing what is gone succeeds; removing what is in use is a conflict.
class Networks {
 public:
  virtual ~Networks() = default;
  // A subnet that overlaps another network's is a conflict.
  [[nodiscard]] virtual Result<void> create(const NetworkSpec& spec) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
  [[nodiscard]] virtual Result<std::vector<Network>> list(const model::Labels& labels) = 0;  // empty: all of them

  // Makes the container be in the network, running or not, and have these names there; the engine chooses the address.
  // One that is there and has them all keeps its connection; one that lacks some is connected anew with these and those
  // it had, which breaks what goes through the old connection. A container or network that is not there is not_found.
  [[nodiscard]] virtual Result<void> connect(const Connection& connection) = 0;

  // Takes the container out of the network; being out, or gone, or the network gone, is a success.
  [[nodiscard]] virtual Result<void> disconnect(const std::string& network, const std::string& container) = 0;
};

struct Volume {
  std::string name;
  model::Labels labels;
  model::TimePoint created_at{};  // by the engine's clock, to the second
};

class Volumes {
 public:
  virtual ~Volumes() = default;
  [[nodiscard]] virtual Result<void> create(const std::string& name, const model::Labels& labels) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const model::Labels& labels) = 0;
  // The same with what is known of each, by name.
  [[nodiscard]] virtual Result<std::vector<Volume>> look(const model::Labels& labels) = 0;
};

// Owns its parts; references stay valid as long as it lives.
class Engine {
 public:
  virtual ~Engine() = default;
  [[nodiscard]] virtual Result<EngineInfo> info() = 0;
  [[nodiscard]] virtual Containers& containers() = 0;
  [[nodiscard]] virtual Streams& streams() = 0;
  [[nodiscard]] virtual Images& images() = 0;
  [[nodiscard]] virtual Networks& networks() = 0;
  [[nodiscard]] virtual Volumes& volumes() = 0;
};

}  // namespace divio::ports
