#include "migration/postgres/side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migration/server_texts.hpp"
#include "services/sql.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

constexpr std::size_t enough_of_database = 12;  // names end at 63 characters

}  // namespace

Result<Names> names_of(std::string_view migration, const model::ServiceInstance& instance) {
  DIVIO_CHECK(check_id(migration));
  DIVIO_TRY(database, services::SqlName::parse(instance.database));
  DIVIO_TRY(login, services::SqlName::parse(instance.role));
  std::string id(migration);
  std::ranges::replace(id, '-', '_');
  const auto stem = fmt::format("divio_{}_{}", id, database.str().substr(0, enough_of_database));
  return Names{database.str(), login.str(), fmt::format("{}{}", schema_prefix, id), stem, stem + "_f", stem + "_b"};
}

std::string named(std::string_view text, const Names& names) {
  const std::array<Filling, 6> words{{{"{database}", names.database},
                                      {"{login}", names.login},
                                      {"{schema}", names.schema},
                                      {"{role}", names.role},
                                      {"{forward}", names.forward},
                                      {"{backward}", names.backward}}};
  return filled_in(text, words);
}

}  // namespace divio::migration::postgres
