// Servers of services in memory: containers of a fake engine with databases and logins that a map holds.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "fakes/fake_engine.hpp"
#include "services/operations.hpp"

namespace divio::controller::testing {

class FakeServers {
 public:
  // What Runtime::services is to be. The engine has to have the images "postgres:15" and so on.
  [[nodiscard]] services::Operations operations();

  // Whether somebody with these credentials gets in, a DSN's host aside.
  [[nodiscard]] bool lets_in(const std::string& server, const std::string& database, const std::string& password);
  // What a database holds; a dump is these bytes. Empty in one that nobody filled.
  [[nodiscard]] std::string data(const std::string& server, const std::string& database);
  void fill(const std::string& server, const std::string& database, std::string data);
  [[nodiscard]] std::set<std::string> databases(const std::string& server);
  [[nodiscard]] std::size_t logins(const std::string& server, const std::string& database);

 private:
  using Logins = std::set<std::string>;  // passwords that are good
  Result<void> change(const services::Place& place, const services::Server& server,
                      const std::function<void(std::map<std::string, Logins>&)>& act);

  std::mutex mutex_;
  std::map<std::string, std::map<std::string, Logins>> servers_;  // by container and database
  std::map<std::pair<std::string, std::string>, std::string> data_;  // by container and database
  unsigned passwords_ = 0;
};

}  // namespace divio::controller::testing
