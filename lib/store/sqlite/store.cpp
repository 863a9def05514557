#include "store/sqlite/store.hpp"

#include <utility>

#include "store/sqlite/catalogue.hpp"
#include "store/sqlite/journal.hpp"
#include "store/sqlite/leases.hpp"
#include "store/sqlite/projects.hpp"
#include "store/sqlite/records.hpp"
#include "store/sqlite/regions.hpp"
#include "store/sqlite/releases.hpp"
#include "store/sqlite/services.hpp"
#include "store/sqlite/settings.hpp"
#include "store/sqlite/variables.hpp"
#include "support/try.hpp"

namespace divio::store {
namespace {

class SqliteStore final : public ports::Store {
 public:
  explicit SqliteStore(Catalogue catalogue)
      : id_(std::move(catalogue.id)), key_(catalogue.key), database_(std::move(catalogue.connection)) {}

  [[nodiscard]] const std::string& catalogue_id() const override { return id_; }
  [[nodiscard]] ports::Projects& projects() override { return projects_; }
  [[nodiscard]] ports::Releases& releases() override { return releases_; }
  [[nodiscard]] ports::VariableStore& variables() override { return variables_; }
  [[nodiscard]] ports::Journal& journal() override { return journal_; }
  [[nodiscard]] ports::Leases& leases() override { return leases_; }
  [[nodiscard]] ports::Regions& regions() override { return regions_; }
  [[nodiscard]] ports::Services& services() override { return services_; }
  [[nodiscard]] ports::Settings& settings() override { return settings_; }
  [[nodiscard]] ports::Records& records() override { return records_; }

 private:
  std::string id_;
  SealingKey key_;
  Database database_;
  SqliteProjects projects_{database_};
  SqliteReleases releases_{database_, key_};
  SqliteVariables variables_{database_, key_};
  SqliteJournal journal_{database_};
  SqliteLeases leases_{database_};
  SqliteRegions regions_{database_};
  SqliteServices services_{database_, key_};
  SqliteSettings settings_{database_, key_};
  SqliteRecords records_{database_, key_};
};

}  // namespace

Result<std::unique_ptr<ports::Store>> open_store(const std::filesystem::path& home) {
  DIVIO_TRY(catalogue, open_catalogue(home));
  return std::make_unique<SqliteStore>(std::move(catalogue));
}

}  // namespace divio::store
