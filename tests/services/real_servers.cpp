#include "services/real_servers.hpp"

#include <algorithm>
#include <cstdlib>

#include "services/server_container.hpp"
#include "support/try.hpp"
#include "system/clock.hpp"

namespace divio::test {

using model::ServiceInstance;
using model::ServiceType;
using services::Server;

namespace {

// Tests may be run again with another one.
std::string version_of(ServiceType type) {
  const auto chosen = [](const char* variable, const char* usual) { return std::string(std::getenv(variable) ? std::getenv(variable) : usual); };
  switch (type) {
    case ServiceType::postgres: return chosen("DIVIO_TEST_POSTGRES", "15");
    case ServiceType::mariadb: return chosen("DIVIO_TEST_MARIADB", "10.11");
    default: return "7";
  }
}

std::vector<std::string> client_words(const ServiceInstance& instance) {
  switch (instance.type) {
    case ServiceType::postgres:
      return {"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "db", "-U", instance.role, instance.database};
    case ServiceType::mariadb:
      return {"mariadb", "--batch", "--skip-column-names", "-h", "db", "-u", instance.role, instance.database};
    default:
      return {"redis-cli", "-e", "-h", "db"};
  }
}

std::string password_variable(ServiceType type) {
  return type == ServiceType::postgres ? "PGPASSWORD" : type == ServiceType::mariadb ? "MYSQL_PWD" : "REDISCLI_AUTH";
}

}  // namespace

RealServers::RealServers() : ground_(contract::open_ground()), clock_(system::make_system_clock()) {}

RealServers::~RealServers() {
  // At once: nobody needs what is in them.
  for (const auto& server : servers_) (void)ground_->containers().remove(server.name);
}

Server RealServers::plan(ServiceType type, std::string_view what) const {
  Server server{type, version_of(type), ground_->name(what)};
  server.password = Secret("administrator's 'own' password");
  server.labels = ground_->labels();
  return server;
}

const Server& RealServers::server(ServiceType type) {
  const auto found = std::ranges::find(servers_, type, &Server::type);
  if (found != servers_.end()) return *found;
  servers_.push_back(plan(type, model::to_string(type)));
  REQUIRE_OK(services::ensure_server(place(), servers_.back()));
  return servers_.back();
}

ServiceInstance RealServers::tenant(const Server& server, const char* project) {
  ServiceInstance instance{{model::ProjectName::parse(project).value(), model::EnvironmentName::parse("live").value()},
                           model::ServicePrefix::parse("default").value(),
                           server.type};
  instance.database = services::database_of(ground_->name("catalogue"), instance);
  const auto login = services::new_login(instance);
  REQUIRE_OK(login);
  instance.role = login->role;
  instance.password = login->password;
  REQUIRE_OK(services::provision(place(), server, instance));
  return instance;
}

RealServers::Client RealServers::client(const Server& server, const char* name, int number) {
  auto& networks = ground_->engine().networks();
  const Client client{ground_->name(name), ground_->name(name) + "-client"};
  REQUIRE_OK(networks.create({client.network, ground_->subnet(number), "", ground_->labels()}));
  REQUIRE_OK(networks.connect({client.network, server.name, {"db"}}));
  auto spec = ground_->container(std::string(name) + "-client", {"sleep", "1000"});
  spec.image = services::image_of(server);
  spec.entrypoint = {"sleep"};
  spec.command = {"1000"};
  spec.network = {client.network, {}, {}};
  const auto id = ground_->containers().create(spec);
  REQUIRE_OK(id);
  REQUIRE_OK(ground_->containers().start(*id));
  return client;
}

RealServers::Said RealServers::run(const std::string& container, std::vector<std::string> command, const std::string& input,
                                   model::Variables environment) {
  auto session = ground_->streams().exec(container, {std::move(command), std::move(environment), {}, {}});
  REQUIRE_OK(session);
  (void)(*session)->write(input);
  (void)(*session)->close_input();
  auto heard = contract::listen(**session);
  const auto code = (*session)->exit_code();
  REQUIRE_OK(code);
  return {*code, heard.out, heard.err};
}

RealServers::Said RealServers::query(const Client& client, const ServiceInstance& instance, const std::string& statements) {
  return run(client.container, client_words(instance), statements, {{password_variable(instance.type), {instance.password, true}}});
}

RealServers::Said RealServers::administrate(const Server& server, const std::string& database, const std::string& statements) {
  std::vector<std::string> words{"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", database};
  if (server.type == ServiceType::mariadb) words = {"mariadb", "--batch", "--skip-column-names", "--user=root", database};
  if (server.type == ServiceType::redis) words = {"redis-cli", "--user", "divio", "-e"};
  const auto spec = services::administration(server, words);
  return run(server.name, spec.command, statements, spec.environment);
}

}  // namespace divio::test
