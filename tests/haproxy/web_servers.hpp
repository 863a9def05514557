// Small web servers in a container, as targets of an ingress under test.
#pragma once

#include <string>

#include "model/routes.hpp"
#include "ports/engine.hpp"

namespace divio::tests {

// Every port from 8001 to 8009 answers GET with its number from 1 to 9, below "/slow/2000" after 2000 ms, below "/head"
// with the request as it came, below "/kept" with how many requests this connection has brought, and "/count" with how
// many requests it has got, without this kind and health checks, and POST of chunks to "/taken" with their bytes. "/socket" upgrades (the key of RFC 6455, 1.3) and then
// sends back what it gets, its number first. "/health" answers 200, on port 8009 a redirection (301). Each port serves
// one visitor a process.
class WebServers {
 public:
  WebServers(ports::Engine& engine, std::string name);
  ~WebServers();
  WebServers(const WebServers&) = delete;
  WebServers& operator=(const WebServers&) = delete;
  [[nodiscard]] model::RouteTarget target(int number, model::RouteRole role) const;

 private:
  ports::Engine& engine_;
  std::string name_;
  std::string address_;
};

}  // namespace divio::tests
