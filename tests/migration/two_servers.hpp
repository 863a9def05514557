// Two servers of one type that reach each other by name, "source" and "target", and a container that clients run in, for tests.
#pragma once

#include <string>

#include "migration/side.hpp"
#include "services/real_servers.hpp"

namespace divio::test {

// Removed at the end.
class TwoServers {
 public:
  TwoServers(const TwoServers&) = delete;
  TwoServers& operator=(const TwoServers&) = delete;

  [[nodiscard]] RealServers& servers() { return servers_; }
  // The container that clients run in, and where the servers reach it.
  [[nodiscard]] const std::string& client() const { return client_; }
  [[nodiscard]] const std::string& client_address() const { return client_address_; }

  // What a command in the side's container writes.
  std::string run(const migration::Side& side, const std::string& command);
  // Ends the server as a power cut does, and starts it again.
  void kill(const migration::Side& side);

 protected:
  explicit TwoServers(model::ServiceType type);
  ~TwoServers();

  // By which clients reach the side's server.
  [[nodiscard]] const char* name_of(const migration::Side& side) const { return side.server.name == source_.name ? "source" : "target"; }

  RealServers servers_;
  services::Server source_;
  services::Server target_;

 private:
  std::string client_;
  std::string client_address_;
};

}  // namespace divio::test
