// A registry of images (Debian's docker-registry) on this machine, which the tests' engines reach without TLS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fakes/child_process.hpp"
#include "fakes/temporary_folder.hpp"

namespace divio::tests {

// Runs as long as this lives.
class RealRegistry {
 public:
  // Reached by the engines of tests/testbed/, of which one has this address. With a login it is that of user "eve".
  static RealRegistry beside(const std::string& engine, bool wants_login) { return {engine, wants_login}; }
  static constexpr const char* password = "correct horse";

  RealRegistry(const RealRegistry&) = delete;
  RealRegistry& operator=(const RealRegistry&) = delete;

  [[nodiscard]] std::string host() const { return address_ + ":" + std::to_string(port_); }
  void halt() { process_.reset(); }
  void resume();  // at the same address, with what it had

 private:
  RealRegistry(const std::string& engine, bool wants_login);

  TemporaryFolder folder_;
  std::string address_;
  std::uint16_t port_ = 0;
  std::optional<ChildProcess> process_;
};

}  // namespace divio::tests
