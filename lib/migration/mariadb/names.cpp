#include "migration/mariadb/names.hpp"

#include <array>

#include "migration/server_texts.hpp"
#include "services/sql.hpp"
#include "services/tenancy.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {

Result<Names> names_of(std::string_view migration, const model::ServiceInstance& instance) {
  DIVIO_CHECK(check_id(migration));
  DIVIO_TRY(database, services::SqlName::parse(instance.database));
  return Names{std::string(migration), database.str(), services::mariadb_migration_schema(database), "divio-" + database.str()};
}

std::string named(std::string_view text, const Names& names) {
  const std::array<Filling, 4> words{{{"{migration}", names.migration}, {"{database}", names.database}, {"{schema}", names.schema}, {"{login}", names.login}}};
  return filled_in(text, words);
}

}  // namespace divio::migration::mariadb
