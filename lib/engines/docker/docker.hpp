// A Docker engine (or one that answers like it, such as Podman) as ports::Engine, over the Docker Engine API. Facts
// about the protocol are from its reference, https://docs.docker.com/reference/api/engine/version/v1.41/ and its
// version history.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "ports/engine.hpp"

namespace divio::engines {

inline constexpr std::string_view default_docker_address = "unix:///var/run/docker.sock";

// Where an engine answers.
struct Endpoint {
  std::string address{default_docker_address};  // unix:///path, tcp://host[:port] or ssh://[user@]host[:port][/path]
  std::string certificates;  // folder of ca.pem, cert.pem and key.pem for TLS over tcp://; empty: no TLS
  std::string ssh{"ssh"};    // the ssh program for ssh://, as a shell takes it: "ssh -F /path/of/config"
  std::string logins = {};   // folder of the docker client's config.json, where logins to registries are; empty: none
  std::string region = {};   // what people call it in errors about its disk; empty: by its address

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Gives a variable of the environment, nullopt if it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

// The endpoint with this address, or for an empty one that of DOCKER_HOST, or the default. DOCKER_TLS_VERIFY (set to
// anything) and DOCKER_CERT_PATH (otherwise ~/.docker) count for tcp:// as they do for the docker client, and
// DIVIOCTL_SSH (otherwise "ssh") for ssh:// as GIT_SSH_COMMAND does for git. Logins are in DOCKER_CONFIG, otherwise in
// ~/.docker. Any other address is invalid.
[[nodiscard]] Result<Endpoint> find_endpoint(std::string_view address, const EnvironmentLookup& environment);

// Who carries out builds: BuildKit by way of a docker client where there is one that can, else the engine's own
// builder; or always the latter.
enum class BuildWith { best, engine };

// Opens an engine without talking to it: the first call does, and agrees on the version of the API (1.41 to 1.47). An
// address that makes no sense is invalid.
//
// A call whose connection could not be made, or was cut before the whole answer, is made again after short pauses where
// doing it twice is doing it once (repeats.hpp); others are unreachable. Over ssh:// there is one ssh connection, made
// at the first call, made anew when it broke, and ended with the engine.
[[nodiscard]] Result<std::unique_ptr<ports::Engine>> open_docker(const Endpoint& endpoint,
                                                                 BuildWith build = BuildWith::best);

}  // namespace divio::engines
