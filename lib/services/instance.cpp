#include "services/instance.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "services/blueprints.hpp"
#include "services/commands.hpp"
#include "services/instance_parts.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

using model::ServiceInstance;
using model::ServiceType;

constexpr std::size_t password_bytes = 24;
constexpr std::string_view redis_database = "0";
constexpr std::string_view redis_user = "default";

Failure has_no_server(const ServiceInstance& instance) {
  return fail(ErrorCode::bug, fmt::format("service '{}' is of type {}, which has no server", instance.prefix.str(),
                                          model::to_string(instance.type)));
}

// The number in a login's name, 0 where there is none.
unsigned generation_of(const ServiceInstance& instance) {
  unsigned number = 0;
  const auto start = instance.database + "g";
  if (instance.role.starts_with(start))
    std::from_chars(instance.role.data() + start.size(), instance.role.data() + instance.role.size(), number);
  return number;
}

Login login_of(const ServiceInstance& instance) { return {instance.role, instance.password}; }

// Makes exactly these passwords good, of a type whose logins have one name.
Result<void> put_passwords(const Place& place, const Server& server, const ServiceInstance& instance,
                           std::span<const Secret> passwords, const TenantLimits& limits) {
  if (instance.type == ServiceType::mariadb) return mariadb::put(place, server, instance, passwords, limits);
  if (instance.type == ServiceType::redis) return redis::put(place, server, passwords);
  return has_no_server(instance);
}

}  // namespace

Result<void> set_up_server(const Place& place, const Server& server) {
  return server.type == ServiceType::postgres ? postgres::set_up_server(place, server) : Result<void>();
}

std::string database_of(std::string_view catalogue, const ServiceInstance& instance) {
  if (instance.type == ServiceType::media) return {};
  if (instance.type == ServiceType::redis) return std::string(redis_database);
  return database_name(catalogue, instance.environment, instance.prefix).str();
}

Result<Login> new_login(const ServiceInstance& instance) {
  switch (instance.type) {
    case ServiceType::postgres: {
      DIVIO_TRY(database, SqlName::parse(instance.database));
      DIVIO_TRY(role, login_name(database, generation_of(instance) + 1));
      return Login{role.str(), new_password()};
    }
    case ServiceType::mariadb: return Login{instance.database, new_password()};
    case ServiceType::redis: return Login{std::string(redis_user), new_password()};
    case ServiceType::media: break;
  }
  return has_no_server(instance);
}

Secret new_password() { return Secret(random_hex(password_bytes)); }

Result<void> provision(const Place& place, const Server& server, const ServiceInstance& instance, const TenantLimits& limits) {
  if (instance.type != ServiceType::postgres) return put_passwords(place, server, instance, std::array{instance.password}, limits);
  DIVIO_CHECK(postgres::put_database(place, server, instance));
  return postgres::put_login(place, server, instance, login_of(instance), limits);
}

Result<void> begin_rotation(const Place& place, const Server& server, const ServiceInstance& instance, const Login& next) {
  if (instance.type == ServiceType::postgres) return postgres::put_login(place, server, instance, next, {});
  return put_passwords(place, server, instance, std::array{next.password, instance.password}, {});
}

Result<void> finish_rotation(const Place& place, const Server& server, const ServiceInstance& instance, const Login& old) {
  if (old == login_of(instance))
    return fail(ErrorCode::bug, fmt::format("the login of service '{}' was to be refused while it is in use", instance.prefix.str()));
  if (instance.type == ServiceType::postgres) return postgres::drop_login(place, server, instance, old.role);
  return put_passwords(place, server, instance, std::array{instance.password}, {});
}

Result<void> remove_instance(const Place& place, const Server& server, const ServiceInstance& instance) {
  switch (instance.type) {
    case ServiceType::postgres: return postgres::remove(place, server, instance);
    case ServiceType::mariadb: return mariadb::remove(place, server, instance);
    case ServiceType::redis: return redis::remove(place, server);
    case ServiceType::media: break;
  }
  return has_no_server(instance);
}

Result<void> dump(const Place& place, const Server& server, const ServiceInstance& instance, const ports::ByteSink& sink) {
  const auto words = filled(blueprint(instance.type).backup, {{"database", instance.database}});
  if (words.empty()) return has_no_server(instance);
  DIVIO_TRY(ended, run_command(place.engine, server.name, administration(server, words), {{}, sink, place.stop}));
  if (ended.code != 0) return Failure(failure_of(ended, fmt::format("dump database {}", instance.database)));
  return {};
}

Result<void> restore(const Place& place, const Server& server, const ServiceInstance& instance,
                     const ports::ArchiveWriter& archive) {
  switch (instance.type) {
    case ServiceType::postgres: return postgres::restore(place, server, instance, archive);
    case ServiceType::mariadb: return mariadb::restore(place, server, instance, archive);
    case ServiceType::redis: return redis::restore(place, server, archive);
    case ServiceType::media: break;
  }
  return has_no_server(instance);
}

Result<ports::ExecSpec> shell_command(const ServiceInstance& instance) {
  const auto& row = blueprint(instance.type);
  if (row.shell.empty()) return has_no_server(instance);
  ports::ExecSpec spec;
  spec.command = filled(row.shell, {{"user", instance.role}, {"database", instance.database}});
  spec.environment[std::string(row.password_variable)] = {instance.password, true};
  return spec;
}

}  // namespace divio::services
