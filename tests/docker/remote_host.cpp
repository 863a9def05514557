#include "docker/remote_host.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

namespace divio::contract {
namespace {

std::string needed(const char* name) {
  const char* value = std::getenv(name);
  REQUIRE_MESSAGE(value != nullptr, "run this with tests/run.sh: it gives the tests an engine (DIVIO_TEST_ENGINE)");
  return value;
}

}  // namespace

std::filesystem::path host_folder() {
  const auto address = needed("DIVIO_TEST_ENGINE");
  REQUIRE(address.starts_with("unix://"));
  return std::filesystem::path(address.substr(7)).parent_path();
}

std::string host_address() {
  return needed("DIVIO_TEST_ADDRESS");
}

engines::Endpoint tls_endpoint(const std::string& client) {
  return {"tcp://" + host_address(), host_folder() / "tls" / client};
}

engines::Endpoint ssh_endpoint(const std::string& user, const std::string& config, const std::string& socket) {
  const auto folder = host_folder();
  engines::Endpoint endpoint;
  endpoint.address = fmt::format("ssh://{}@{}:2222{}", user, host_address(),
                                 socket.empty() ? (folder / "docker.sock").string() : socket);
  endpoint.ssh = "ssh -F " + (folder / "ssh" / config).string();
  return endpoint;
}

engines::Endpoint test_endpoint() {
  const char* transport = std::getenv("DIVIO_TEST_TRANSPORT");
  const std::string wanted = transport == nullptr ? "unix" : transport;
  if (wanted == "tls") return tls_endpoint();
  if (wanted == "ssh") return ssh_endpoint();
  REQUIRE(wanted == "unix");
  return {needed("DIVIO_TEST_ENGINE"), ""};
}

}  // namespace divio::contract
