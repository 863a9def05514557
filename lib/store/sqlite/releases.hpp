// Releases in the catalogue; their configuration is sealed as a whole.
#pragma once

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/sealing.hpp"

namespace divio::store {

// Puts a release of an environment that is there under a number that is free.
[[nodiscard]] Result<void> insert_release(Connection& connection, const SealingKey& sealing, const model::Release& release,
                                          int number);

// Everything but releases() and release() is not_found if the catalogue does not have the environment or release.
class SqliteReleases final : public ports::Releases {
 public:
  SqliteReleases(Database& database, const SealingKey& key) : database_(database), sealing_(key) {}
  [[nodiscard]] Result<int> add_release(const model::Release& release) override;
  [[nodiscard]] Result<std::vector<model::Release>> releases(const model::EnvironmentKey& key) override;
  [[nodiscard]] Result<std::optional<model::Release>> release(const model::EnvironmentKey& key, int number) override;
  // Making a second release of an environment active is a conflict; see activate_release.
  [[nodiscard]] Result<void> set_release_state(const model::EnvironmentKey& key, int number, model::ReleaseState state,
                                               const std::string& reason) override;
  [[nodiscard]] Result<void> activate_release(const model::EnvironmentKey& key, int number) override;

 private:
  Database& database_;
  const SealingKey& sealing_;
};

}  // namespace divio::store
