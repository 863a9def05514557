// Named texts in the catalogue, sealed.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

class SqliteSettings final : public ports::Settings {
 public:
  SqliteSettings(Database& database, const SealingKey& key) : database_(database), sealing_(key) {}
  [[nodiscard]] Result<std::optional<Secret>> setting(const std::string& name) override;
  [[nodiscard]] Result<std::vector<std::string>> setting_names(const std::string& prefix) override;
  [[nodiscard]] Result<void> put_setting(const std::string& name, const Secret& value) override;
  [[nodiscard]] Result<Secret> first_setting(const std::string& name, const Secret& value) override;
  [[nodiscard]] Result<void> remove_setting(const std::string& name) override;

 private:
  Database& database_;
  const SealingKey& sealing_;
};

}  // namespace divio::store
