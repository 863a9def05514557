#include "store/sqlite/variables.hpp"

#include <fmt/format.h>

#include "store/sqlite/columns.hpp"

namespace divio::store {
namespace {

constexpr std::size_t secret_key_length = 50;

Result<std::optional<Secret>> find_secret_key(Connection& connection, const model::EnvironmentKey& key,
                                              const SealingKey& sealing) {
  return connection.first("SELECT sealed_value FROM secret_keys WHERE project = ? AND environment = ?",
                          {key.project.str(), key.environment.str()},
                          [&](const Row& row) { return sealing.open(row.text(0), "the secret key of " + shown(key)); });
}

}  // namespace

Result<model::Variables> SqliteVariables::variables(const model::EnvironmentKey& key) {
  using Entry = std::pair<std::string, model::Variable>;
  const auto read_entry = [&](const Row& row) -> Result<Entry> {
    std::string name = row.text(0);
    if (row.number(1) == 0) return Entry(std::move(name), model::Variable{Secret(row.text(2)), false});
    DIVIO_TRY(value, sealing_.open(row.text(2), fmt::format("the variable {} of {}", name, shown(key))));
    return Entry(std::move(name), model::Variable{std::move(value), true});
  };
  return database_.read([&](Connection& connection) -> Result<model::Variables> {
    DIVIO_TRY(entries, connection.all("SELECT name, secret, value FROM variables WHERE project = ? AND environment = ?",
                                      {key.project.str(), key.environment.str()}, read_entry));
    return model::Variables(std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
  });
}

Result<void> insert_variable(Connection& connection, const SealingKey& sealing, const model::EnvironmentKey& key,
                             const std::string& name, const model::Variable& variable) {
  DIVIO_CHECK(model::check_variable_name(name));
  const std::string& text = variable.value.reveal();
  const std::string sealed = variable.secret ? sealing.seal(text) : std::string();
  DIVIO_CHECK(connection.run(
      "INSERT INTO variables (project, environment, name, secret, value) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (project, environment, name) DO UPDATE SET secret = excluded.secret, value = excluded.value",
      {key.project.str(), key.environment.str(), name, variable.secret, Blob{variable.secret ? sealed : text}}));
  return {};
}

Result<void> SqliteVariables::set_variable(const model::EnvironmentKey& key, const std::string& name,
                                           const model::Variable& variable) {
  return database_.write([&](Connection& connection) { return insert_variable(connection, sealing_, key, name, variable); });
}

Result<void> SqliteVariables::unset_variable(const model::EnvironmentKey& key, const std::string& name) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_TRY(removed, connection.run("DELETE FROM variables WHERE project = ? AND environment = ? AND name = ?",
                                      {key.project.str(), key.environment.str(), name}));
    if (removed > 0) return {};
    return fail(ErrorCode::not_found, fmt::format("there is no variable {} in {}", name, shown(key)),
                "see `divioctl variable list`");
  });
}

Result<Secret> SqliteVariables::secret_key(const model::EnvironmentKey& key) {
  DIVIO_TRY(known, database_.read([&](Connection& connection) { return find_secret_key(connection, key, sealing_); }));
  if (known) return *std::move(known);
  const Secret made = random_text(secret_key_length);
  const std::string sealed = sealing_.seal(made.reveal());
  return database_.write([&](Connection& connection) -> Result<Secret> {
    // Another process may have made it meanwhile.
    DIVIO_TRY(present, find_secret_key(connection, key, sealing_));
    if (present) return *std::move(present);
    DIVIO_CHECK(connection.run("INSERT INTO secret_keys (project, environment, sealed_value) VALUES (?, ?, ?)",
                               {key.project.str(), key.environment.str(), Blob{sealed}}));
    return made;
  });
}

}  // namespace divio::store
