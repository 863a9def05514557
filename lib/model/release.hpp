// A release: an image plus the configuration it runs with, numbered from 1 within its environment, never changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"
#include "model/process.hpp"
#include "model/time.hpp"
#include "model/variables.hpp"

namespace divio::model {

// Where the code came from. `commit` is 40 hexadecimal digits, empty for a folder without git.
struct Revision {
  std::string commit;
  std::string branch;
  std::string subject;         // first line of the commit message
  bool working_tree = false;   // uncommitted work, or a folder without git

  friend bool operator==(const Revision&, const Revision&) = default;
};

struct ImageReference {
  std::string name;  // "divio/shop:3f2a..."
  std::string id;    // "sha256:..."
  std::string digest = {};  // "registry.example.com/team/shop@sha256:...": the same in a registry; empty: in none

  friend bool operator==(const ImageReference&, const ImageReference&) = default;
};

// Everything but the image that decides how a release runs. Replicas given here are the project file's; the
// environment's own scale stands above them.
//
// Of services it says which ones it has, not how they are reached: containers get that as it is when they are made, so an
// older release serves with today's credentials. Media is a volume among the others.
struct ReleaseConfig {
  std::vector<Process> processes;
  std::vector<std::string> release_commands;
  std::vector<Mount> volumes;
  std::vector<std::string> hosts;  // host names routed to `web`, the shown one first
  Variables variables;             // complete: system's, project file's and user's
  std::vector<std::string> services = {};  // prefixes of those that are attached

  friend bool operator==(const ReleaseConfig&, const ReleaseConfig&) = default;
};

enum class ReleaseState {
  pending,     // made, its deployment not finished
  active,      // what the environment serves
  superseded,  // served once, kept for rollback
  failed,      // its deployment failed; never served
};

[[nodiscard]] std::string_view to_string(ReleaseState state) noexcept;
[[nodiscard]] std::optional<ReleaseState> parse_release_state(std::string_view text) noexcept;

struct Release {
  EnvironmentKey key;
  int number = 0;
  ImageReference image;
  Revision revision;
  ReleaseConfig config;
  ReleaseState state = ReleaseState::pending;
  TimePoint created_at{};
  std::string created_by;  // user@host
  std::string reason;      // why it failed, or "rollback to 3"
};

}  // namespace divio::model
