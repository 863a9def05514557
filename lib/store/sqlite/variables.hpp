// Variables and the SECRET_KEY of environments, which may be there before the first deployment. Secret ones are sealed.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

[[nodiscard]] Result<void> insert_variable(Connection& connection, const SealingKey& sealing, const model::EnvironmentKey& key,
                                           const std::string& name, const model::Variable& variable);

class SqliteVariables final : public ports::VariableStore {
 public:
  SqliteVariables(Database& database, const SealingKey& key) : database_(database), sealing_(key) {}
  [[nodiscard]] Result<model::Variables> variables(const model::EnvironmentKey& key) override;
  // `invalid` for a name that model::check_variable_name refuses.
  [[nodiscard]] Result<void> set_variable(const model::EnvironmentKey& key, const std::string& name,
                                          const model::Variable& variable) override;
  [[nodiscard]] Result<void> unset_variable(const model::EnvironmentKey& key, const std::string& name) override;
  [[nodiscard]] Result<Secret> secret_key(const model::EnvironmentKey& key) override;

 private:
  Database& database_;
  const SealingKey& sealing_;
};

}  // namespace divio::store
