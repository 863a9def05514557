#include "store/sqlite/services.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"

namespace divio::store {
namespace {

constexpr std::size_t password_length = 32;

constexpr const char* columns =
    "SELECT project, environment, prefix, type, version, scope, state, server, database, mount, memory_bytes, cpu_millis, "
    "declared, role, sealed_password, next_role, sealed_next_password, old_role, sealed_old_password, "
    "bucket_endpoint, bucket_name, bucket_region, bucket_host_style, bucket_domain, bucket_authority, host "
    "FROM services WHERE ";

constexpr const char* insert =
    "INSERT OR REPLACE INTO services (project, environment, prefix, type, version, scope, state, server, database, mount, "
    "memory_bytes, cpu_millis, declared, role, sealed_password, next_role, sealed_next_password, old_role, "
    "sealed_old_password, bucket_endpoint, bucket_name, bucket_region, bucket_host_style, bucket_domain, bucket_authority, host) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

// What is empty is not sealed, so that it is told from a secret without opening it.
std::string sealed(const SealingKey& sealing, const Secret& password) {
  return password.empty() ? std::string() : sealing.seal(password.reveal());
}

Result<Secret> opened(const SealingKey& sealing, const Row& row, int column, const std::string& noun) {
  const auto bytes = row.text(column);
  return bytes.empty() ? Result<Secret>(Secret()) : sealing.open(bytes, noun);
}

Result<model::ServiceInstance> read_identity(const Row& row) {
  DIVIO_TRY(key, read_key(row, 0));
  DIVIO_TRY(prefix, model::ServicePrefix::parse(row.text(2)));
  DIVIO_TRY(type, model::service_type(row.text(3)));
  DIVIO_TRY(scope, model::service_scope(row.text(5)));
  const auto state = model::service_state(row.text(6));
  if (!state) return unknown_value("services", row.text(6));
  return model::ServiceInstance{.environment = std::move(key), .prefix = std::move(prefix), .type = type,
                                .version = row.text(4), .scope = scope, .state = *state};
}

Result<model::ServiceInstance> read_service(const Row& row, const SealingKey& sealing) {
  DIVIO_TRY(instance, read_identity(row));
  instance.server = row.text(7);
  instance.database = row.text(8);
  instance.mount = row.text(9);
  instance.limits = {static_cast<std::uint64_t>(row.number(10)), static_cast<std::uint32_t>(row.number(11))};
  instance.declared = row.number(12) != 0;
  const auto noun = fmt::format("the password of service {} of {}", instance.prefix.str(), shown(instance.environment));
  instance.role = row.text(13);
  DIVIO_ASSIGN(instance.password, opened(sealing, row, 14, noun));
  instance.next_role = row.text(15);
  DIVIO_ASSIGN(instance.next_password, opened(sealing, row, 16, noun));
  instance.old_role = row.text(17);
  DIVIO_ASSIGN(instance.old_password, opened(sealing, row, 18, noun));
  if (auto name = row.text(20); !name.empty())
    instance.bucket = {row.text(19), std::move(name), row.text(21), row.number(22) != 0, row.text(23), row.text(24)};
  instance.host = row.text(25);
  return instance;
}

Result<std::optional<Secret>> find_password(Connection& connection, const std::string& region, const std::string& server,
                                            const SealingKey& sealing) {
  return connection.first("SELECT sealed_password FROM servers WHERE region = ? AND name = ?", {region, server},
                          [&](const Row& row) { return sealing.open(row.text(0), "the password of server " + server); });
}

}  // namespace

Result<std::vector<model::ServiceInstance>> SqliteServices::services(const model::EnvironmentKey& key) {
  return database_.read([&](Connection& connection) {
    const auto select = std::string(columns) + "project = ? AND environment = ? ORDER BY prefix";
    return connection.all(select.c_str(), {key.project.str(), key.environment.str()},
                          [&](const Row& row) { return read_service(row, sealing_); });
  });
}

Result<std::vector<model::ServiceInstance>> SqliteServices::services_with_bucket() {
  return database_.read([&](Connection& connection) {
    const auto select = std::string(columns) + "bucket_name <> '' ORDER BY project, environment, prefix";
    return connection.all(select.c_str(), {}, [&](const Row& row) { return read_service(row, sealing_); });
  });
}

Result<void> insert_service(Connection& connection, const SealingKey& sealing, const model::ServiceInstance& it) {
  const auto password = sealed(sealing, it.password);
  const auto next = sealed(sealing, it.next_password);
  const auto old = sealed(sealing, it.old_password);
  const auto bucket = it.bucket.value_or(model::Bucket{});
  DIVIO_CHECK(connection.run(
      insert, {it.environment.project.str(), it.environment.environment.str(), it.prefix.str(), to_string(it.type),
               it.version, to_string(it.scope), to_string(it.state), it.server, it.database, it.mount,
               static_cast<long long>(it.limits.memory_bytes), static_cast<long long>(it.limits.cpu_millis), it.declared,
               it.role, Blob{password}, it.next_role, Blob{next}, it.old_role, Blob{old}, bucket.endpoint,
               bucket.name, bucket.region, bucket.host_style, bucket.domain, bucket.authority, it.host}));
  return {};
}

Result<void> SqliteServices::put_service(const model::ServiceInstance& it) {
  return database_.write([&](Connection& connection) { return insert_service(connection, sealing_, it); });
}

Result<void> SqliteServices::remove_service(const model::EnvironmentKey& key, const model::ServicePrefix& prefix) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(connection.run("DELETE FROM services WHERE project = ? AND environment = ? AND prefix = ?",
                               {key.project.str(), key.environment.str(), prefix.str()}));
    return {};
  });
}

Result<Secret> SqliteServices::server_password(const model::RegionName& region, const std::string& server) {
  const auto& place = region.str();
  DIVIO_TRY(known, database_.read([&](Connection& connection) { return find_password(connection, place, server, sealing_); }));
  if (known) return *std::move(known);
  const Secret made = random_text(password_length);
  const std::string bytes = sealing_.seal(made.reveal());
  return database_.write([&](Connection& connection) -> Result<Secret> {
    // Another process may have made it meanwhile.
    DIVIO_TRY(present, find_password(connection, place, server, sealing_));
    if (present) return *std::move(present);
    DIVIO_CHECK(connection.run("INSERT INTO servers (region, name, sealed_password) VALUES (?, ?, ?)",
                               {place, server, Blob{bytes}}));
    return made;
  });
}

Result<Secret> SqliteServices::known_server_password(const model::RegionName& region, const std::string& server) {
  DIVIO_TRY(known, database_.read([&](Connection& connection) { return find_password(connection, region.str(), server, sealing_); }));
  return known.value_or(Secret());
}

Result<void> SqliteServices::forget_server(const model::RegionName& region, const std::string& server) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(connection.run("DELETE FROM servers WHERE region = ? AND name = ?", {region.str(), server}));
    return {};
  });
}

}  // namespace divio::store
