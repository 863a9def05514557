// A plan: what is going to be done, as values that can be printed and compared. Stages follow each other; the steps of
// one stage run side by side. Every step is idempotent.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "divio/events.hpp"
#include "model/names.hpp"
#include "model/routes.hpp"
#include "model/service.hpp"

namespace divio::planning {

struct CreateNetwork {
  std::string name;
  std::string subnet;         // "10.201.5.0/24": fixed addresses come from its lower half
  std::string dynamic_range;  // "10.201.5.128/25": the engine's own choice, for release commands and one-offs

  friend bool operator==(const CreateNetwork&, const CreateNetwork&) = default;
};

struct CreateVolume {
  std::string name;
  friend bool operator==(const CreateVolume&, const CreateVolume&) = default;
};

struct EnsureIngress {
  friend bool operator==(const EnsureIngress&, const EnsureIngress&) = default;
};

// Runs one release command to its end in a container of that name, which stays until the rollout's last stage so that
// a resumed rollout knows that it was done.
struct RunReleaseCommand {
  std::string container;
  int release = 0;
  std::string command;
  friend bool operator==(const RunReleaseCommand&, const RunReleaseCommand&) = default;
};

struct StartInstance {
  std::string name;
  model::ProcessName process;
  int release = 0;
  int generation = 0;
  int slot = 0;
  std::string address;
  friend bool operator==(const StartInstance&, const StartInstance&) = default;
};

struct ApplyRoutes {
  model::Routes routes;
  std::string purpose;  // "let 2 new instances join", "move traffic to release 4"
  friend bool operator==(const ApplyRoutes&, const ApplyRoutes&) = default;
};

struct AwaitHealthy {
  struct Instance {
    std::string name;
    model::Process process;
    friend bool operator==(const Instance&, const Instance&) = default;
  };
  std::vector<Instance> instances;
  friend bool operator==(const AwaitHealthy&, const AwaitHealthy&) = default;
};

// From here on the wanted state is the new one: before it an undo goes back, after it a resume goes forward.
struct Commit {
  int release = 0;
  friend bool operator==(const Commit&, const Commit&) = default;
};

struct AwaitDrained {
  std::vector<std::string> instances;
  std::chrono::seconds limit{30};
  friend bool operator==(const AwaitDrained&, const AwaitDrained&) = default;
};

// Stops (SIGTERM, SIGKILL after `grace`) and removes.
struct RemoveContainer {
  std::string name;
  std::chrono::seconds grace{10};
  friend bool operator==(const RemoveContainer&, const RemoveContainer&) = default;
};

struct ForgetRoutes {
  friend bool operator==(const ForgetRoutes&, const ForgetRoutes&) = default;
};

struct RemoveNetwork {
  std::string name;
  friend bool operator==(const RemoveNetwork&, const RemoveNetwork&) = default;
};

struct RemoveVolume {
  std::string name;
  friend bool operator==(const RemoveVolume&, const RemoveVolume&) = default;
};

// Services. Servers and instances are named; what they are made of is in the catalogue, passwords included.

// Makes a server exist and be able to serve.
struct EnsureServer {
  std::string server;
  model::ServiceType type{};
  std::string version;
  bool absent = false;  // there is no container of it yet
  friend bool operator==(const EnsureServer&, const EnsureServer&) = default;
};

// Makes an instance, and who logs in to it, be there on its server.
struct CreateServiceInstance {
  std::string prefix;
  model::ServiceType type{};
  friend bool operator==(const CreateServiceInstance&, const CreateServiceInstance&) = default;
};

// Makes a server be found in the environment's network under these names.
struct ConnectServer {
  std::string server;
  std::string network;
  std::vector<std::string> hosts;
  std::vector<std::string> prefixes;  // of the services that it is for
  friend bool operator==(const ConnectServer&, const ConnectServer&) = default;
};

struct DisconnectServer {
  std::string server;
  std::string network;
  friend bool operator==(const DisconnectServer&, const DisconnectServer&) = default;
};

// From here on containers that are made get new credentials; the old ones are good until FinishRotation.
struct BeginRotation {
  std::string prefix;
  friend bool operator==(const BeginRotation&, const BeginRotation&) = default;
};

struct FinishRotation {
  std::string prefix;
  friend bool operator==(const FinishRotation&, const FinishRotation&) = default;
};

// Removes an instance and its data from its server.
struct RemoveServiceInstance {
  std::string prefix;
  model::ServiceType type{};
  friend bool operator==(const RemoveServiceInstance&, const RemoveServiceInstance&) = default;
};

struct RemoveServer {
  std::string server;
  bool keep_data = false;
  friend bool operator==(const RemoveServer&, const RemoveServer&) = default;
};

// Takes a service out of the catalogue.
struct ForgetService {
  std::string prefix;
  friend bool operator==(const ForgetService&, const ForgetService&) = default;
};

// Puts data in place of what a service or a volume holds.
struct ReplaceData {
  std::string prefix;  // model::volume_entry() for a volume
  std::string from;  // "live", "file shop.dump"
  friend bool operator==(const ReplaceData&, const ReplaceData&) = default;
};

using Step = std::variant<CreateNetwork, CreateVolume, EnsureIngress, RunReleaseCommand, StartInstance, ApplyRoutes,
                          AwaitHealthy, Commit, AwaitDrained, RemoveContainer, ForgetRoutes, RemoveNetwork, RemoveVolume,
                          EnsureServer, CreateServiceInstance, ConnectServer, DisconnectServer, BeginRotation,
                          FinishRotation, RemoveServiceInstance, RemoveServer, ForgetService, ReplaceData>;

struct Stage {
  std::string title;
  std::vector<Step> steps;
  friend bool operator==(const Stage&, const Stage&) = default;
};

struct Plan {
  model::EnvironmentKey key;
  std::vector<Stage> stages;

  [[nodiscard]] bool empty() const noexcept { return stages.empty(); }
  friend bool operator==(const Plan&, const Plan&) = default;
};

// The step's stable name, by what it makes: "start shop-live-web-r4-1".
[[nodiscard]] std::string step_id(const Step& step);

// One line for people: "start shop-live-web-r4-1 (web, release 4)".
[[nodiscard]] std::string describe(const Step& step);

// The plan as listeners see it.
[[nodiscard]] PlanMade announce(const Plan& plan, const std::string& operation);

}  // namespace divio::planning
