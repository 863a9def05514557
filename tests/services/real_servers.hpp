// A real engine for the tests of services: servers of this test's own, tenants on them, and clients in networks as an
// environment's containers are. All of it is removed at the end.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "docker/engine_contract.hpp"
#include "services/instance.hpp"
#include "services/server.hpp"

namespace divio::test {

class RealServers {
 public:
  RealServers();
  ~RealServers();
  RealServers(const RealServers&) = delete;
  RealServers& operator=(const RealServers&) = delete;

  [[nodiscard]] contract::Ground& ground() { return *ground_; }
  [[nodiscard]] services::Place place() { return {ground_->engine(), *clock_}; }

  // A server that serves, made at the first call for its type and stopped with the test.
  const services::Server& server(model::ServiceType type);

  // A server that is only described.
  [[nodiscard]] services::Server plan(model::ServiceType type, std::string_view what) const;

  // An instance of the environment `project`/live with its first login, provisioned.
  model::ServiceInstance tenant(const services::Server& server, const char* project);

  // A network with the server in it as `db`, and a container in it that has the server's client program.
  struct Client {
    std::string network;
    std::string container;
  };
  Client client(const services::Server& server, const char* name, int number);

  // What a command in a container says and its exit code.
  struct Said {
    int code = 0;
    std::string out;
    std::string err;
  };
  Said run(const std::string& container, std::vector<std::string> command, const std::string& input = {},
           model::Variables environment = {});

  // Statements of the instance's own, from the client's container through the network; "" as password: the instance's.
  Said query(const Client& client, const model::ServiceInstance& instance, const std::string& statements);

  // Statements of the administrator, in the server's container.
  Said administrate(const services::Server& server, const std::string& database, const std::string& statements);

 private:
  std::unique_ptr<contract::Ground> ground_;
  std::unique_ptr<ports::Clock> clock_;
  std::vector<services::Server> servers_;
};

}  // namespace divio::test
