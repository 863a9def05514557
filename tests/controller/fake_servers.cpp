#include "controller/fake_servers.hpp"

#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::controller::testing {
namespace {

using services::Place;
using services::Server;

std::string image_of(const Server& server) {
  return std::string(model::to_string(server.type)) + ":" + server.version;
}

Result<services::ServerSeen> look(ports::Engine& engine, const Server& server) {
  services::ServerSeen seen;
  const auto container = engine.containers().inspect(server.name);
  if (!container && container.error().code == ErrorCode::not_found) return seen;
  if (!container) return Failure(container.error());
  // A real one lets nobody in who does not know its password, not even to see whether it serves.
  const auto up = server.password.empty() ? services::ServerState::starting : services::ServerState::serving;
  seen.state = container->state == ports::ContainerState::running ? up : services::ServerState::stopped;
  seen.current = true;
  for (const auto& [network, names] : container->aliases) seen.networks.insert(network);
  return seen;
}

Result<void> ensure(const Place& place, const Server& server) {
  DIVIO_TRY(seen, look(place.engine, server));
  if (seen.state == services::ServerState::absent) {
    DIVIO_CHECK(place.engine.volumes().create(server.name, server.labels));
    ports::ContainerSpec spec{.name = server.name, .image = image_of(server), .labels = server.labels};
    spec.restart = ports::RestartPolicy::unless_stopped;
    spec.mounts = {{server.name, "/data", false}};
    DIVIO_CHECK(place.engine.containers().create(spec));
  }
  return place.engine.containers().start(server.name);
}

Result<void> remove(const Place& place, const Server& server, services::Data data) {
  DIVIO_CHECK(place.engine.containers().remove(server.name));
  return data == services::Data::removed ? place.engine.volumes().remove(server.name) : Result<void>{};
}

}  // namespace

Result<void> FakeServers::change(const Place& place, const Server& server,
                                 const std::function<void(std::map<std::string, Logins>&)>& act) {
  DIVIO_TRY(seen, look(place.engine, server));
  if (seen.state != services::ServerState::serving) return fail(ErrorCode::failed, "server " + server.name + " does not serve");
  const std::lock_guard lock(mutex_);
  act(servers_[server.name]);
  return {};
}

services::Operations FakeServers::operations() {
  using Instance = model::ServiceInstance;
  using services::Login;
  services::Operations all;
  all.look_at_server = look;
  all.ensure_server = ensure;
  all.remove_server = remove;
  all.new_login = [this](const Instance& instance) -> Result<Login> {
    const std::lock_guard lock(mutex_);
    const auto number = std::to_string(++passwords_);
    return Login{instance.database + "g" + number, Secret("password" + number)};
  };
  all.provision = [this](const Place& place, const Server& server, const Instance& instance) {
    return change(place, server, [&](auto& databases) { databases[instance.database].insert(instance.password.reveal()); });
  };
  all.begin_rotation = [this](const Place& place, const Server& server, const Instance& instance, const Login& next) {
    return change(place, server, [&](auto& databases) { databases[instance.database].insert(next.password.reveal()); });
  };
  all.finish_rotation = [this](const Place& place, const Server& server, const Instance& instance, const Login& old) {
    return change(place, server, [&](auto& databases) { databases[instance.database].erase(old.password.reveal()); });
  };
  all.remove_instance = [this](const Place& place, const Server& server, const Instance& instance) {
    return change(place, server, [&](auto& databases) { databases.erase(instance.database); });
  };
  all.dump = [this](const Place& place, const Server& server, const Instance& instance, const ports::ByteSink& sink) -> Result<void> {
    std::string bytes;
    DIVIO_CHECK(change(place, server, [&](auto&) { bytes = data_[{server.name, instance.database}]; }));
    return sink(bytes);
  };
  // As PostgreSQL's: all of it or nothing.
  all.restore = [this](const Place& place, const Server& server, const Instance& instance,
                       const ports::ArchiveWriter& archive) -> Result<void> {
    std::string bytes;
    DIVIO_CHECK(archive([&](std::string_view piece) -> Result<void> {
      bytes += piece;
      return {};
    }));
    return change(place, server, [&](auto&) { data_[{server.name, instance.database}] = bytes; });
  };
  all.look_at_data = [this](const Place& place, const Server& server, const Instance& instance) -> Result<model::Evidence> {
    model::Evidence evidence{"1.0", "schema", {}};
    DIVIO_CHECK(change(place, server, [&](auto&) {
      const auto& bytes = data_[{server.name, instance.database}];
      evidence.tables = {{"data", bytes.size(), sha256_hex(bytes)}};
    }));
    return evidence;
  };
  all.look_at_copy = all.look_at_data;
  all.dump_with_evidence = [dump = all.dump, look = all.look_at_data](const Place& place, const Server& server, const Instance& instance,
                                                                      const ports::ByteSink& sink) -> Result<model::Evidence> {
    DIVIO_CHECK(dump(place, server, instance, sink));
    return look(place, server, instance);
  };
  all.database_of = [](std::string_view, const Instance& instance) {
    return instance.environment.stem() + "-" + instance.prefix.str();
  };
  all.shell_command = [](const Instance& instance) -> Result<ports::ExecSpec> {
    return ports::ExecSpec{.command = {"client", instance.database}};
  };
  return all;
}

bool FakeServers::lets_in(const std::string& server, const std::string& database, const std::string& password) {
  const std::lock_guard lock(mutex_);
  return servers_[server][database].contains(password);
}

std::string FakeServers::data(const std::string& server, const std::string& database) {
  const std::lock_guard lock(mutex_);
  return data_[{server, database}];
}

void FakeServers::fill(const std::string& server, const std::string& database, std::string data) {
  const std::lock_guard lock(mutex_);
  data_[{server, database}] = std::move(data);
}

std::set<std::string> FakeServers::databases(const std::string& server) {
  const std::lock_guard lock(mutex_);
  std::set<std::string> names;
  for (const auto& [name, logins] : servers_[server]) names.insert(name);
  return names;
}

std::size_t FakeServers::logins(const std::string& server, const std::string& database) {
  const std::lock_guard lock(mutex_);
  return servers_[server][database].size();
}

}  // namespace divio::controller::testing
