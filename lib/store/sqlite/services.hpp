// Service instances and servers in the catalogue; their passwords are sealed.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

[[nodiscard]] Result<void> insert_service(Connection& connection, const SealingKey& sealing, const model::ServiceInstance& instance);

class SqliteServices final : public ports::Services {
 public:
  SqliteServices(Database& database, const SealingKey& key) : database_(database), sealing_(key) {}
  [[nodiscard]] Result<std::vector<model::ServiceInstance>> services(const model::EnvironmentKey& key) override;
  [[nodiscard]] Result<std::vector<model::ServiceInstance>> services_with_bucket() override;
  [[nodiscard]] Result<void> put_service(const model::ServiceInstance& instance) override;
  [[nodiscard]] Result<void> remove_service(const model::EnvironmentKey& key, const model::ServicePrefix& prefix) override;
  [[nodiscard]] Result<Secret> server_password(const model::RegionName& region, const std::string& server) override;
  [[nodiscard]] Result<Secret> known_server_password(const model::RegionName& region, const std::string& server) override;
  [[nodiscard]] Result<void> forget_server(const model::RegionName& region, const std::string& server) override;

 private:
  Database& database_;
  const SealingKey& sealing_;
};

}  // namespace divio::store
