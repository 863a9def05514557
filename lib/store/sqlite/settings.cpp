#include "store/sqlite/settings.hpp"

#include <algorithm>

namespace divio::store {
namespace {

Result<std::optional<Secret>> find(Connection& connection, const SealingKey& sealing, const std::string& name) {
  return connection.first("SELECT sealed_value FROM settings WHERE name = ?", {name},
                          [&](const Row& row) { return sealing.open(row.text(0), "the setting " + name); });
}

Result<void> put(Connection& connection, const std::string& name, const std::string& sealed) {
  DIVIO_CHECK(connection.run("INSERT OR REPLACE INTO settings (name, sealed_value) VALUES (?, ?)", {name, Blob{sealed}}));
  return {};
}

}  // namespace

Result<std::optional<Secret>> SqliteSettings::setting(const std::string& name) {
  return database_.read([&](Connection& connection) { return find(connection, sealing_, name); });
}

Result<std::vector<std::string>> SqliteSettings::setting_names(const std::string& prefix) {
  DIVIO_TRY(all, database_.read([&](Connection& connection) {
    return connection.all("SELECT name FROM settings ORDER BY name", {}, [](const Row& row) { return Result<std::string>(row.text(0)); });
  }));
  std::erase_if(all, [&](const std::string& name) { return !name.starts_with(prefix); });
  return all;
}

Result<void> SqliteSettings::put_setting(const std::string& name, const Secret& value) {
  const auto sealed = sealing_.seal(value.reveal());
  return database_.write([&](Connection& connection) { return put(connection, name, sealed); });
}

Result<Secret> SqliteSettings::first_setting(const std::string& name, const Secret& value) {
  const auto sealed = sealing_.seal(value.reveal());
  return database_.write([&](Connection& connection) -> Result<Secret> {
    DIVIO_TRY(present, find(connection, sealing_, name));
    if (present) return *std::move(present);
    DIVIO_CHECK(put(connection, name, sealed));
    return value;
  });
}

Result<void> SqliteSettings::remove_setting(const std::string& name) {
  return database_.write([&](Connection& connection) -> Result<void> {
    DIVIO_CHECK(connection.run("DELETE FROM settings WHERE name = ?", {name}));
    return {};
  });
}

}  // namespace divio::store
