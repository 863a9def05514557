// What a lost catalogue is rebuilt from: restored environments, and sealing for what is kept elsewhere.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

class SqliteRecords final : public ports::Records {
 public:
  SqliteRecords(Database& database, const SealingKey& key) : database_(database), sealing_(key) {}
  [[nodiscard]] Result<void> restore(const model::EnvironmentRecord& record) override;
  [[nodiscard]] std::string seal(const Secret& text) override;
  [[nodiscard]] Result<Secret> open(const std::string& sealed, const std::string& key_file) override;
  [[nodiscard]] std::string digest(const Secret& text) override;

 private:
  Database& database_;
  const SealingKey& sealing_;
};

}  // namespace divio::store
