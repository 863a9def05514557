// The host of the engine that tests are given (tests/testbed/engine.sh), as it is reached from elsewhere: over TCP with
// TLS, and by ssh.
#pragma once

#include <filesystem>
#include <string>

#include "engines/docker/docker.hpp"

namespace divio::contract {

// The folder that the test bed keeps of the host: its socket, and the folders tls and ssh.
[[nodiscard]] std::filesystem::path host_folder();
[[nodiscard]] std::string host_address();

// With the certificates in this folder of tls/.
[[nodiscard]] engines::Endpoint tls_endpoint(const std::string& client = "client");

// As this user, with this configuration of ssh/. `socket` empty: the engine's.
[[nodiscard]] engines::Endpoint ssh_endpoint(const std::string& user = "root", const std::string& config = "config",
                                             const std::string& socket = {});

// The engine by the way that DIVIO_TEST_TRANSPORT names: tls, ssh, or (when it is not set) its unix socket.
[[nodiscard]] engines::Endpoint test_endpoint();

}  // namespace divio::contract
