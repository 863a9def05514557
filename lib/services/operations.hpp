// What can be done with servers and instances, as one value, so that a test can put something else in the place of servers.
#pragma once

#include "services/evidence.hpp"
#include "services/instance.hpp"
#include "services/server.hpp"

namespace divio::services {

// Each is the function of its name in server.hpp, instance.hpp and evidence.hpp.
struct Operations {
  std::function<Result<ServerSeen>(ports::Engine&, const Server&)> look_at_server;
  std::function<Result<void>(const Place&, const Server&)> ensure_server;
  std::function<Result<void>(const Place&, const Server&, Data)> remove_server;
  std::function<Result<Login>(const model::ServiceInstance&)> new_login;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&)> provision;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&, const Login&)> begin_rotation;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&, const Login&)> finish_rotation;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&)> remove_instance;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&, const ports::ByteSink&)> dump;
  std::function<Result<void>(const Place&, const Server&, const model::ServiceInstance&, const ports::ArchiveWriter&)> restore;
  std::function<std::string(std::string_view catalogue, const model::ServiceInstance&)> database_of;
  std::function<Result<ports::ExecSpec>(const model::ServiceInstance&)> shell_command;
  std::function<Result<model::Evidence>(const Place&, const Server&, const model::ServiceInstance&, const ports::ByteSink&)> dump_with_evidence = {};
  std::function<Result<model::Evidence>(const Place&, const Server&, const model::ServiceInstance&)> look_at_data = {};
  std::function<Result<model::Evidence>(const Place&, const Server&, const model::ServiceInstance&)> look_at_copy = {};
};

// The ones that are meant.
[[nodiscard]] Operations real_operations();

}  // namespace divio::services
